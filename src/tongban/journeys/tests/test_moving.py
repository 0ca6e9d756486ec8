"""A catalogue moves between two nodes of one city as one signed pack, and what is not whole or not ours is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import msgspec
import pytest

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import canonical
from tongban.base.cryptography import keys as crypto
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.catalog import actions, bundles, packs
from tongban.catalog import queries as catalog
from tongban.catalog.models import BundleComing, BundleRetired, Coming, Entry, ItemVersion, Revision, Taken
from tongban.engine import bundles as joint
from tongban.engine import items as engine
from tongban.engine.items import plain
from tongban.exchange import actions as exchange
from tongban.exchange.documents import KeyRow, Listed, make_trust_list
from tongban.journeys import interchange, moving, publish
from tongban.trail.models import Entry as Trail

pytestmark = pytest.mark.django_db
CITY, ROAD, TEST = "330100", "road-occupation", "330100:test"


@pytest.fixture
def there(society, db, settings, clock):
    """The key of a test node of the same city, which stands on this city's own trust list."""
    key = crypto.new_ed25519()
    rows = [
        Listed(
            id=TEST,
            kind="partner",
            name=Words(zh="测试节点（演示）", en="Test node (demo)"),
            endpoint="https://127.0.0.1:1",
            keys=(KeyRow(jwk=key.public.jwk(), since=clock.now - timedelta(days=1)),),
        )
    ]
    own = settings.TONGBAN_KEYS.signing
    document = make_trust_list(rows, int(clock.now.timestamp()), clock.now + timedelta(days=90), [own], CITY)
    exchange.load_trust_list(document=document, anchors=[own.public], by=SYSTEM, now=clock.now, quorum=1)
    return key


def made(key, clock, *, change=None, bodies=None) -> bytes:
    """A pack of what this city offers, signed by another node."""
    manifest, known = catalog.everything(city=CITY, now=clock.now)
    return packs.write(change(manifest) if change else manifest, known | (bodies or {}), key)


def newer(clock, days: str = "5") -> tuple[str, bytes]:
    """The next version of an item as the test node has it: digest and body."""
    item = catalog.item(catalog.in_force(ROAD, city=CITY))
    body = engine.body(plain.filled(item, {**plain.fields(item), "promise.number": days}))
    return engine.sha256(body), body


def replaced(manifest, digest: str, body: bytes):
    rows = tuple(
        packs.Row(row.code, digest, len(body), row.effective_on) if row.code == ROAD else row
        for row in manifest.items
    )
    return msgspec.structs.replace(manifest, items=rows)


def with_newer(key, clock, days: str = "5") -> bytes:
    """The same catalogue with one item changed, as the test node would send it."""
    digest, body = newer(clock, days)
    old = catalog.digests(city=CITY)[ROAD]
    manifest, known = catalog.everything(city=CITY, now=clock.now)
    known.pop(old)
    return packs.write(replaced(manifest, digest, body), known | {digest: body}, key)


def code_of(content: bytes, clock, **how) -> str:
    before = (catalog.digests(city=CITY), ItemVersion.objects.count(), Taken.objects.count())
    with pytest.raises(Refusal) as no:
        moving.take(content, by=SYSTEM, now=clock.now, **{"sender": TEST, **how})
    assert no.value.because is not None and no.value.next_step is not None, "it says why, and what to do"
    assert (catalog.digests(city=CITY), ItemVersion.objects.count(), Taken.objects.count()) == before, "nothing changed"
    return no.value.code


def test_there_and_back_nothing_has_changed(there, clock, settings):
    before = catalog.digests(city=CITY)
    out = moving.export(now=clock.now)
    versions = ItemVersion.objects.count()
    Entry.objects.filter(city=CITY).delete()
    report = moving.take(out, by=SYSTEM, now=clock.now)
    assert catalog.digests(city=CITY) == before and len(report.new) == len(before)
    assert ItemVersion.objects.count() == versions, "the same digests are the same versions"
    again = moving.export(now=clock.now)
    own = {settings.TONGBAN_KEYS.signing.public.id: settings.TONGBAN_KEYS.signing.public}
    one, two = (packs.read(each, own).manifest for each in (out, again))
    assert one == two


def test_what_the_test_node_changed_is_taken_on_the_day_that_is_named(there, clock):
    digest, _ = newer(clock)
    on = clock.now.date() + timedelta(days=10)
    report = moving.take(with_newer(there, clock), sender=TEST, on=on, by=SYSTEM, now=clock.now)
    assert report.changed == (ROAD,) and report.new == () and len(report.same) == len(catalog.digests(city=CITY)) - 1
    assert Coming.objects.count() == 1 and catalog.digests(city=CITY)[ROAD] != digest
    actions.put_in_force(now=clock.forward(days=10))
    assert catalog.digests(city=CITY)[ROAD] == digest
    assert Trail.objects.filter(verb="catalog.take-pack", subject=CITY).count() == 1


def test_what_is_coming_and_what_has_ended_moves_too(there, clock):
    _, body = newer(clock, "4")
    actions.publish(city=CITY, body=body, effective_on=clock.now.date() + timedelta(days=20), by=SYSTEM, now=clock.now)
    actions.retire(city=CITY, code="company-registration", successor=ROAD, by=SYSTEM, now=clock.now)
    content = made(there, clock)
    Coming.objects.all().delete()
    actions.publish(city=CITY, body=bytes(ItemVersion.objects.filter(city=CITY, code="company-registration").first().body),
                    effective_on=clock.now.date(), by=SYSTEM, now=clock.now)  # fmt: skip
    report = moving.take(content, sender=TEST, by=SYSTEM, now=clock.now)
    assert report.ended == ("company-registration",)
    with pytest.raises(catalog.NoItem) as gone:
        catalog.in_force("company-registration", city=CITY)
    assert gone.value.successor == ROAD
    assert [row.code for row in Coming.objects.all()] == [ROAD]


def test_what_the_pack_has_not_stays_unless_it_is_said_to_end(there, clock):
    def without(manifest):
        return msgspec.structs.replace(manifest, items=tuple(r for r in manifest.items if r.code != ROAD))

    digest = catalog.digests(city=CITY)[ROAD]
    manifest, known = catalog.everything(city=CITY, now=clock.now)
    known.pop(digest)
    content = packs.write(without(manifest), known, there)
    assert moving.take(content, sender=TEST, by=SYSTEM, now=clock.now).kept == (ROAD,)
    clock.forward(minutes=1)
    manifest, known = catalog.everything(city=CITY, now=clock.now)
    known.pop(digest)
    content = packs.write(without(manifest), known, there)
    assert moving.take(content, sender=TEST, end_missing=True, by=SYSTEM, now=clock.now).ended == (ROAD,)
    assert ROAD not in catalog.digests(city=CITY)


def test_a_body_that_an_older_release_wrote_moves_as_it_is(there, clock):
    known = msgspec.json.decode(bytes(catalog.in_force(ROAD, city=CITY).body))
    older = canonical.dumps({name: value for name, value in known.items() if name != "to_confirm"})
    digest = canonical.sha256(older)
    manifest, _ = catalog.everything(city=CITY, now=clock.now)
    alone = msgspec.structs.replace(manifest, items=(packs.Row(ROAD, digest, len(older), "2026-11-23"),), bundles=())
    moving.take(packs.write(alone, {digest: older}, there), sender=TEST, by=SYSTEM, now=clock.now)
    assert catalog.digests(city=CITY)[ROAD] == digest


def test_bundles_move_with_the_catalogue_and_one_that_is_not_sound_is_refused(there, clock):
    manifest, known = catalog.everything(city=CITY, now=clock.now)
    assert [row.code for row in manifest.bundles] == ["newborn", "restaurant-opening", "second-hand-home"]
    old = bundles.in_force("newborn", city=CITY)
    newer_one = msgspec.structs.replace(old, order=99)
    body = joint.body(newer_one)
    row = packs.Row("newborn", joint.sha256(body), len(body), "2026-11-23")
    rows = tuple(row if r.code == "newborn" else r for r in manifest.bundles)
    known.pop(bundles.digests(city=CITY)["newborn"])
    sent = packs.write(msgspec.structs.replace(manifest, bundles=rows), known | {joint.sha256(body): body}, there)
    assert moving.take(sent, sender=TEST, by=SYSTEM, now=clock.now).bundles == ("newborn",)
    assert bundles.in_force("newborn", city=CITY).order == 99
    walk = "answers.card.all(a, answers.card.all(b, a == b))"
    first = msgspec.structs.replace(old.members[0], when=walk)
    endless = joint.body(msgspec.structs.replace(old, members=(first, *old.members[1:])))
    row = packs.Row("newborn", joint.sha256(endless), len(endless), "2026-11-23")
    bad = packs.write(msgspec.structs.replace(manifest, items=(), bundles=(row,)), {row.sha256: endless}, there)
    with pytest.raises(Refusal) as no:
        moving.take(bad, sender=TEST, by=SYSTEM, now=clock.now)
    assert no.value.code == "rule_broken" and bundles.in_force("newborn", city=CITY).order == 99


def test_a_bundle_that_the_pack_has_not_ends_only_when_it_is_said(there, clock):
    manifest, known = catalog.everything(city=CITY, now=clock.now)
    known.pop(bundles.digests(city=CITY)["newborn"])
    fewer = msgspec.structs.replace(manifest, bundles=tuple(r for r in manifest.bundles if r.code != "newborn"))
    moving.take(packs.write(fewer, known, there), sender=TEST, by=SYSTEM, now=clock.now)
    assert "newborn" in bundles.digests(city=CITY)
    clock.forward(minutes=1)
    later = msgspec.structs.replace(fewer, made_at=clock.now)
    moving.take(packs.write(later, known, there), sender=TEST, end_missing=True, by=SYSTEM, now=clock.now)
    assert set(bundles.digests(city=CITY)) == {"restaurant-opening", "second-hand-home"}


def test_what_is_coming_and_what_has_ended_of_bundles_moves_too(there, clock):
    old = bundles.in_force("newborn", city=CITY)
    day = clock.now.date() + timedelta(days=5)
    newer_one = joint.body(msgspec.structs.replace(old, order=77))
    bundles.publish(city=CITY, body=newer_one, effective_on=day, by=SYSTEM, now=clock.now)
    bundles.retire(city=CITY, code="restaurant-opening", successor="newborn", by=SYSTEM, now=clock.now)
    manifest, known = catalog.everything(city=CITY, now=clock.now)
    assert [(t.code, t.on) for t in manifest.bundles_coming] == [("newborn", day.isoformat())]
    assert [(e.code, e.successor) for e in manifest.bundles_ended] == [("restaurant-opening", "newborn")]
    BundleComing.objects.all().delete()
    BundleRetired.objects.all().delete()
    content = packs.write(manifest, known, there)
    moving.take(content, sender=TEST, by=SYSTEM, now=clock.forward(minutes=1))
    assert [row.on for row in bundles.coming("newborn", city=CITY)] == [day]
    actions.put_in_force(now=clock.forward(days=5))
    assert bundles.in_force("newborn", city=CITY).order == 77


# -- what is refused


def test_the_same_pack_is_not_taken_twice(there, clock):
    content = with_newer(there, clock)
    moving.take(content, sender=TEST, by=SYSTEM, now=clock.now)
    assert code_of(content, clock) == "pack_repeated"


def test_who_signed_it_must_be_meant_and_trusted(there, clock, settings):
    content = with_newer(there, clock)
    with pytest.raises(Refusal) as no:
        moving.take(content, by=SYSTEM, now=clock.now)
    assert no.value.code == "pack_sender" and f"--from {TEST}" in no.value.next_step.en
    assert code_of(with_newer(crypto.new_ed25519(), clock), clock) == "pack_untrusted"
    assert code_of(content, clock, sender="330100:nobody") == "pack_untrusted"
    assert code_of(with_newer(settings.TONGBAN_KEYS.signing, clock), clock) in ("pack_foreign", "pack_untrusted")


def test_a_key_that_was_revoked_signs_nothing_more(there, clock, settings):
    own = settings.TONGBAN_KEYS.signing
    ended = KeyRow(jwk=there.public.jwk(), since=clock.now - timedelta(days=9), revoked=clock.now - timedelta(days=1))
    name = Words(zh="测试节点（演示）", en="Test node (demo)")
    rows = [Listed(id=TEST, kind="partner", name=name, endpoint="https://127.0.0.1:1", keys=(ended,))]
    number = int(clock.now.timestamp()) + 1
    document = make_trust_list(rows, number, clock.now + timedelta(days=90), [own], CITY)
    exchange.load_trust_list(document=document, anchors=[own.public], by=SYSTEM, now=clock.now, quorum=1)
    assert code_of(with_newer(there, clock), clock) in ("pack_untrusted", "pack_sender")


def test_another_citys_catalogue_is_refused(there, clock):
    content = made(there, clock, change=lambda m: msgspec.structs.replace(m, city="310117"))
    assert code_of(content, clock) == "pack_foreign"


def test_a_day_that_is_over_is_refused(there, clock):
    assert code_of(with_newer(there, clock), clock, on=clock.now.date() - timedelta(days=1)) == "pack_day"


def repacked(content: bytes, change) -> bytes:
    """The same ZIP with its members changed: ``change(name, content)`` gives the new content, or None to leave it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for row in old.infolist():
            if (kept := change(row.filename, old.read(row))) is not None:
                new.writestr(row.filename, kept)
    return out.getvalue()


def first(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return next(name for name in archive.namelist() if name.startswith("bodies/"))


def added(content: bytes, name: str, body: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return out.getvalue()


def forged(name: str, content: bytes) -> bytes:
    return content.replace(b'"payload":"e', b'"payload":"f') if name == "manifest.jws" else content


TAMPERED = {
    "a body with other words": (lambda c: repacked(c, lambda n, b: b.replace(b"1", b"2") if n == first(c) else b), "pack_digest"),
    "a body of zeros without end": (lambda c: repacked(c, lambda n, b: b"0" * 90_000_000 if n == first(c) else b), "pack_bomb"),
    "a manifest of zeros without end": (lambda c: repacked(c, lambda n, b: b"0" * 90_000_000 if n == "manifest.jws" else b), "pack_bomb"),
    "a body that is missing": (lambda c: repacked(c, lambda n, b: None if n == first(c) else b), "pack_members"),
    "no manifest": (lambda c: repacked(c, lambda n, b: None if n == "manifest.jws" else b), "pack_members"),
    "a file more": (lambda c: added(c, "bodies/x.json", b"{}"), "pack_members"),
    "a path out of it": (lambda c: added(c, "../../etc/passwd", b"x"), "pack_members"),
    "a manifest with another byte": (lambda c: repacked(c, forged), "pack_forged"),
    "cut short": (lambda c: c[: len(c) // 2], "pack_broken"),
    "empty": (lambda c: b"", "pack_broken"),
    "noise": (lambda c: b"PK\x05\x06" + bytes(range(256)) * 9, "pack_broken"),
    "huge": (lambda c: b"0" * (packs.LARGEST + 1), "pack_too_large"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_on_its_way_is_refused(there, clock, what):
    tamper, code = TAMPERED[what]
    assert code_of(tamper(with_newer(there, clock)), clock) == code


def test_a_signed_pack_that_contradicts_itself_is_refused(there, clock):
    digest, body = newer(clock)
    cases = {
        "pack_manifest": lambda m: msgspec.structs.replace(m, items=(*m.items, m.items[0])),
        "pack_too_large": lambda m: msgspec.structs.replace(
            m, items=(packs.Row("x", "0" * 64, 2**40, "2026-11-23"),)
        ),
    }
    for code, change in cases.items():
        assert code_of(made(there, clock, change=change), clock) == code
    other = made(
        there,
        clock,
        change=lambda m: msgspec.structs.replace(m, items=(packs.Row("other", digest, len(body), "2026-11-23"),), bundles=()),
    )
    assert code_of(other, clock) == "pack_members"
    manifest, _ = catalog.everything(city=CITY, now=clock.now)
    swapped = msgspec.structs.replace(manifest, items=(packs.Row("other", digest, len(body), "2026-11-23"),), bundles=())
    assert code_of(packs.write(swapped, {digest: body}, there), clock) == "pack_item"


def test_a_rule_without_end_is_not_taken_even_when_it_is_signed(there, clock):
    item = catalog.item(catalog.in_force(ROAD, city=CITY))
    endless = "answers.a.map(x, answers.a.map(y, answers.a.map(z, x + y + z))).size() > 0"
    bomb = msgspec.structs.replace(item.rules[0], holds=endless)
    body = engine.body(msgspec.structs.replace(item, rules=(bomb, *item.rules[1:])))
    digest = engine.sha256(body)
    manifest, _ = catalog.everything(city=CITY, now=clock.now)
    alone = msgspec.structs.replace(manifest, items=(packs.Row(ROAD, digest, len(body), "2026-11-23"),), bundles=())
    before = ItemVersion.objects.count()
    with pytest.raises(Refusal) as no:
        moving.take(packs.write(alone, {digest: body}, there), sender=TEST, by=SYSTEM, now=clock.now)
    assert no.value.code == "rule_broken" and ItemVersion.objects.count() == before


# -- the national exchange's elements


@pytest.mark.parametrize("kind", [".json", ".csv"])
def test_what_was_exported_says_nothing_new(society, clock, kind):
    content = interchange.export(kind)
    found = interchange.take(content, kind=kind, by=SYSTEM, now=clock.now)
    assert found.wrong == () and found.drafted == ()
    assert set(found.same) == set(catalog.digests(city=CITY))


def test_a_changed_row_becomes_a_draft_and_a_broken_one_is_named(society, clock):
    lines = interchange.export(".json").decode().splitlines()
    at = next(n for n, line in enumerate(lines) if '"road-occupation"' in line)
    changed = lines[at].replace('"promise_day": "8"', '"promise_day": "6"')
    unknown = lines[at].replace('"dept_code": "urban-management"', '"dept_code": "moon"')
    broken = lines[at].replace('"catalog_code": "', '"catalog_code": "XX')
    text = '{"items": [\n' + ",\n".join(line.rstrip(",") for line in (unknown, changed, "{oops", broken)) + "\n]}"
    found = interchange.take(text.encode(), kind=".json", by=SYSTEM, now=clock.now)
    assert found.drafted == (ROAD,)
    assert [(wrong.line, wrong.column) for wrong in found.wrong] == [(2, "dept_code"), (4, "-"), (5, "catalog_code")]
    (row,) = Revision.objects.all()
    assert (row.state, row.origin) == ("draft", "import")
    assert catalog.item(catalog.in_force(ROAD, city=CITY)).promise.working_days == 8, "nothing is published by itself"


def test_a_row_of_what_is_in_force_is_the_same_though_a_change_is_coming(society, clock):
    content = interchange.export(".csv")
    _, body = newer(clock, "4")
    actions.publish(city=CITY, body=body, effective_on=clock.now.date() + timedelta(days=20), by=SYSTEM, now=clock.now)
    found = interchange.take(content, kind=".csv", by=SYSTEM, now=clock.now)
    assert (found.drafted, found.wrong) == ((), ()) and ROAD in found.same
    named = content.decode("utf-8-sig").replace(",urban-management,", ",,", 1)
    assert interchange.take(named.encode(), kind=".csv", by=SYSTEM, now=clock.now).wrong == (), "an office by its name"


def test_an_imported_draft_needs_two_clerks_as_any_other(society, clock, officer):
    text = interchange.export(".json").decode().replace('"promise_day": "8"', '"promise_day": "6"')
    interchange.take(text.encode(), kind=".json", by=SYSTEM, now=clock.now)
    (row,) = Revision.objects.all()
    publisher, editor = officer("hz-publisher"), officer("hz-editor")
    publish.ask(row.id, note="", by=publisher, now=clock.now)
    today = clock.now.date().isoformat()
    with pytest.raises(Refusal) as no:
        publish.approve(row.id, on=today, edition=1, by=publisher, now=clock.now)
    assert no.value.code == "own_draft", "who asks for review answers for it"
    publish.take_back(row.id, by=publisher, now=clock.now)
    publish.ask(row.id, note="", by=editor, now=clock.now)
    assert publish.sheet(row.id, by=publisher).can == frozenset({"take-back"}), "nor after a colleague asked again"
