"""Where the browser files are kept: each named by its content, so that a browser may keep it for ever."""

from contextlib import suppress
from typing import IO, Any

import rjsmin
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile


class NamedByContent(ManifestStaticFilesStorage):
    """Django's storage with a manifest; modules that import each other are renamed too.

    A file that was not collected keeps its plain name: a page with a missing picture is better than no page. Nothing has been
    collected in tests; tests/web/test_publish.py holds that pages name no file that is not there.
    """

    support_js_module_import_aggregation = True
    max_post_process_passes = 20  # one for each step in the longest chain of imports

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Keep a gathered file; our own modules lose comments and spaces, so that a phone does not load what only people read."""
        if str(name).endswith(".js") and "/made/" not in str(name):  # what others made keeps its licence
            content = ContentFile(rjsmin.jsmin(content.read().decode()).encode())
        return super().save(name, content, max_length)

    def stored_name(self, name: str) -> str:
        """The name under which a file is kept."""
        if self.hashed_files:
            with suppress(ValueError):
                return super().stored_name(name)
        return name
