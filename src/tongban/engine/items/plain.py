"""What a clerk changes most, without YAML: an item as the fields of a plain form, and the form back as an item.

Names are ``title.zh``, ``promise.number``, ``fees.<key>.yuan``, ``materials.<type>.title.zh``, ``rules.<key>.says.en``,
``faq.0.answer.zh``. What the form does not name stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.items.model import Contact, Faq, Item, Says, Tariff
from tongban.engine.plan import Promise

LONGEST = 4_000
FAQ_MOST, CONFIRM_MOST, SAYS_MOST = 20, 10, 40
_YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?\Z")
_NUMBER = re.compile(r"[1-9]\d{0,4}\Z")
_PHONE = re.compile(r"[0-9][0-9 +\-]{2,19}\Z")
replace = msgspec.structs.replace


class Unfit(Refusal):
    """Some fields cannot be taken; ``wrong`` says of each by its name what would do."""

    def __init__(self, wrong: Mapping[str, Words]) -> None:
        super().__init__("unfit", Words(zh="有几处需要更正", en="Some fields need correcting"))
        self.wrong = dict(wrong)


def fields(item: Item) -> dict[str, str]:
    """The item as the form shows it."""
    unit = "minutes" if item.promise.working_days is None else "days"
    number = item.promise.office_minutes if unit == "minutes" else item.promise.working_days
    found = {"promise.unit": unit, "promise.number": str(number or "")}
    found |= both("title", item.title) | both("summary", item.summary)
    found |= {"says.zh": "\n".join(item.says.zh), "says.en": "\n".join(item.says.en)}
    found |= {"contact.consult": item.contact.consult, "contact.complaint": item.contact.complaint}
    for fee in item.fees:
        found |= both(f"fees.{fee.key}.title", fee.title)
        found |= {f"fees.{fee.key}.yuan": _yuan(fee.fen)} if fee.amount is None else {}
    for paper in item.materials:
        at = f"materials.{paper.type}"
        found |= both(f"{at}.title", paper.title) | both(f"{at}.stand", paper.stand)
    for rule in item.rules:
        found |= both(f"rules.{rule.key}.says", rule.says) | both(f"rules.{rule.key}.asks", rule.asks)
        found |= both(f"rules.{rule.key}.remedy", rule.remedy)
    for index, faq in enumerate(item.faq):
        found |= both(f"faq.{index}.question", faq.question) | both(f"faq.{index}.answer", faq.answer)
    for index, each in enumerate(item.to_confirm):
        found |= both(f"confirm.{index}", each)
    return found


def filled(item: Item, form: Mapping[str, str]) -> Item:
    """The item as the form says it. Raises :class:`Unfit` with every field that cannot be taken."""
    reader = Reader(form)
    found = replace(
        item,
        title=reader.words("title", item.title),
        summary=reader.words("summary", item.summary),
        says=Says(zh=reader.lines("says.zh", item.says.zh), en=reader.lines("says.en", item.says.en)),
        promise=reader.promise(item.promise),
        contact=Contact(
            consult=reader.phone("contact.consult", item.contact.consult),
            complaint=reader.phone("contact.complaint", item.contact.complaint),
        ),
        fees=tuple(reader.fee(fee) for fee in item.fees),
        materials=tuple(
            replace(
                paper,
                title=reader.words(f"materials.{paper.type}.title", paper.title),
                stand=reader.maybe(f"materials.{paper.type}.stand", paper.stand),
            )
            for paper in item.materials
        ),
        rules=tuple(
            replace(
                rule,
                says=reader.words(f"rules.{rule.key}.says", rule.says),
                asks=reader.maybe(f"rules.{rule.key}.asks", rule.asks),
                remedy=reader.maybe(f"rules.{rule.key}.remedy", rule.remedy),
            )
            for rule in item.rules
        ),
        faq=reader.faq(item.faq),
        to_confirm=reader.confirm(item.to_confirm),
    )
    if reader.wrong:
        raise Unfit(reader.wrong)
    return found


class Reader:
    """Reads fields one by one and keeps what is wrong with each."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = form
        self.wrong: dict[str, Words] = {}

    def text(self, name: str) -> str:
        text = self.form.get(name, "").replace("\r\n", "\n").strip()
        if len(text) > LONGEST or any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
            self.wrong[name] = Words(
                zh=f"请写 {LONGEST} 字以内的文字", en=f"Write at most {LONGEST} characters of text"
            )
            return ""
        return text

    def words(self, name: str, known: Words) -> Words:
        found = self.maybe(name, known)
        if found is None and not {f"{name}.zh", f"{name}.en"} & set(self.wrong):
            self.wrong[f"{name}.zh"] = Words(zh="请填写中文和英文", en="Write it in Chinese and in English")
        return found or known

    def maybe(self, name: str, known: Words | None) -> Words | None:
        """A text in both languages, or none; one language alone is wrong."""
        if f"{name}.zh" not in self.form and f"{name}.en" not in self.form:
            return known
        zh, en = self.text(f"{name}.zh"), self.text(f"{name}.en")
        if zh and en:
            return Words(zh=zh, en=en)
        if en and f"{name}.zh" not in self.wrong:
            self.wrong[f"{name}.zh"] = Words(zh="请写出中文", en="Write it in Chinese, too")
        if zh and f"{name}.en" not in self.wrong:
            self.wrong[f"{name}.en"] = Words(zh="请写出英文", en="Write it in English, too")
        return None

    def lines(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        if name not in self.form:
            return known
        found = tuple(dict.fromkeys(line.strip() for line in self.text(name).splitlines() if line.strip()))
        if len(found) > SAYS_MOST:
            self.wrong[name] = Words(zh=f"最多 {SAYS_MOST} 条", en=f"At most {SAYS_MOST} lines")
        return found

    def promise(self, known: Promise) -> Promise:
        if "promise.number" not in self.form:
            return known
        number = self.text("promise.number")
        if not _NUMBER.match(number):
            self.wrong["promise.number"] = Words(
                zh="请填写 1 到 99999 的整数", en="Write a whole number from 1 to 99999"
            )
            return known
        if self.form.get("promise.unit") == "minutes":
            return Promise(office_minutes=int(number))
        return Promise(working_days=int(number))

    def phone(self, name: str, known: str) -> str:
        if name not in self.form:
            return known
        number = self.text(name)
        if number != known and not _PHONE.match(number):
            self.wrong[name] = Words(zh="请填写电话号码，如 12345", en="Write a telephone number, as 12345")
        return number

    def fee(self, fee: Tariff) -> Tariff:
        at = f"fees.{fee.key}"
        named = replace(fee, title=self.words(f"{at}.title", fee.title))
        if fee.amount is not None or f"{at}.yuan" not in self.form:
            return named
        found = _YUAN.match(self.text(f"{at}.yuan"))
        if not found:
            self.wrong[f"{at}.yuan"] = Words(
                zh="请填写金额，如 12.50；不收费填 0", en="Write an amount, as 12.50; 0 for free"
            )
            return named
        return replace(named, fen=int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")))

    def faq(self, known: tuple[Faq, ...]) -> tuple[Faq, ...]:
        """The questions that are left, in order; one with nothing in it is taken out."""
        if not any(name.startswith("faq.") for name in self.form):
            return known
        found = []
        for index in range(FAQ_MOST):
            question, answer = (self.maybe(f"faq.{index}.{part}", None) for part in ("question", "answer"))
            if question and answer:
                found.append(Faq(question=question, answer=answer))
            elif question or answer:
                name = f"faq.{index}.{'answer' if question else 'question'}.zh"
                self.wrong.setdefault(name, Words(zh="问题和回答都要填写", en="Write both the question and the answer"))
        return tuple(found)

    def confirm(self, known: tuple[Words, ...]) -> tuple[Words, ...]:
        if not any(name.startswith("confirm.") for name in self.form):
            return known
        found = (self.maybe(f"confirm.{index}", None) for index in range(CONFIRM_MOST))
        return tuple(each for each in found if each)


def both(name: str, words: Words | None) -> dict[str, str]:
    """A text in both languages as two fields."""
    return {f"{name}.zh": words.zh if words else "", f"{name}.en": words.en if words else ""}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}" if fen % 100 else str(fen // 100)
