"""Rules on an item's own elements, as a real authority runs them on its list."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.base.errors import Refusal
from tongban.base.identifiers import item as item_codes
from tongban.base.words import Words
from tongban.engine.check import codes
from tongban.engine.check.subject import Around, Fault, rule
from tongban.engine.items.model import Item, Step
from tongban.engine.items.overlays import minutes
from tongban.engine.plan import StepKind


def _fault(path: str, what: tuple[str, str], fix: tuple[str, str], *, warning: bool = False) -> Fault:
    """A fault in item.yaml; ``what`` and ``fix`` in Chinese and English."""
    return Fault(file="item", path=tuple(path.split(".")), what=Words(*what), fix=Words(*fix), warning=warning)


@rule
def catalog_code(item: Item, around: Around) -> Iterator[Fault]:
    """The 基本编码 has the structure of GB/T 39554, and its type is the item's."""
    try:
        read = item_codes.parse(item.catalog_code)
    except (Refusal, ValueError) as no:
        why = no.brief if isinstance(no, Refusal) else Words(zh=str(no), en=str(no))
        yield _fault(
            "catalog_code",
            (f"“{item.catalog_code}”不是基本编码：{why.zh}", f"'{item.catalog_code}' is no 基本编码: {why.en}"),
            (
                "12 位：区划 2、类型 2、部门 2、主项 3、子项 3",
                "12 characters: division 2, type 2, authority 2, main 3, sub 3",
            ),
        )
        return
    if read.type != item.type:
        what = (f"编码里的类型是 {read.type}，事项是 {item.type}", f"the code says type {read.type}, the item {item.type}")
        yield _fault("catalog_code", what, ("请改成一样", "make them the same"))


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
                known = ", ".join(sorted(allowed))
                what = (f"“{value}”不在标准代码里", f"'{value}' is not in the list")
                yield _fault(path, what, (f"可用的有 {known}", f"take one of {known}"))
    if not item.audience:
        yield _fault("audience", ("没有服务对象", "it is for nobody"), ("请写服务对象", "name the audience"))


@rule
def subjects_fit_audience(item: Item, around: Around) -> Iterator[Fault]:
    """Subjects of persons where persons are served, of firms where firms are; each a code of the standard."""
    persons, firms = codes.PERSONS in item.audience, any(each != codes.PERSONS for each in item.audience)
    for name, zh, given, served, allowed in (
        ("persons", "个人", item.subjects.persons, persons, codes.SUBJECTS_OF_PERSONS),
        ("firms", "法人", item.subjects.firms, firms, codes.SUBJECTS_OF_FIRMS),
    ):
        if served and not given:
            what = (f"为{zh}办理，但没有{zh}主题", f"{name} are served but have no subject")
            yield _fault("subjects", what, ("请加一个", "add one"))
        elif given and not served:
            fix = ("请去掉主题，或者加上服务对象", "take them out, or widen the audience")
            yield _fault("subjects", (f"不为{zh}办理，却有{zh}主题", f"{name} are not served"), fix)
        for each in given:
            if each not in allowed:
                what = (f"“{each}”不是{zh}主题", f"'{each}' is no subject of {name}")
                yield _fault(f"subjects.{name}", what, ("见 GB/T 39046", "see GB/T 39046"))


@rule
def signed_at_level_two(item: Item, around: Around) -> Iterator[Fault]:
    """Name and number are for sale: who signs proves it at level 2 (``security.md``; 电子签名法 art. 13)."""
    for place, party in enumerate(item.parties):
        if party.signs and party.level < 2:
            what = (f"“{party.key}”以 {party.level} 级签名", f"'{party.key}' signs at level {party.level}")
            yield _fault(f"parties.{place}.level", what, ("请去掉 `level`", "leave `level` out"))


@rule
def promise_within_law(item: Item, around: Around) -> Iterator[Fault]:
    """承诺 ≤ 法定, and both are told (or the legal one is to be confirmed)."""
    if minutes(item.promise) > minutes(item.legal):
        what = ("承诺时限超过法定时限", "the promise is longer than the law allows")
        yield _fault("promise", what, ("请承诺不超过法定天数", "promise no more than the legal days"))
    if minutes(item.promise) <= 0 or item.promise.working_days is item.promise.office_minutes is None:
        fix = ("请写大于 0 的 working_days 或者 office_minutes", "give working_days or office_minutes, more than 0")
        yield _fault("promise", ("没有承诺时限", "nothing is promised"), fix)
    if item.legal.working_days is not None and not item.legal_cites and not item.to_confirm:
        yield _fault(
            "legal",
            ("法定天数没有引用条文", "the legal days cite no article"),
            (
                "请加 legal_cites，或者在 to_confirm 里写明由城市确认",
                "add legal_cites, or say in to_confirm that the city confirms them",
            ),
            warning=True,
        )


@rule
def instant_is_instant(item: Item, around: Around) -> Iterator[Fault]:
    """即办 ⇔ 即办件: what the rules alone decide is promised within a day, and what a person decides is not in minutes
    only because nobody examines it."""
    computed = bool(item.steps) and all(
        step.kind in (StepKind.COMPUTED, StepKind.PAY, StepKind.ISSUE, StepKind.TELL) for step in item.steps
    )
    if computed and minutes(item.promise) > 480:
        what = ("由规则当场决定，却承诺了天数", "the rules decide it at once, but days are promised")
        yield _fault("promise", what, ("请承诺 office_minutes", "promise office_minutes"))


@rule
def named_outcome(item: Item, around: Around) -> Iterator[Fault]:
    """A result named …证 or …照 is a certificate; every named result has a sample; the type exists."""
    outcome = item.outcome
    if outcome.title.zh.endswith(("证", "证书", "执照")) and not outcome.certificate:
        name = outcome.title.zh
        what = (f"“{name}”是证照，但没有证照类型", f"'{name}' is a certificate without a type")
        yield _fault("outcome", what, ("请写证照类型", "name its certificate type"))
    if outcome.certificate and not outcome.sample:
        yield _fault("outcome", ("结果没有样本", "the result has no sample"), ("请加 outcome.sample", "add outcome.sample"))
    if outcome.certificate and around.certificates and outcome.certificate not in around.certificates:
        yield _fault(
            "outcome.certificate",
            (f"没有证照类型“{outcome.certificate}”", f"there is no certificate type '{outcome.certificate}'"),
            ("请写 services/certificates/<类型>", "write services/certificates/<type>"),
        )


@rule
def visits(item: Item, around: Around) -> Iterator[Fault]:
    """Visits 0 and not online ⇒ delivery is offered; all online ⇒ nobody must come."""
    visited = any(step.visit for step in item.steps) or any(material.original for material in item.materials)
    if not visited and not codes.ONLINE & set(item.channels) and "courier" not in item.outcome.delivery:
        what = ("不用到场，却不能网上办，也不邮寄", "nobody need come, nothing is online, and nothing is sent")
        yield _fault("outcome.delivery", what, ("请提供 courier", "offer courier"))
    if visited and "1" not in item.channels:
        what = ("须到场，却没有窗口", "somebody must come, but there is no window")
        yield _fault("channels", what, ("请加办理形式 1", "add channel 1"))


@rule
def fees_have_a_basis(item: Item, around: Around) -> Iterator[Fault]:
    """A fee ⇒ basis, item and online payment; none is negative."""
    for index, fee in enumerate(item.fees):
        where = f"fees.{index}"
        if fee.fen < 0:
            yield _fault(where, ("收费小于零", "a fee below nothing"), ("收费为 0 分以上", "a fee is 0 fen or more"))
        if (fee.fen > 0 or fee.amount) and not fee.cites:
            yield Fault(
                file="item",
                path=("fees", index),
                what=Words(f"收费“{fee.key}”没有依据", f"the fee '{fee.key}' has no basis"),
                fix=Words("请引用条文，或者去掉收费", "cite the article, or take the fee out"),
            )
        if (fee.fen > 0 or fee.amount) and not fee.online:
            yield Fault(
                file="item",
                path=("fees", index),
                what=Words(f"收费“{fee.key}”不能网上缴纳", f"the fee '{fee.key}' cannot be paid online"),
                fix=Words("请写 online: true", "set online: true"),
            )


@rule
def fees_are_owed_by_a_party(item: Item, around: Around) -> Iterator[Fault]:
    """Whoever owes a fee is a party of the item."""
    parties = [party.key for party in item.parties]
    for index, fee in enumerate(item.fees):
        if fee.payer and fee.payer not in parties:
            what = Words(f"收费“{fee.key}”由“{fee.payer}”缴纳，但没有这个当事人", f"'{fee.payer}' owes '{fee.key}', but is no party")
            fix = Words(f"当事人有：{'、'.join(parties)}", f"the parties are {', '.join(parties)}")
            yield Fault(file="item", path=("fees", index), what=what, fix=fix)


@rule
def fees_are_waited_for(item: Item, around: Around) -> Iterator[Fault]:
    """What can cost something has a step at which it is paid, before the outcome is issued."""
    if not any(fee.fen > 0 or fee.amount for fee in item.fees):
        return
    by_key = {step.key: step for step in item.steps}
    for index, step in enumerate(item.steps):
        if step.kind is StepKind.ISSUE and not _waits_for_pay(step, by_key, frozenset()):
            what = Words(f"“{step.key}”没有等待缴费", f"'{step.key}' does not wait for what is paid")
            fix = Words("请在决定之后加一个 pay 环节，并让它等待该环节", "add a step of kind pay after the decision, and let it need that")
            yield Fault(file="flow", path=(index,), what=what, fix=fix)
    if not any(step.kind is StepKind.PAY for step in item.steps):
        says = ("有收费，但没有缴费环节", "there is a fee, but no step at which it is paid")
        yield _fault("fees", says, ("请加一个 pay 环节", "add a step of kind pay"))


def _waits_for_pay(step: Step, by_key: dict[str, Step], seen: frozenset[str]) -> bool:
    needs = [by_key[key] for key in step.needs if key in by_key and key not in seen]
    seen = seen | {step.key}
    return any(each.kind is StepKind.PAY or _waits_for_pay(each, by_key, seen) for each in needs)


@rule
def two_phones(item: Item, around: Around) -> Iterator[Fault]:
    """The consult phone is not the complaint phone."""
    if item.contact.consult == item.contact.complaint:
        what = ("咨询和投诉是同一个电话", "one phone both to consult and to complain")
        yield _fault("contact", what, ("请写两个", "give two"))


@rule
def permits_explain_themselves(item: Item, around: Around) -> Iterator[Fault]:
    """A permit has at least one FAQ, five stages and an article."""
    if item.type != codes.PERMIT:
        return
    if not item.faq:
        what = ("许可没有常见问答", "a permit without FAQ")
        yield _fault("faq", what, ("请加一个人们常问的问题", "add a question that people ask"))
    if len(item.steps) < 5:
        count = len(item.steps)
        what = (f"许可只有 {count} 个环节", f"a permit with {count} stages")
        yield _fault("flow", what, ("许可至少五个环节", "a permit has at least five"))
    if not item.cites and not item.to_confirm:
        what = ("许可没有法律依据", "a permit without a legal basis")
        yield _fault("cites", what, ("请引用条文，或者写明由城市确认", "cite the article, or say that the city confirms it"))
