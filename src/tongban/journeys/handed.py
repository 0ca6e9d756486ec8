"""The shapes of what another city hands over, and the refusal of what has none of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine import lifecycle
from tongban.engine.plan import ItemRef, Known, Role


class NotOurs(Refusal):
    """What was handed over does not hold together; the sender must look at it."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code, Words(zh=zh, en=en), status=422)


class Signature(msgspec.Struct, frozen=True):
    """One party's signature: the role it stands for, and the taking-in node's word on it (a JWS)."""

    role: str
    signature: str


class Circle(msgspec.Struct, frozen=True):
    """Whose case it is: people by the other city's ids, firms by USCC."""

    persons: tuple[str, ...]
    firms: tuple[str, ...]


class Document(msgspec.Struct, frozen=True):
    """What is read of a signed document; the digest is over all of it."""

    ref: str
    item: ItemRef
    title: dict[str, str]
    answers: dict[str, Any]
    facts: dict[str, Known]
    roles: tuple[Role, ...]
    items: tuple[ItemRef, ...] = ()
    bundle: str = ""

    @property
    def refs(self) -> tuple[ItemRef, ...]:
        """The versions that it is for, the one that leads first."""
        return self.items or (self.item,)


class Content(msgspec.Struct, frozen=True):
    """The personal part of a case as it is handed over."""

    document: Document
    digest: str
    signatures: tuple[Signature, ...]
    circle: Circle


class File(msgspec.Struct, frozen=True):
    """One file that comes with a case; ``content`` is base64 on the wire."""

    material: str
    name: str
    content: bytes


class Offered(msgspec.Struct, frozen=True):
    """The data of ``case.offered``."""

    id: UUID
    events: tuple[lifecycle.Event, ...]
    content: Content
    files: tuple[File, ...]


class Said(msgspec.Struct, frozen=True):
    """What a node says with a signature: of which content, for which role, proved at which level, when."""

    digest: str
    role: str
    level: int
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class SentPaper(msgspec.Struct, frozen=True):
    """A certificate or letter as it is sent; ``pdf`` is base64 on the wire. ``roles`` are the parties whose paper it is;
    none: of all."""

    kind: str
    name: dict[str, str]
    number: str
    identifier: str
    token: str
    verify_url: str
    pdf: bytes
    roles: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True, rename={"with_": "with"}):
    """The data of ``case.asked``: what the applicant wishes, and who that is at the node that took the case in: the
    ``person`` (for whom another asks where ``behalf``), or the firm ``entity`` whose person asks."""

    wish: str
    with_: dict[str, Any]
    account: str
    person: str
    behalf: bool = False
    entity: str = ""


def read(data: Any, shape: Any) -> Any:
    """What a peer sent, in its shape; NotOurs ``malformed`` otherwise."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as wrong:
        raise NotOurs("malformed", "移交的内容格式不对", f"What was handed over is malformed: {wrong}") from wrong
