"""The room's registration with Django."""

from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    """App label ``registries``."""

    name = "tongban.registries"
    label = "registries"
