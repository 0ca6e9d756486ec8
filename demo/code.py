"""``python -m demo.code USERNAME``: the present six-digit code of a demonstration officer."""

from __future__ import annotations

import json
import sys

import pyotp

from demo.world import REPOSITORY, World


def main() -> int:
    """Print the code; 1 when there is no such officer."""
    known = json.loads(World(REPOSITORY / "var").accounts.read_text("utf-8"))
    for node in known["nodes"].values():
        for username in sys.argv[1:]:
            if username in node["officers"]:
                print(pyotp.TOTP(node["officers"][username]["totp_secret"]).now())
                return 0
    print("No such officer; their names are in var/demo-accounts.json.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
