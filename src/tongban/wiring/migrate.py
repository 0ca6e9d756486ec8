"""Bring a database to this version's tables and rights. Runs as the owner; ``python -m tongban.wiring.migrate``."""

from __future__ import annotations

import os

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection


def grant(cursor: object, app: str, auditor: str) -> None:
    """Give the app what it needs and no more: append-only tables take INSERT and SELECT only."""
    run = cursor.execute  # type: ignore[attr-defined]
    run(f'GRANT USAGE ON SCHEMA public TO "{app}", "{auditor}"')
    run(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{app}"')
    run(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{app}"')
    run(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{auditor}"')
    run(f'REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM "{app}"')
    for model in apps.get_models():
        if getattr(model, "append_only", False):
            run(f'REVOKE UPDATE, DELETE ON "{model._meta.db_table}" FROM "{app}"')


def main() -> None:
    """Migrate, then grant."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.wiring.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        grant(cursor, f"{name}_app", f"{name}_auditor")


if __name__ == "__main__":
    main()
