"""What the people of the demonstration know by heart, gathered from the nodes into one file and printed.

The file plays those people: the driver of the main job reads from it what they would type.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from demo.world import CITIES, SANDBOXES, World


def gather(world: World) -> dict[str, Any]:
    """Write ``demo-accounts.json`` (only its owner reads it): per node ``people`` by key and ``officers`` by username,
    per sandbox the operator's ``token``."""
    known = {
        "nodes": {city.adcode: {"url": world.url(city.adcode), **_of_node(world, city.adcode)} for city in CITIES},
        "sandboxes": {
            box.name: {"url": world.url(box.name), "token": (world.sandbox(box.name) / "control.token").read_text()}
            for box in SANDBOXES
        },
    }
    _write(world.accounts, known)
    return known


def _of_node(world: World, adcode: str) -> dict[str, Any]:
    found = json.loads((world.node(adcode) / "keys" / "demo-accounts.json").read_text("utf-8"))
    return {
        "people": {person["key"]: person for person in found["people"]},
        "officers": {officer["username"]: officer for officer in found["officers"]},
    }


def _write(path: Path, known: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(json.dumps(known, ensure_ascii=False, indent=1), "utf-8")
    part.replace(path)


def lines(known: dict[str, Any]) -> list[str]:
    """The same for a person to read: addresses, personas, officers with password and the secret of their codes."""
    said = []
    for adcode, node in known["nodes"].items():
        said.append(f"\n{adcode}  {node['url']}   desk: {node['url']}/desk/")
        for person in node["people"].values():
            firm = f"  {person['firm']['name']}" if person.get("firm") else ""
            mobile = person["mobile"] or "-" * 11
            said.append(f"  {person['key']:<15} {mobile}  {person['id_number']}  {person['name']}{firm}")
        for officer in node["officers"].values():
            said.append(
                f"  {officer['username']:<20} password {officer['password']}  TOTP {officer['totp_secret']}"
                f"  {officer['office']} ({', '.join(officer['powers'])})"
            )
    said.append("\nOutside parties (each with an operator's page; sign in with its token):")
    said += [f"  {name:<8} {box['url']}/operator  token {box['token'].strip()}" for name, box in known["sandboxes"].items()]
    said.append(
        "\nOne-time codes for mobiles appear on the node's demo phone page. TOTP codes: add the secret (or the otpauth:"
        " address in demo-accounts.json) to an authenticator, or `.venv/bin/python -m demo.code USERNAME`."
    )
    return said
