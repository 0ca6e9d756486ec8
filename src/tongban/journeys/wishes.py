"""What an applicant may ask of a case on its way: withdraw, supplement, have it delivered, rate it.

Asked at the node where the person is; done at the node that holds the case. The other node gets it by hand-over.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.errors import Denied, NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import actions as cases
from tongban.cases import queries as stored
from tongban.cases import spaces
from tongban.engine import lifecycle
from tongban.engine.plan import PlannedMaterial, Verdict
from tongban.exchange import actions as exchange
from tongban.files import actions as files
from tongban.files import checks
from tongban.journeys import deliver, find, fitting, moves, rate, see, taking_back


class NotYours(Denied):
    """A party of somebody else's case would decide where everybody's papers go."""

    def __init__(self) -> None:
        super().__init__(
            "not_yours",
            Words(zh="纸质证照和原件由申请人安排寄送", en="Papers and originals go where the applicant has them sent"),
            because=Words(
                zh="一个包裹里有各方的证照，您是办件的一方，不是申请人",
                en="One parcel carries everybody's papers, and you are a party of this case, not its applicant",
            ),
            next_step=Words(
                zh="您自己的电子证照在“证照”里；要纸质的，请申请人寄送。",
                en="Your own e-certificates are under Certificates; for paper, ask the applicant.",
            ),
        )


def withdraw(*, number: str, by: Actor, now: datetime, part: str = "") -> bool:
    """Take the application back, possible until anything is decided; or one part, until that is. A party does so where they
    take part; what several applied for together is taken back once all of them have asked for it (gives whether it was).
    Raises taking_back.NotTheirs."""
    row = see.mine(number, by=by, now=now)
    theirs = see.theirs_of(row, by=by, now=now)
    if not theirs >= ({part} & set(row.codes) if part else set(row.codes)):
        raise taking_back.NotTheirs
    with moves.together():
        agreed = taking_back.agree(row, part, by=by, now=now)
        if agreed is not None:
            said = {**({"part": part} if part else {}), **({"agreed": list(agreed)} if agreed else {})}
            _wish(number, "withdraw", said, by=by, now=now)
    return agreed is not None


def keep(*, number: str, by: Actor, now: datetime, part: str = "") -> None:
    """Do not agree to take back what another party wishes to. Raises taking_back.NotTheirs, or NotAsked."""
    taking_back.decline(see.mine(number, by=by, now=now), part, by=by, now=now)


def who_must_agree(*, number: str, by: Actor, now: datetime, part: str = "") -> list[str]:
    """The names of the others who would have to agree to take this back."""
    return taking_back.others(see.mine(number, by=by, now=now), part, by=by, now=now)


def supplement(*, number: str, uploads: list[tuple[str, str, bytes]], words: str, by: Actor, now: datetime) -> None:
    """Give what was asked for once (补正): files as (material, name, content), and words. Raises TooMuch for files that do
    not fit into one message to the city that decides."""
    safe = [(material, checks.safe(content, name=name, accepts=_TAKEN)) for material, name, content in uploads]
    row = see.mine(number, by=by, now=now)
    if _goes_away(row):
        city = find.cities().get(row.city, Words(zh=row.city, en=row.city))
        fitting.check([len(each.content) for _, each in safe], city=city)
    given = [
        {"material": m, "name": s.name, "media_type": s.media_type, "content": base64.b64encode(s.content).decode()}
        for m, s in safe
    ]
    _wish(number, "supplement", {"files": given, "words": words[:4000]}, by=by, now=now)


def order_paper(
    *, number: str, name: str, mobile: str, address: str, also: Sequence[str] = (), by: Actor, now: datetime
) -> None:
    """Have the papers of a case sent by courier, in one parcel with those of other cases of theirs (``also``). Raises
    NotYours for a party: a parcel carries what was made out for everybody."""
    others = list(dict.fromkeys(each for each in also if each != number))[: deliver.TOGETHER]
    _check_own(number, *others, by=by, now=now)
    told = {"name": name, "mobile": mobile, "address": address, **({"also": others} if others else {})}
    _wish(number, "deliver", told, by=by, now=now)


def fetch_originals(*, number: str, what: str, name: str, mobile: str, address: str, by: Actor, now: datetime) -> None:
    """Have the courier fetch originals and bring them to the office that decides; they come back with the outcome. Raises
    NotYours for a party."""
    _check_own(number, by=by, now=now)
    told = {"what": what, "name": name, "mobile": mobile, "address": address}
    _wish(number, "fetch", told, by=by, now=now)


def redirect(*, number: str, name: str, mobile: str, address: str, by: Actor, now: datetime) -> None:
    """Have a parcel that is on its way brought to another address. Raises NotYours for a party."""
    _check_own(number, by=by, now=now)
    _wish(number, "redirect", {"name": name, "mobile": mobile, "address": address}, by=by, now=now)


def give_rating(*, number: str, code: int, words: str, by: Actor, now: datetime) -> None:
    """Rate the service: 1 非常满意 … 5 非常不满意. Kept here and told to the deciding city."""
    row = see.mine(number, by=by, now=now)
    with moves.together():
        rate.keep(row, code=code, words=words, by=by, now=now)
        if row.city != settings.TONGBAN_ADCODE:
            _send(row, "rate", {"code": code, "words": words[:2000]}, by=by, now=now)


def _check_own(*numbers: str, by: Actor, now: datetime) -> None:
    if not all(spaces.holds(see.mine(each, by=by, now=now), by) for each in numbers):
        raise NotYours


def _wish(number: str, wish: str, with_: dict[str, Any], *, by: Actor, now: datetime) -> None:
    row = see.mine(number, by=by, now=now)
    if _goes_away(row):
        _send(row, wish, with_, by=by, now=now)
    else:
        here(row, wish=wish, with_=with_, by=by, now=now)


def _goes_away(row: Any) -> bool:
    """Whether what is asked of this case is asked of another node."""
    return settings.TONGBAN_ADCODE not in (row.custodian, row.city)


def _send(row: Any, wish: str, with_: dict[str, Any], *, by: Actor, now: datetime) -> None:
    exchange.put_out(
        peer=row.city,
        case_ref=row.number,
        kind="case.asked",
        now=now,
        data={
            "wish": wish,
            "with": with_,
            "account": by.id,
            "person": by.subject or "",
            "behalf": bool(by.behalf),
            "entity": by.entity or "",
        },
    )


def here(row: Any, *, wish: str, with_: dict[str, Any], by: Actor, now: datetime) -> None:
    """Do what was asked, at the node that holds the case."""
    do = _WISHES.get(wish)
    if do is None:
        raise NotFound("no_wish", Words(zh="不能这样要求", en="This cannot be asked for"))
    shape, doing = do
    try:
        read = msgspec.convert(with_, shape)
    except msgspec.ValidationError as wrong:
        raise Refusal("malformed", Words(zh="要求的格式不对", en=f"The wish is malformed: {wrong}")) from wrong
    doing(row, read, by, now)


class Withdrawn(msgspec.Struct, frozen=True):
    """What is taken back: everything, or one part; as what parties they agreed, where several must."""

    part: str = ""
    agreed: tuple[str, ...] = ()


class Given(msgspec.Struct, frozen=True):
    """One file given as a supplement; ``content`` is base64 on the wire."""

    material: str
    name: str
    content: bytes


class Supplement(msgspec.Struct, frozen=True):
    """What was asked for once: files, and words."""

    files: tuple[Given, ...]
    words: str


class Address(msgspec.Struct, frozen=True):
    """Where papers are to be sent; ``also`` are other cases whose papers go into the same parcel."""

    name: str
    mobile: str
    address: str
    also: tuple[str, ...] = ()


class Fetching(msgspec.Struct, frozen=True):
    """What originals are to be fetched, and where."""

    what: str
    name: str
    mobile: str
    address: str


class Elsewhere(msgspec.Struct, frozen=True):
    """Where a parcel is wanted that is on its way."""

    name: str
    mobile: str
    address: str


class Rating(msgspec.Struct, frozen=True):
    """A rating: 1 非常满意 … 5 非常不满意."""

    code: int
    words: str


def _withdraw(row: Any, with_: Withdrawn, by: Actor, now: datetime) -> None:
    taking_back.check_agreed(row, with_.part, with_.agreed, now=now)
    circle = moves.circle_of(row, now=now)
    command = lifecycle.Withdraw(by=by, node=settings.TONGBAN_ADCODE, circle=circle, part=with_.part or None)
    moves.move(number=row.number, command=command, now=now)


def _supplement(row: Any, with_: Supplement, by: Actor, now: datetime) -> None:
    with moves.together():
        digests = [_file(row, each, by, now) for each in with_.files]
        writing = {"kind": "supplement", "text": with_.words, "at": now.isoformat(), "by": by.id}
        if with_.words:
            digests.append(moves.digest_of(with_.words))
        command = lifecycle.Supplement(
            by=by, node=settings.TONGBAN_ADCODE, circle=moves.circle_of(row, now=now), digests=tuple(digests)
        )
        moves.move(number=row.number, command=command, now=now, writing=writing)


_TAKEN = ("application/pdf", "image/jpeg", "image/png")
_GIVEN = Words(zh="补正提交", en="Given as a supplement")


def _file(row: Any, file: Given, by: Actor, now: datetime) -> str:
    safe = checks.safe(file.content, name=file.name, accepts=_TAKEN)
    blob = files.store(content=safe.content, media_type=safe.media_type, name=safe.name, key=row.key, by=by, now=now)
    known = next((m for m in stored.materials(row) if m.type == file.material), None)
    title = Words(**known.title) if known else Words(zh="补正材料", en="Supplement")
    planned = PlannedMaterial(type=file.material[:80], title=title, verdict=Verdict.UPLOAD, reason=_GIVEN)
    cases.add_material(number=row.number, planned=planned, blob=blob, now=now)
    return str(blob.sha256)


def _deliver(row: Any, with_: Address, by: Actor, now: datetime) -> None:
    others = [each for number in with_.also[: deliver.TOGETHER] if (each := _beside(row, number)) is not None]
    deliver.order(row, name=with_.name, mobile=with_.mobile, address=with_.address, also=others, by=by, now=now)


def _beside(row: Any, number: str) -> Any:
    """Another case of the same space; none where it is somebody else's."""
    other = stored.find(number)
    known = row.person or row.entity
    same = (
        known and other is not None and (other.person, other.entity, other.city) == (row.person, row.entity, row.city)
    )
    return other if same and other.number != row.number else None


def _fetch(row: Any, with_: Fetching, by: Actor, now: datetime) -> None:
    deliver.fetch(row, what=with_.what, name=with_.name, mobile=with_.mobile, address=with_.address, by=by, now=now)


def _redirect(row: Any, with_: Elsewhere, by: Actor, now: datetime) -> None:
    deliver.redirect(row, name=with_.name, mobile=with_.mobile, address=with_.address, by=by, now=now)


def _rate(row: Any, with_: Rating, by: Actor, now: datetime) -> None:
    rate.keep(row, code=with_.code, words=with_.words, by=by, now=now)


_WISHES: dict[str, tuple[Any, Any]] = {
    "withdraw": (Withdrawn, _withdraw),
    "supplement": (Supplement, _supplement),
    "deliver": (Address, _deliver),
    "fetch": (Fetching, _fetch),
    "redirect": (Elsewhere, _redirect),
    "rate": (Rating, _rate),
}
