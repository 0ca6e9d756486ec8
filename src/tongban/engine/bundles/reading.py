"""From the files of ``services/bundles`` to bundles, and from a bundle to bytes that any node can read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.bundles.model import Bundle, Raw, Situation
from tongban.engine.items import marked
from tongban.engine.items.body import AGAIN, LIMIT, canonical
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.laws import cite
from tongban.engine.items.shared import convert, shaped

FOLDER = "bundles/"
MAIN, SITUATIONS = "bundle", "examples"


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """Every bundle that could be read, with its files, and a finding for everything that could not."""

    bundles: dict[str, Bundle]
    sources: dict[str, dict[str, marked.Marked]]
    findings: tuple[Finding, ...]


def load_bundles(files: Mapping[str, bytes], laws: dict[str, Words]) -> Read:
    """Read ``bundles/<code>/bundle.yaml`` and ``examples.yaml`` (paths below ``services/``). A broken folder is named and
    the others are read."""
    bundles: dict[str, Bundle] = {}
    sources: dict[str, dict[str, marked.Marked]] = {}
    findings: list[Finding] = []
    for code in sorted({path.split("/")[1] for path in files if path.startswith(FOLDER) and path.count("/") == 2}):
        try:
            read = _files(files, code)
            bundles[code], sources[code] = _bundle(code, read, laws), read
        except Broken as broken:
            findings += broken.findings
    return Read(bundles=bundles, sources=sources, findings=tuple(findings))


def _files(files: Mapping[str, bytes], code: str) -> dict[str, marked.Marked]:
    found = {}
    for name in (MAIN, SITUATIONS):
        path = f"{FOLDER}{code}/{name}.yaml"
        if path in files:
            found[name] = marked.read(f"services/{path}", files[path])
    if MAIN not in found:
        what, fix = Words(zh="没有 bundle.yaml", en="there is no bundle.yaml"), Words(zh="请写一个", en="write one")
        raise Broken(Finding(file=f"services/{FOLDER}{code}/bundle.yaml", line=0, rule="shape", what=what, fix=fix))
    return found


def _bundle(code: str, read: Mapping[str, marked.Marked], laws: dict[str, Words]) -> Bundle:
    file = read[MAIN]
    raw: Raw = convert(file, Raw)
    cited = [_cited(file, each, index, laws) for index, each in enumerate(raw.cites)]
    situations: tuple[Situation, ...] = ()
    if SITUATIONS in read:
        situations = convert(read[SITUATIONS], tuple[Situation, ...])
    told: dict[str, Any] = {name: getattr(raw, name) for name in Raw.__struct_fields__}
    told["cites"] = tuple(each.zh for each in cited)
    return Bundle(code=code, situations=situations, laws={each.zh: each for each in cited}, **told)


def _cited(file: marked.Marked, reference: str, index: int, laws: dict[str, Words]) -> Words:
    try:
        return cite(reference, laws)
    except KeyError as unknown:
        what = Words(zh=f"法律 {unknown} 没有列出", en=f"the law {unknown} is not listed")
        fix = Words(zh="请列入 services/vocab/laws.yaml", en="list the law in services/vocab/laws.yaml")
        raise Broken(file.finding(("cites", index), "cites", what, fix)) from None
    except ValueError as wrong:
        what = Words(zh=f"条文写法有误：{wrong}", en=str(wrong))
        fix = Words(zh="请写 法律#条.款.项", en="write law#article.paragraph.item")
        raise Broken(file.finding(("cites", index), "cites", what, fix)) from None


def body(bundle: Bundle) -> bytes:
    """The bundle as canonical JSON (RFC 8785). Equal bundles give equal bytes on every machine."""
    return canonical(bundle)


def parse(content: bytes) -> Bundle:
    """The bundle of a body. Raises :class:`Broken` for bytes that are none."""
    try:
        if len(content) > LIMIT:
            raise msgspec.ValidationError(f"a body of {len(content)} bytes is larger than {LIMIT}")
        return msgspec.json.decode(content, type=Bundle)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        found = Finding(file="body", line=0, rule="body", what=shaped(str(error)), fix=AGAIN)
        raise Broken(found) from error
