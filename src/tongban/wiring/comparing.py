"""``tongban items diff A B``: what the second would change for people, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tongban.engine import items as engine
from tongban.engine.items import library
from tongban.engine.items.changes import ABOUT_NAMES, Change, changes


class NoSuch(ValueError):
    """Neither a folder nor a version of the node."""


def read(name: str, services: Path, version: Callable[[str, int | None], engine.Item]) -> dict[str, engine.Item]:
    """The items that ``name`` means, by code: a folder (of one item, or a tree of them), or ``CODE`` (in force at the node)
    or ``CODE@N`` (its version N). Raises NoSuch, or Broken for a folder that cannot be read."""
    folder = Path(name)
    if folder.is_dir():
        return _folder(folder.resolve(), services)
    code, _, number = name.partition("@")
    if number and not number.isdecimal():
        raise NoSuch(f"{name}: a version is CODE@NUMBER → for instance {code}@2")
    return {code: version(code, int(number) if number else None)}


def _folder(folder: Path, services: Path) -> dict[str, engine.Item]:
    from tongban.catalog.folders import read_shared

    files = read_shared(services)
    found = [folder / "item.yaml"] if (folder / "item.yaml").exists() else sorted(folder.rglob("item.yaml"))
    for item in found:
        for path in (each for each in item.parent.rglob("*") if each.suffix in (".yaml", ".md")):
            inside = path.relative_to(item.parent).as_posix()
            files[f"items/{item.parent.parent.name}/{item.parent.name}/{inside}"] = path.read_bytes()
    made = library(files)
    if made.findings:
        raise engine.Broken(*made.findings)
    if not made.items:
        raise NoSuch(f"{folder}: there is no item.yaml → name an item's folder, or a tree of them")
    return made.items


def told(old: dict[str, engine.Item], new: dict[str, engine.Item]) -> Iterator[str]:
    """What changes, a line for each thing, under the code of each item that changes. Two single items are compared
    whatever they are called."""
    if len(old) == len(new) == 1:
        (was,), (now,) = old.values(), new.values()
        old, new = {now.code: was}, {now.code: now}
    for code in sorted(old.keys() | new.keys()):
        if code not in new:
            yield f"{code}: 不再提供 · no longer offered"
        elif code not in old:
            yield f"{code}: 新事项 · new: {new[code].title.zh} · {new[code].title.en}"
        elif found := changes(old[code], new[code]):
            yield f"{code}:"
            yield from (_line(each) for each in found)


def _line(change: Change) -> str:
    about = ABOUT_NAMES[change.about]
    mark = {True: "▲ 要求增加 harder", False: "▽ 更方便 easier", None: ""}[change.harder]
    return f"  {about.zh}：{change.says.zh} · {about.en}: {change.says.en}{f'  {mark}' if mark else ''}"
