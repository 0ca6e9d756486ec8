"""A whole catalogue moves between nodes of one city, a test node and the live one, as one signed pack (目录迁移)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI, day_of
from tongban.base.cryptography import keys as crypto
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.catalog import actions, bundles, judging, packs, stock, stocking
from tongban.catalog import queries as catalog
from tongban.catalog.packs import Unsound
from tongban.exchange import queries as peers

PARTNER = "partner"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a pack: items by their codes."""

    signer: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    ended: tuple[str, ...]
    kept: tuple[str, ...]
    bundles: tuple[str, ...] = ()


class TakenBefore(Refusal):
    """The very same pack was taken before."""

    status = 409

    def __init__(self, at: datetime) -> None:
        super().__init__(
            "pack_repeated",
            Words(zh="这个目录包已经接收过", en="This pack was taken before"),
            because=Words(zh=f"接收时间：{at:%Y-%m-%d %H:%M}", en=f"Taken at {at:%Y-%m-%d %H:%M}"),
            next_step=Words(
                zh="如需再次迁移，请在来源节点重新导出。", en="To move the catalogue again, export it anew at its node."
            ),
        )


def export(*, now: datetime) -> bytes:
    """Everything this city offers, what is coming and what has ended, signed by this node."""
    city = settings.TONGBAN_ADCODE
    manifest, bodies = catalog.everything(city=city, now=now)
    return packs.write(manifest, bodies, settings.TONGBAN_KEYS.signing)


def take(
    content: bytes, *, sender: str = "", on: date | None = None, end_missing: bool = False, by: Actor, now: datetime
) -> Report:
    """Take a pack over: every version with its digest, from ``on`` (today). All of it or nothing.

    ``sender`` is who must have signed it: this city itself, or a partner of its own trust list (a test node). What this
    node offers and the pack has not stays, unless ``end_missing``. Raises ``Unsound`` or ``TakenBefore``.
    """
    sender = sender or settings.TONGBAN_ADCODE
    pack = packs.read(content, _keyring(sender, content, now=now))
    if pack.manifest.city != settings.TONGBAN_ADCODE:
        raise _foreign(pack.manifest.city)
    today = day_of(now)
    if on is not None and on < today:
        raise Unsound(
            "pack_day",
            "生效日期已过。",
            "The day is over.",
            next_zh="请选择今天或以后的日期。",
            next_en="Choose today or later.",
        )
    with transaction.atomic():
        if taken := actions.pack_taken(pack, signer=sender, by=by, now=now):
            raise TakenBefore(taken.astimezone(SHANGHAI))
        return _put(pack, sender, on or today, end_missing=end_missing, by=by, now=now)


def _put(pack: packs.Pack, sender: str, on: date, *, end_missing: bool, by: Actor, now: datetime) -> Report:
    city, manifest = settings.TONGBAN_ADCODE, pack.manifest
    before = catalog.digests(city=city)
    for row in manifest.items:
        if before.get(row.code) == row.sha256:
            continue
        body = pack.body(row.sha256, row.size)
        judging.bounded(body)
        actions.publish(city=city, body=body, effective_on=on, by=by, now=now)
    for turn in manifest.coming:
        _turn(pack, turn, on, stock.ITEMS, by=by, now=now)
    joint = _joint(pack, on, end_missing=end_missing, by=by, now=now)
    after = {row.code: row.sha256 for row in manifest.items}
    gone = {row.code: row.successor for row in manifest.ended if row.code in before}
    missing = sorted(before.keys() - after.keys() - {turn.code for turn in manifest.coming} - gone.keys())
    for code in [*gone, *(missing if end_missing else ())]:
        actions.retire(city=city, code=code, successor=gone.get(code, ""), by=by, now=now, on=on)
    return Report(
        signer=sender,
        new=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(code for code in after.keys() & before.keys() if after[code] != before[code])),
        same=tuple(sorted(code for code in after.keys() & before.keys() if after[code] == before[code])),
        ended=tuple(sorted([*gone, *(missing if end_missing else ())])),
        kept=() if end_missing else tuple(missing),
        bundles=joint,
    )


def _joint(pack: packs.Pack, on: date, *, end_missing: bool, by: Actor, now: datetime) -> tuple[str, ...]:
    """Bundles come as items do; the codes of those that are new or changed."""
    city, manifest = settings.TONGBAN_ADCODE, pack.manifest
    before = bundles.digests(city=city)
    fresh = [row for row in manifest.bundles if before.get(row.code) != row.sha256]
    for row in fresh:
        body = pack.body(row.sha256, row.size)
        judging.bounded_bundle(body)
        bundles.publish(city=city, body=body, effective_on=on, by=by, now=now)
    for turn in manifest.bundles_coming:
        _turn(pack, turn, on, stock.BUNDLES, by=by, now=now)
    gone = {row.code: row.successor for row in manifest.bundles_ended if row.code in before}
    kept = {row.code for row in (*manifest.bundles, *manifest.bundles_coming)}
    missing = before.keys() - kept - gone.keys() if end_missing else set()
    for code in sorted({*gone, *missing}):
        bundles.retire(city=city, code=code, successor=gone.get(code, ""), by=by, now=now, on=on)
    return tuple(sorted(row.code for row in fresh))


def _turn(pack: packs.Pack, turn: packs.Turn, on: date, of: stock.Stock, *, by: Actor, now: datetime) -> None:
    """What was coming there comes here on the same day, not before the pack itself."""
    city, day = settings.TONGBAN_ADCODE, max(on, date.fromisoformat(turn.on))
    if turn.sha256:
        body = pack.body(turn.sha256, turn.size)
        (judging.bounded if of is stock.ITEMS else judging.bounded_bundle)(body)
        stocking.publish(of, city=city, body=body, effective_on=day, by=by, now=now)
    else:
        stocking.retire(of, city=city, code=turn.code, successor=turn.successor, by=by, now=now, on=day)


def _keyring(sender: str, content: bytes, *, now: datetime) -> Mapping[str, crypto.PublicKey]:
    """The keys by which ``sender`` may have signed: of this node, or as the trust list says; and a word on whose
    signature it is where it is not theirs."""
    here = settings.TONGBAN_ADCODE
    own = settings.TONGBAN_KEYS.signing.public
    ring = {own.id: own} if sender == here else {}
    row = next((peer for peer in peers.listed(now=now) if peer.id == sender), None)
    if row is None and sender != here:
        raise _unknown(sender)
    if row is not None and sender != here and not (row.kind == PARTNER and row.scope == here):
        raise _foreign(sender)
    ring |= peers.keyring(row, at=now) if row is not None else {}
    claimed = packs.signers(content)
    if not set(claimed) & set(ring):
        raise _whose(claimed, here)
    return ring


def _whose(claimed: tuple[str, ...], here: str) -> Unsound:
    """Not signed by who was expected: say whose it is, and what would do."""
    owner = next((peer for each in claimed if (peer := peers.owner_of(each))), None)
    if owner is None:
        return Unsound(
            "pack_untrusted",
            "签名人不在本节点的信任名单内。",
            "Its signer is on no trust list of this node.",
            next_zh="先把来源节点列入本市的信任名单，再接收。",
            next_en="Put its node on this city's own trust list first.",
        )
    if owner.kind == PARTNER and owner.scope == here:
        return Unsound(
            "pack_sender",
            f"签名人是 {owner.id}。",
            f"It was signed by {owner.id}.",
            next_zh=f"如确认来源，请加 --from {owner.id}。",
            next_en=f"If you mean to take it, say --from {owner.id}.",
        )
    return _foreign(owner.id)


def _unknown(sender: str) -> Unsound:
    return Unsound(
        "pack_untrusted",
        f"{sender} 不在本节点的信任名单内。",
        f"{sender} is on no trust list of this node.",
        next_zh="先把来源节点列入本市的信任名单，再接收。",
        next_en="Put its node on this city's own trust list first.",
    )


def _foreign(whose: str) -> Unsound:
    return Unsound(
        "pack_foreign",
        f"这是 {whose} 的目录，不是本市的。",
        f"It is the catalogue of {whose}, not of this city.",
        next_zh="其他城市的事项由系统自动同步（tongban pull），不用目录包。",
        next_en="What other cities offer comes by itself (tongban pull), not by a pack.",
    )
