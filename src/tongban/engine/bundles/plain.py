"""What a clerk changes most of a bundle, without YAML: its texts as the fields of a plain form, and the form back.

Names are ``title.zh``, ``says.zh``, ``questions.<key>.ask.en``, ``questions.<key>.<value>.zh``, ``members.<code>.why.zh``,
``confirm.0.zh``. What the form does not name stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tongban.engine.bundles.model import Bundle
from tongban.engine.items.model import Says
from tongban.engine.items.plain import Reader, Unfit, both
from tongban.engine.ways import Asked

replace = msgspec.structs.replace


def fields(bundle: Bundle) -> dict[str, str]:
    """The bundle as the form shows it."""
    found = both("title", bundle.title) | both("summary", bundle.summary)
    found |= {"says.zh": "\n".join(bundle.says.zh), "says.en": "\n".join(bundle.says.en)}
    for asked in bundle.questions:
        at = f"questions.{asked.key}"
        found |= both(f"{at}.ask", asked.ask) | both(f"{at}.why", asked.why)
        for option in asked.options:
            found |= both(f"{at}.{option.value}", option.label)
    for member in bundle.members:
        found |= both(f"members.{member.item}.why", member.why)
    for index, each in enumerate(bundle.to_confirm):
        found |= both(f"confirm.{index}", each)
    return found


def filled(bundle: Bundle, form: Mapping[str, str]) -> Bundle:
    """The bundle as the form says it. Raises :class:`Unfit` with every field that cannot be taken."""
    reader = Reader(form)
    found = replace(
        bundle,
        title=reader.words("title", bundle.title),
        summary=reader.words("summary", bundle.summary),
        says=Says(zh=reader.lines("says.zh", bundle.says.zh), en=reader.lines("says.en", bundle.says.en)),
        questions=tuple(_question(reader, each) for each in bundle.questions),
        members=tuple(
            replace(each, why=reader.words(f"members.{each.item}.why", each.why)) for each in bundle.members
        ),
        to_confirm=reader.confirm(bundle.to_confirm),
    )
    if reader.wrong:
        raise Unfit(reader.wrong)
    return found


def _question(reader: Reader, asked: Asked) -> Asked:
    at = f"questions.{asked.key}"
    return replace(
        asked,
        ask=reader.words(f"{at}.ask", asked.ask),
        why=reader.maybe(f"{at}.why", asked.why),
        options=tuple(
            replace(option, label=reader.words(f"{at}.{option.value}", option.label)) for option in asked.options
        ),
    )
