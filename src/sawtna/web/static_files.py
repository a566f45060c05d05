"""Where the browser files are kept: each named by its content, so that a browser may keep it for ever."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class NamedByContent(ManifestStaticFilesStorage):
    """Django's storage with a manifest; modules that import each other are renamed too.

    Where nothing has been collected (tests, first steps) the plain names are given.
    """

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The name under which a file is kept."""
        return super().stored_name(name) if self.hashed_files else name
