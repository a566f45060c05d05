"""Sawtna: prove that internet calls are blocked, call anyway, and act together.

Holds the version and nothing else, so that every room can be imported without the web framework.
"""

__version__ = "0.1.0.dev0"
