"""The ui room as a Django app (templates and static files; no tables)."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Label ``ui``."""

    name = "tongban.ui"
    label = "ui"
    default = True
