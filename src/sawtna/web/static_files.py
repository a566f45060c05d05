"""Where the browser files are kept: each named by its content, so that a browser may keep it for ever."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class NamedByContent(ManifestStaticFilesStorage):
    """Django's manifest storage; modules that import each other are renamed too. Without a manifest (tests), plain names."""

    support_js_module_import_aggregation = True
    manifest_strict = False
