"""Free variants of a name that may not be had."""

from __future__ import annotations

from tongban.registries.names.keys import bare
from tongban.registries.names.parse import Parsed
from tongban.registries.names.vocabulary import vocabulary


def variants(parsed: Parsed) -> tuple[str, ...]:
    """Names close to what was wished for and distinct: two characters of meaning after the 字号. Whether each is free
    is for the caller to judge. The order depends on the 字号 alone."""
    words = vocabulary().variants
    start = sum(map(ord, parsed.core)) % len(words)
    stem = bare(parsed.core)[:4]
    turned = (*words[start:], *words[:start])
    form = "" if parsed.trade and parsed.form in vocabulary().form_trades else parsed.form
    tail = f"{parsed.trade}{form or '有限公司'}"
    return tuple(f"{parsed.division}{stem}{word}{tail}" for word in turned if word not in stem)
