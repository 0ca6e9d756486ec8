"""Django's settings, read from the node's folder. Production is the default; demo is said in ``node.json``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tongban.base.actors import Kind
from tongban.wiring import cities
from tongban.wiring import node as nodes

NODE = nodes.current()

TONGBAN_HOME = NODE.home
TONGBAN_ADCODE = NODE.adcode
TONGBAN_KEYS = NODE.keys
TONGBAN_DEMO = bool(NODE.data.get("demo", False))
TONGBAN_BASE_URL = NODE.data.get("base_url", "http://127.0.0.1:8000")
TONGBAN_REPOSITORY = nodes.REPOSITORY
TONGBAN_PORTS = NODE.data.get("ports", {})
TONGBAN_LIMITS = NODE.data.get("limits", {})
TONGBAN_ITEM_FOLDERS = [
    nodes.REPOSITORY / "services" / "items",
    nodes.REPOSITORY / "cities" / NODE.adcode / "items",
    NODE.home / "items",
]
TONGBAN_CITY = cities.here(nodes.REPOSITORY / "cities" / NODE.adcode)
TONGBAN_STEP_UP = "portal:face"
TONGBAN_LINKS = {
    "home": "portal:home",
    "search": "portal:search",
    "cities": "portal:services",
    "space": "portal:space",
    "acting": "portal:acting",
    "desk": "desk:queue",
    "sign_out": "portal:sign-out",
    "verify": "portal:verify",
    "staff": "desk:sign-in",
}
TONGBAN_GUIDE = "portal:guide"
TONGBAN_SIGN_IN = {Kind.PERSON: "portal:sign-in", Kind.OFFICER: "desk:sign-in"}

DEBUG = False
SECRET_KEY = NODE.keys.django if NODE.exists else secrets.token_hex(32)
TONGBAN_FILES_HOST = NODE.files_host
TONGBAN_FILES_PATHS = ["/desk/handed/"]
ALLOWED_HOSTS = [
    *NODE.data.get("hosts", ["127.0.0.1", "localhost", "testserver"]),
    *([TONGBAN_FILES_HOST.rpartition(":")[0] or TONGBAN_FILES_HOST] if TONGBAN_FILES_HOST else []),
]
ROOT_URLCONF = "tongban.wiring.urls"
WSGI_APPLICATION = "tongban.wiring.wsgi.application"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
USE_I18N = False
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = [
    "trail",
    "files",
    "queue",
    "registries",
    "identity",
    "catalog",
    "exchange",
    "notices",
    "cases",
    "certificates",
    "payments",
    "delivery",
    "appointments",
    "ratings",
    "ui",
    "portal",
    "desk",
    "openapi",
    "jobs",
]
INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    *(f"tongban.{room}" for room in ROOMS if (Path(__file__).parents[1] / room / "__init__.py").exists()),
]

MIDDLEWARE = [
    "tongban.ui.middleware.Heads",
    "tongban.ui.weight.Compressed",
    "tongban.ui.security.SecurityHeaders",
    "tongban.ui.weight.Static",
    "tongban.ui.files_host.FilesHost",
    "tongban.ui.maintenance.Maintenance",
    "tongban.ui.middleware.Sessions",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongban.ui.middleware.Memory",
    "tongban.ui.middleware.Language",
    "tongban.journeys.enter.WhoAsks",
    "tongban.ui.middleware.Plain",
    "tongban.ui.errors.Refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "tongban.ui.jinja.environment", "autoescape": True},
    },
]


def _database() -> dict[str, object]:
    """The app's role on the node's own PostgreSQL, or whatever ``DATABASE_URL`` names."""
    url = urlsplit(os.environ.get("DATABASE_URL") or NODE.data.get("database", ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": url.hostname or "127.0.0.1",
        "PORT": url.port or 5432,
        "NAME": unquote(url.path.lstrip("/")) or "tongban",
        "USER": unquote(url.username or "") or "tongban_app",
        "PASSWORD": unquote(url.password or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": os.environ.get("TONGBAN_PROCESS", "tongban")},
    }


DATABASES = {"default": _database()}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"tongban_{NODE.adcode}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_NAME = f"csrf_{NODE.adcode}"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tongban.ui.errors.csrf_failed"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TONGBAN_BASE_URL.startswith("https:")
TONGBAN_BEHIND_PROXY = bool(NODE.data.get("behind_proxy", False))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TONGBAN_BEHIND_PROXY else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

STATIC_URL = "/static/"
STATIC_ROOT = NODE.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tongban.ui.weight.Storage"},
}

PASSWORD_HASHERS = ["tongban.identity.hashing.Argon2id"]
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_IMPORT_PATHS = ["tongban.jobs.handlers"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("TONGBAN_LOG", "WARNING")},
}
