"""Where the browser files are kept: each named by its content, so that a browser may keep it for ever."""

from contextlib import suppress

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class NamedByContent(ManifestStaticFilesStorage):
    """Django's storage with a manifest; modules that import each other are renamed too.

    A file that was not collected keeps its plain name: a page with a missing picture is better than no page. Nothing has been
    collected in tests; tests/web/test_publish.py holds that pages name no file that is not there.
    """

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The name under which a file is kept."""
        if self.hashed_files:
            with suppress(ValueError):
                return super().stored_name(name)
        return name
