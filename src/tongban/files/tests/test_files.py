"""Stored bytes come back whole, lie on disk sealed, and are gone with their key."""

import pytest
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.files import actions, queries, store, vault

pytestmark = pytest.mark.django_db


def test_bytes_come_back_and_the_disk_holds_none_of_them():
    blob = actions.store(content=b"secret words", media_type="text/plain", name="a.txt", by=SYSTEM, now=timezone.now())
    assert queries.read(queries.blob(blob.id)) == b"secret words"
    assert b"secret" not in store.read(blob.id)


def test_an_erased_key_takes_its_bytes_with_it_and_leaves_the_digest():
    blob = actions.store(content=b"secret", media_type="text/plain", name="a", by=SYSTEM, now=timezone.now())
    vault.erase(blob.key, now=timezone.now())
    again = queries.blob(blob.id)
    with pytest.raises(vault.Erased):
        queries.read(again)
    assert len(again.sha256) == 64
