"""What tables may point to, what the app's role may do, and that migrations tell the whole truth."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tests.house.source import floors


def ours() -> list[type]:
    """Every model of the house."""
    return [model for model in apps.get_models() if model.__module__.startswith("tongban.")]


def append_only() -> list[type]:
    return [model for model in ours() if getattr(model, "append_only", False)]


def test_foreign_keys_point_down_or_stay_in_the_room():
    height = floors()
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in ours()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete
        if model._meta.app_label != field.related_model._meta.app_label
        if height[model._meta.app_label] <= height[field.related_model._meta.app_label]
    ]
    assert wrong == []


def test_what_is_told_must_not_be_taken_back_is_append_only():
    assert {"trail.Entry", "trail.Read", "cases.Event", "exchange.Evidence", "catalog.ItemVersion"} <= {
        m._meta.label for m in append_only()
    }


@pytest.mark.django_db
def test_the_app_can_read_and_add_but_not_change_or_remove_what_is_append_only():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
            "WHERE grantee = current_user AND table_schema = 'public'"
        )
        rights = {(table, right) for table, right in cursor.fetchall()}
    for model in append_only():
        assert {right for table, right in rights if table == model._meta.db_table} == {"SELECT", "INSERT"}


@pytest.mark.django_db
def test_the_app_cannot_change_one_column_of_what_is_append_only_either():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.column_privileges "
            "WHERE grantee = current_user AND privilege_type = 'UPDATE'"
        )
        changeable = {table for (table,) in cursor.fetchall()}
    assert not changeable & {model._meta.db_table for model in append_only()}


@pytest.mark.django_db
def test_the_app_owns_nothing_and_empties_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT table_name FROM information_schema.role_table_grants "
            "WHERE grantee = current_user AND privilege_type = 'TRUNCATE'"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_no_table_differs_from_its_migrations():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
