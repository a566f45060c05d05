"""What an ASGI server imports: `sawtna.web.asgi:application`. Also `pages`: Django without the shelf, for measurements."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sawtna.web.settings")
django.setup()

from sawtna.web.site import open_site, pages  # noqa: E402 (rooms can be imported once Django is set up)

__all__ = ["application", "pages"]

application = open_site()
