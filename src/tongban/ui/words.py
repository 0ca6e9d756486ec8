"""Text, dates, money and durations for people, in the language of the page.

The language of the page is a context variable that ``ui.middleware.Language`` sets for each request, so that macros
need no argument for it. Every function takes ``language=`` to override it (letters, notices, tests).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tongban.base.calendar import day_of
from tongban.base.words import Words

LANGUAGES = ("zh", "en")
SHANGHAI = ZoneInfo("Asia/Shanghai")
THIN = "\u2009"

_language: ContextVar[str] = ContextVar("tongban_language", default="zh")
_WEEKDAYS = "一二三四五六日"
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_SAID = rf"[{_CJK}\u3001-\u3015\uff00-\uff5e·]"
_CHINESE = re.compile(rf"({_SAID}(?:[{_CJK}\u3001-\u3015\uff00-\uff5e·0-9 -]*{_SAID})?)")
_SEAM = re.compile(rf"(?<=[{_CJK}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[{_CJK}])")


def language() -> str:
    """The language of the page that is being made: "zh" or "en"."""
    return _language.get()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Everything inside speaks ``lang`` ("zh" or "en"; anything else speaks Chinese)."""
    token = _language.set(lang if lang in LANGUAGES else "zh")
    try:
        yield
    finally:
        _language.reset(token)


def t(zh: str, en: str) -> str:
    """The one of the two texts that the page's language asks for."""
    return en if language() == "en" else zh


def w(words: object, language: str | None = None) -> str:
    """A ``Words`` in the page's language. Plain text (a person's name) stays as it is; None is empty."""
    if words is None:
        return ""
    if isinstance(words, Words):
        return words.in_(language or _language.get())
    return words if isinstance(words, str) else str(words)


def said(text: object) -> str | Markup:
    """``w``, and on an English page what stands in Chinese in plain text (a name, an address, an article) is marked as
    Chinese, so that it is read aloud and set as such. ``Words`` are ours to say in both languages and stay unmarked."""
    if isinstance(text, Words) or hasattr(text, "__html__") or language() != "en":
        return w(text) if not hasattr(text, "__html__") else text  # type: ignore[return-value]
    pieces = _CHINESE.split(w(text))
    marked = Markup('<span lang="zh-Hans">{}</span>')
    return Markup("").join(marked.format(each) if i % 2 else each for i, each in enumerate(pieces))


def negotiate(accept_language: str) -> str:
    """The first of our languages that an Accept-Language header (RFC 9110, 12.5.4) prefers; Chinese when none."""
    wanted = []
    for place, part in enumerate(accept_language.lower().split(",")):
        tag, _, q = part.strip().partition(";q=")
        weight = float(q) if re.fullmatch(r"[01](\.\d{1,3})?", q.strip()) else (0.0 if q else 1.0)
        wanted.append((-weight, place, tag.strip()[:2]))
    return next((tag for weight, _, tag in sorted(wanted) if weight and tag in LANGUAGES), "zh")


def spaced(text: Any) -> str:
    """``text`` with a thin space (U+2009) wherever Chinese meets Latin letters or digits without one; html stays."""
    if hasattr(text, "__html__"):
        return text
    return _SEAM.sub(THIN, w(text))


def _local(moment: date | datetime) -> date:
    if isinstance(moment, datetime):
        return day_of(moment)
    return moment


def day(moment: date | datetime, *, year: bool = False, weekday: bool = True, language: str | None = None) -> str:
    """A date as people read it: 11月23日 周一 / Mon 23 Nov; with ``year``: 2026年11月23日 周一 / Mon 23 Nov 2026."""
    at = _local(moment)
    named = weekday_of(at, language=language) if weekday else ""
    if (language or _language.get()) == "en":
        months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        text = f"{at.day} {months[at.month - 1]}" + (f" {at.year}" if year else "")
        return f"{named} {text}".strip()
    text = (f"{at.year}年" if year else "") + f"{at.month}月{at.day}日"
    return f"{text} {named}".strip()


def weekday_of(moment: date | datetime, *, language: str | None = None) -> str:
    """The day of the week: 周一 / Mon."""
    at = _local(moment).weekday()
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return names[at] if (language or _language.get()) == "en" else f"周{_WEEKDAYS[at]}"


def clock_time(moment: time | datetime) -> str:
    """09:05, 24 hours, Shanghai time when ``moment`` is an aware datetime."""
    return (moment.astimezone(SHANGHAI) if isinstance(moment, datetime) else moment).strftime("%H:%M")


def moment(at: datetime, *, year: bool = False, language: str | None = None) -> str:
    """Date and time: 11月23日 周一 09:05 / Mon 23 Nov 09:05."""
    return f"{day(at, year=year, language=language)} {clock_time(at)}"


def number(value: int | float | Decimal) -> str:
    """1,234,567 (both languages)."""
    return f"{value:,}"


def money(fen: int, *, language: str | None = None) -> str:
    """Integer fen as money: 1,234.50 元 / CNY 1,234.50; whole yuan show no decimals."""
    yuan, rest = divmod(abs(fen), 100)
    amount = ("-" if fen < 0 else "") + f"{yuan:,}" + (f".{rest:02d}" if rest else "")
    return f"CNY {amount}" if (language or _language.get()) == "en" else f"{amount} 元"


def duration(span: timedelta | int, *, language: str | None = None) -> str:
    """A length of time in its two largest units: 1 小时 20 分钟 / 1 h 20 min. An int is minutes; under one: 不到 1 分钟."""
    minutes = span if isinstance(span, int) else int(span.total_seconds() // 60)
    english = (language or _language.get()) == "en"
    days, left = divmod(max(minutes, 0), 1440)
    hours, mins = divmod(left, 60)
    if not (days or hours or mins):
        return "under 1 min" if english else "不到 1 分钟"
    if days:
        parts = [(days, "天", "day" if days == 1 else "days"), (hours, "小时", "h")]
    else:
        parts = [(hours, "小时", "h"), (mins, "分钟", "min")]
    return " ".join(f"{n} {en if english else zh}" for n, zh, en in parts if n)


def promise(*, office_minutes: int | None = None, working_days: int | None = None, language: str | None = None) -> str:
    """A promised duration on the statutory clock: 20 分钟（办公时间） / 20 office minutes; 5 个工作日 / 5 working days."""
    english = (language or _language.get()) == "en"
    if working_days is not None:
        unit = "working day" if working_days == 1 else "working days"
        return f"{working_days} {unit}" if english else f"{working_days} 个工作日"
    if office_minutes is not None:
        text = duration(office_minutes, language=language)
        return f"{text} of office time" if english else f"{text}（办公时间）"
    return "at once" if english else "即时办结"


def used_of(used: int, promised: int, *, language: str | None = None) -> str:
    """用时 6 分钟 / 承诺 20 分钟. Both in minutes of the same clock."""
    zh, en = ("用时 {} / 承诺 {}", "{} used of {} promised")
    form = en if (language or _language.get()) == "en" else zh
    return form.format(duration(used, language=language), duration(promised, language=language))


def size(octets: int) -> str:
    """A file's size: 340 KB, 1.2 MB (powers of 1,000)."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000)) if octets else 0} KB"
    return f"{octets / 1_000_000:.1f} MB"


def person_name(name: str) -> str:
    """A name with its separators made even: one · (U+00B7) between the parts, no space at the ends."""
    return re.sub(r"\s*[·•・‧⋅]\s*", "·", " ".join(name.split()))


_RUNS = (18, 13, 8, 11)  # of a case number: who decides, the service, the day, which of that day


def runs(number: str) -> list[str]:
    """A case number in the runs that it is made of, to be broken between them; any other number in one."""
    if len(number) != sum(_RUNS):
        return [number]
    ends = [sum(_RUNS[: n + 1]) for n in range(len(_RUNS))]
    return [number[end - size : end] for end, size in zip(ends, _RUNS, strict=True)]


def masked(name: str) -> str:
    """A name of which strangers see only the first character: 李**, 阿**·***. (Public pages, queues in a hall.)"""
    clean = person_name(name)
    return clean[:1] + "".join(c if c in "· " else "*" for c in clean[1:])
