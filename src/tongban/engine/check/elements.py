"""Rules on an item's own elements, as a real authority runs them on its list."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.base.errors import Refusal
from tongban.base.identifiers import item as item_codes
from tongban.engine.check import codes
from tongban.engine.check.subject import Around, Fault, rule
from tongban.engine.items.model import Item
from tongban.engine.items.overlays import minutes
from tongban.engine.plan import StepKind


def _fault(path: str, what: str, fix: str, *, file: str = "item", warning: bool = False) -> Fault:
    return Fault(file=file, path=tuple(path.split(".")), what=what, fix=fix, warning=warning)


@rule
def catalog_code(item: Item, around: Around) -> Iterator[Fault]:
    """The 基本编码 has the structure of GB/T 39554, and its type is the item's."""
    try:
        read = item_codes.parse(item.catalog_code)
    except (Refusal, ValueError) as no:
        why = no.brief.en if isinstance(no, Refusal) else str(no)
        yield _fault(
            "catalog_code",
            f"'{item.catalog_code}' is no 基本编码: {why}",
            "12 characters: division 2, type 2, authority 2, main 3, sub 3",
        )
        return
    if read.type != item.type:
        yield _fault("catalog_code", f"the code says type {read.type}, the item {item.type}", "make them the same")


@rule
def listed_codes(item: Item, around: Around) -> Iterator[Fault]:
    """Type, level, audience, channels, scope and delivery are codes of the standard."""
    lists = (
        ("type", (item.type,), codes.TYPES),
        ("level", (item.level,), codes.LEVELS),
        ("audience", item.audience, codes.AUDIENCES),
        ("channels", item.channels, codes.CHANNELS),
        ("scope", (item.scope,) if item.scope else (), codes.SCOPES),
        ("outcome.delivery", item.outcome.delivery, codes.DELIVERY),
    )
    for path, values, allowed in lists:
        for value in values:
            if value not in allowed:
                yield _fault(path, f"'{value}' is not in the list", f"take one of {', '.join(sorted(allowed))}")
    if not item.audience:
        yield _fault("audience", "it is for nobody", "name the audience")


@rule
def subjects_fit_audience(item: Item, around: Around) -> Iterator[Fault]:
    """Subjects of persons where persons are served, of firms where firms are; each a code of the standard."""
    persons, firms = codes.PERSONS in item.audience, any(each != codes.PERSONS for each in item.audience)
    for name, given, served, allowed in (
        ("persons", item.subjects.persons, persons, codes.SUBJECTS_OF_PERSONS),
        ("firms", item.subjects.firms, firms, codes.SUBJECTS_OF_FIRMS),
    ):
        if bool(given) != served:
            fix = "add one" if served else "take them out, or widen the audience"
            yield _fault("subjects", f"{name} {'are served but have no subject' if served else 'are not served'}", fix)
        for each in given:
            if each not in allowed:
                yield _fault(f"subjects.{name}", f"'{each}' is no subject of {name}", "see GB/T 39046")


@rule
def signed_at_level_two(item: Item, around: Around) -> Iterator[Fault]:
    """Name and number are for sale: who signs proves it at level 2 (``security.md``; 电子签名法 art. 13)."""
    for place, party in enumerate(item.parties):
        if party.signs and party.level < 2:
            yield _fault(f"parties.{place}.level", f"'{party.key}' signs at level {party.level}", "leave `level` out")


@rule
def promise_within_law(item: Item, around: Around) -> Iterator[Fault]:
    """承诺 ≤ 法定, and both are told (or the legal one is to be confirmed)."""
    if minutes(item.promise) > minutes(item.legal):
        yield _fault("promise", "the promise is longer than the law allows", "promise no more than the legal days")
    if minutes(item.promise) <= 0 or item.promise.working_days is item.promise.office_minutes is None:
        yield _fault("promise", "nothing is promised", "give working_days or office_minutes, more than 0")
    if item.legal.working_days is not None and not item.legal_cites and not item.to_confirm:
        yield _fault(
            "legal",
            "the legal days cite no article",
            "add legal_cites, or say in to_confirm that the city confirms them",
            warning=True,
        )


@rule
def instant_is_instant(item: Item, around: Around) -> Iterator[Fault]:
    """即办 ⇔ 即办件: what the rules alone decide is promised within a day, and what a person decides is not in minutes
    only because nobody examines it."""
    computed = bool(item.steps) and all(
        step.kind in (StepKind.COMPUTED, StepKind.ISSUE, StepKind.TELL) for step in item.steps
    )
    if computed and minutes(item.promise) > 480:
        yield _fault("promise", "the rules decide it at once, but days are promised", "promise office_minutes")


@rule
def named_outcome(item: Item, around: Around) -> Iterator[Fault]:
    """A result named …证 or …照 is a certificate; every named result has a sample; the type exists."""
    outcome = item.outcome
    if outcome.title.zh.endswith(("证", "证书", "执照")) and not outcome.certificate:
        yield _fault("outcome", f"'{outcome.title.zh}' is a certificate without a type", "name its certificate type")
    if outcome.certificate and not outcome.sample:
        yield _fault("outcome", "the result has no sample", "add outcome.sample")
    if outcome.certificate and around.certificates and outcome.certificate not in around.certificates:
        yield _fault(
            "outcome.certificate",
            f"there is no certificate type '{outcome.certificate}'",
            "write services/certificates/<type>",
        )


@rule
def visits(item: Item, around: Around) -> Iterator[Fault]:
    """Visits 0 and not online ⇒ delivery is offered; all online ⇒ nobody must come."""
    visited = any(step.visit for step in item.steps) or any(material.original for material in item.materials)
    if not visited and not codes.ONLINE & set(item.channels) and "courier" not in item.outcome.delivery:
        yield _fault("outcome.delivery", "nobody need come, nothing is online, and nothing is sent", "offer courier")
    if visited and "1" not in item.channels:
        yield _fault("channels", "somebody must come, but there is no window", "add channel 1")


@rule
def fees_have_a_basis(item: Item, around: Around) -> Iterator[Fault]:
    """A fee ⇒ basis, item and online payment; none is negative."""
    for index, fee in enumerate(item.fees):
        where = f"fees.{index}"
        if fee.fen < 0:
            yield _fault(where, "a fee below nothing", "a fee is 0 fen or more")
        if (fee.fen > 0 or fee.amount) and not fee.cites:
            yield Fault(
                file="item",
                path=("fees", index),
                what=f"the fee '{fee.key}' has no basis",
                fix="cite the article, or take the fee out",
            )
        if (fee.fen > 0 or fee.amount) and not fee.online:
            yield Fault(
                file="item",
                path=("fees", index),
                what=f"the fee '{fee.key}' cannot be paid online",
                fix="set online: true",
            )


@rule
def two_phones(item: Item, around: Around) -> Iterator[Fault]:
    """The consult phone is not the complaint phone."""
    if item.contact.consult == item.contact.complaint:
        yield _fault("contact", "one phone both to consult and to complain", "give two")


@rule
def permits_explain_themselves(item: Item, around: Around) -> Iterator[Fault]:
    """A permit has at least one FAQ, five stages and an article."""
    if item.type != codes.PERMIT:
        return
    if not item.faq:
        yield _fault("faq", "a permit without FAQ", "add a question that people ask")
    if len(item.steps) < 5:
        yield _fault("flow", f"a permit with {len(item.steps)} stages", "a permit has at least five")
    if not item.cites and not item.to_confirm:
        yield _fault("cites", "a permit without a legal basis", "cite the article, or say that the city confirms it")
