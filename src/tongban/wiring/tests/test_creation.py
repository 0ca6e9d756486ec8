"""Nodes made for real: on one cluster, each by its own process, with nothing shared."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tongban.wiring import creation, database, postgres
from tongban.wiring.node import Node

SMALL = {"people": 900, "firms": 60, "places": 400}
CITIES = ("310117", "330100")


def tongban(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as an operator runs it, for the node in ``home``."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"TONGBAN_HOME": str(home)}
    command = [sys.executable, "-m", "tongban.wiring.command", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def nodes(cluster, tmp_path_factory) -> dict[str, Node]:
    """Two cities' nodes on the session's cluster, made in a folder with spaces, with small registries."""
    folder = tmp_path_factory.mktemp("two nodes")
    made = {}
    for adcode in CITIES:
        node = creation.create(folder / adcode, adcode=adcode, demo=True, cluster=cluster.data)
        node.write(synthetic=SMALL, kinds=adcode == CITIES[0])
        filled = tongban(node.home, "node", "fill")
        assert filled.returncode == 0, filled.stdout + filled.stderr
        made[adcode] = node
    return made


def test_a_node_has_registries_offices_items_and_accounts(nodes):
    for node in nodes.values():
        found = json.loads(tongban(node.home, "node", "status", "--json").stdout)
        assert found["people"] >= SMALL["people"]
        assert found["firms"] == SMALL["firms"]
        assert found["places"] == SMALL["places"]
        assert found["offices"] > 10
        assert found["items"] >= 5
        accounts = json.loads((node.home / "keys" / "demo-accounts.json").read_text())
        assert {"founder", "representative"} <= {person["key"] for person in accounts["people"]}
        assert len(accounts["officers"]) >= 10


def test_a_second_fill_adds_nothing_and_changes_no_credentials(nodes):
    node = nodes["330100"]
    accounts = node.home / "keys" / "demo-accounts.json"
    before, credentials = tongban(node.home, "node", "status", "--json").stdout, accounts.read_text()
    assert tongban(node.home, "node", "fill").returncode == 0
    assert tongban(node.home, "node", "status", "--json").stdout == before
    assert accounts.read_text() == credentials


def test_lost_credentials_are_made_anew_for_the_same_officers(nodes):
    accounts = nodes["330100"].home / "keys" / "demo-accounts.json"
    before = {o["username"]: o["password"] for o in json.loads(accounts.read_text())["officers"]}
    accounts.unlink()
    assert tongban(nodes["330100"].home, "node", "fill").returncode == 0
    after = {o["username"]: o["password"] for o in json.loads(accounts.read_text())["officers"]}
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())


def test_making_a_node_again_keeps_its_keys_and_its_processes_passwords(nodes, cluster):
    node = nodes["310117"]
    keys = {path.name: path.read_bytes() for path in (node.home / "keys").iterdir()}
    again = creation.create(node.home, adcode="310117", demo=True, cluster=cluster.data)
    assert {path.name: path.read_bytes() for path in (node.home / "keys").iterdir()} == keys
    assert again.data["database"] == node.data["database"]
    psycopg.connect(again.data["database"]).close()


def test_a_folder_never_becomes_another_city_or_mode(nodes, cluster):
    home = nodes["310117"].home
    for adcode, demo in (("330100", True), ("310117", False)):
        with pytest.raises(ValueError, match="is a node of 310117, demo"):
            creation.create(home, adcode=adcode, demo=demo, cluster=cluster.data)


def test_no_role_of_one_node_connects_to_the_other_nodes_database(nodes):
    for one, other in (CITIES, CITIES[::-1]):
        for key in ("database", "auditor"):
            url = nodes[one].data[key]
            server = url.rpartition("/")[0]
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(f"{server}/tongban_{other}")


def test_the_apps_role_can_neither_alter_history_nor_tables(nodes):
    statements = (
        "DELETE FROM trail_entry",
        "UPDATE trail_entry SET verb = 'other'",
        "TRUNCATE trail_entry CASCADE",
        "DROP TABLE registries_person",
        "CREATE TABLE mine (n int)",
    )
    with psycopg.connect(nodes["330100"].data["database"], autocommit=True) as app:
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_the_auditor_reads_and_changes_nothing(nodes):
    with psycopg.connect(nodes["330100"].data["auditor"], autocommit=True) as auditor:
        assert auditor.execute("SELECT count(*) FROM trail_entry").fetchone()[0] > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            auditor.execute("INSERT INTO registries_division (code, name, level) VALUES ('990000', 'x', 'province')")


def test_an_officer_is_made_at_a_node_whose_database_does_not_run_yet(tmp_path):
    """As on a fresh machine: no officers, and a PostgreSQL of the node's own that is stopped."""
    node = creation.create(tmp_path / "fresh", adcode="330100", demo=False)
    cluster = Path(node.data["cluster"])
    try:
        with psycopg.connect(node.data["auditor"]) as auditor:
            assert auditor.execute("SELECT count(*) FROM identity_officer").fetchone() == (0,)
        postgres.stop(cluster)
        refused = tongban(node.home, "officer", "add", "a", "--name", "a", "--office", "nowhere")
        assert refused.returncode == 1 and json.loads(refused.stdout)["error"] == "no_office", refused.stderr
        listed = tongban(node.home, "officer", "list")
        assert (listed.returncode, json.loads(listed.stdout)) == (0, [])
    finally:
        postgres.stop(cluster)


def test_secrets_are_files_that_only_their_owner_reads(nodes):
    for node in nodes.values():
        secret = [node.home / "node.json", *(node.home / "keys").iterdir(), node.home / "demo" / "people.csv"]
        assert [str(path) for path in secret if stat.S_IMODE(path.stat().st_mode) != 0o600] == []
        assert stat.S_IMODE((node.home / "keys").stat().st_mode) == 0o700


def test_the_owners_credentials_are_kept_nowhere(nodes):
    for adcode, node in nodes.items():
        kept = [
            path for path in node.home.rglob("*") if path.is_file() and f"{adcode}_owner".encode() in path.read_bytes()
        ]
        assert kept == []


def test_the_schema_digest_changes_with_a_migration_only_by_its_files():
    assert database.schema() == database.schema()


def test_commands_without_a_node_say_so_in_one_line(tmp_path):
    said = tongban(tmp_path, "node", "status")
    assert said.returncode == 1
    assert said.stderr.strip().count("\n") == 0
    assert "tongban node create" in said.stderr


def test_a_node_on_the_operators_own_postgresql_makes_none(cluster, tmp_path):
    urls, home = database.create(cluster, "tongban_theirs"), tmp_path / "node"
    command = [
        sys.executable,
        "-m",
        "tongban.wiring.command",
        "node",
        "create",
        "--city",
        "330100",
        "--home",
        str(home),
    ]

    def create() -> subprocess.CompletedProcess[str]:
        theirs = os.environ | {"DATABASE_URL": urls.app}
        return subprocess.run(command, env=theirs, capture_output=True, text=True, timeout=300)

    first = create()
    assert first.returncode == 1 and "tongban.wiring.migrate" in first.stdout, first.stdout + first.stderr
    database.migrate(urls.owner, str(home))
    Node(home).write(kinds=False)  # a thousand items more would tell nothing new
    second = create()
    assert second.returncode == 0, second.stdout + second.stderr
    assert not (home / "pg").exists() and "cluster" not in Node(home).data
    with psycopg.connect(urls.auditor) as auditor:
        assert auditor.execute("SELECT count(*) FROM identity_office").fetchone()[0] > 10
