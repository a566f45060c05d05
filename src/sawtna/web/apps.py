"""Tells Django that the frame exists: its templates, static files and the words of its pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The frame as a Django app."""

    name = "sawtna.web"
    label = "web"
