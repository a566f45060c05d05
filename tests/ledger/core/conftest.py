"""Property tests of the core take the time they need: on a busy machine a deadline would fail them at random."""

from hypothesis import settings

settings.register_profile("book", deadline=None)
settings.load_profile("book")
