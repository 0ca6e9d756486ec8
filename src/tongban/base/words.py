"""Text for people, always in both languages."""

from __future__ import annotations

import msgspec


class Words(msgspec.Struct, frozen=True, order=True):
    """One text in Chinese (zh-Hans) and English. Both are required, so nothing can stay untranslated."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The text in ``language`` ("zh" or "en"; anything else reads Chinese)."""
        return self.en if language == "en" else self.zh

    def __str__(self) -> str:
        return self.zh

    def format(self, **values: object) -> Words:
        """Both texts with ``{name}`` filled in; a value that is itself Words is filled in by language."""
        pick = {
            language: {k: v.in_(language) if isinstance(v, Words) else v for k, v in values.items()}
            for language in ("zh", "en")
        }
        return Words(zh=self.zh.format(**pick["zh"]), en=self.en.format(**pick["en"]))
