"""The room's registration with Django."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """App label ``certificates``."""

    name = "tongban.certificates"
    label = "certificates"
