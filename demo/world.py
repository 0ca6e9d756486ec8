"""What the demonstration consists of: its folder, its parties, their ports and homes."""

from __future__ import annotations

import json
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class City:
    """A node of the demonstration: its adcode and the port that it has unless another program took it."""

    adcode: str
    port: int


@dataclass(frozen=True)
class Sandbox:
    """An outside party: a process that imports nothing of tongban. ``kind`` is what trust lists call it."""

    name: str
    port: int
    kind: str
    zh: str
    en: str
    options: tuple[str, ...] = ()


CITIES = (City("310117", 8101), City("330100", 8102))
SANDBOXES = (
    Sandbox("face", 8111, "partner", "国家身份核验（演示）", "National identity check (sandbox)"),
    Sandbox("courier", 8112, "courier", "快递公司（演示）", "Courier (sandbox)"),
    Sandbox("acquirer", 8114, "partner", "收单机构（演示）", "Acquirer (sandbox)"),
    Sandbox("tax", 8113, "agency", "税务系统（演示）", "Tax office system (sandbox)", ("--district", "330100")),
)


@dataclass
class World:
    """The folder of one demonstration, with the ports that its parties listen on."""

    var: Path
    synthetic: dict[str, int] | None = None  # sizes of the invented society; None: full size
    usual_ports: bool = True  # False beside another demonstration that may be starting: only free ones
    ports: dict[str, int] = field(default_factory=dict)
    held: list[socket.socket] = field(default_factory=list)  # the ports' places until their parties listen there

    @property
    def cluster(self) -> Path:
        """The data folder of the one PostgreSQL that both nodes' databases are in."""
        return self.var / "pg"

    @property
    def accounts(self) -> Path:
        """What the people of the demonstration know by heart: see ``demo.accounts``."""
        return self.var / "demo-accounts.json"

    def node(self, adcode: str) -> Path:
        """A node's home."""
        return self.var / "nodes" / adcode

    def sandbox(self, name: str) -> Path:
        """A sandbox's home."""
        return self.var / "sandboxes" / name

    def url(self, name: str) -> str:
        """The origin of a city (by adcode) or sandbox."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def addresses(self) -> dict[str, str]:
        """Every party's origin, by adcode or name."""
        return {name: self.url(name) for name in self.ports}

    def take_ports(self) -> dict[str, int]:
        """Give every party its usual port (where usual ones are wanted), else the one it had, else a free one, and hold
        them all until ``let_go``: a demonstration that starts meanwhile takes others. Returns those that had to move."""
        kept = _read(self.var / "ports.json")
        moved = {}
        for party in (*CITIES, *SANDBOXES):
            name = party.adcode if isinstance(party, City) else party.name
            wanted = [party.port if self.usual_ports else None, kept.get(name)]
            self.ports[name] = next((p for p in wanted if p and self._hold(p)), 0) or self._any()
            if self.usual_ports and self.ports[name] != party.port:
                moved[name] = self.ports[name]
        (self.var / "ports.json").write_text(json.dumps(self.ports))
        return moved

    def let_go(self) -> None:
        """Free the ports for their parties."""
        while self.held:
            self.held.pop().close()

    def _hold(self, port: int) -> bool:
        """Listen on a port, so that nobody else can; False where somebody does."""
        place = socket.socket()
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind(("127.0.0.1", port))
            place.listen(1)
        except OSError:
            place.close()
            return False
        self.held.append(place)
        return True

    def _any(self) -> int:
        """A free port below those that the system gives to outgoing connections: one of these could take it before its
        party listens."""
        while not self._hold(port := secrets.choice(range(20_000, 32_000))):
            pass
        return port


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, ValueError):
        return {}

