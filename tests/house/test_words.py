"""No page has words in one language only: what people read goes through ``t(zh, en)`` or is a ``Words``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from tests.house.source import PACKAGE, modules

CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
# A language is named in itself.
NAMES_OF_LANGUAGES = {"中文"}
# The style guide shows furniture with made-up names and addresses; those are samples, not words of the house.
SAMPLES = {path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / "ui/templates/ui/styleguide").glob("*.html")}


def said(node: nodes.Node) -> Iterator[tuple[int, str, bool]]:
    """Line, text and whether it is plain HTML, of everything a template says by itself, outside ``t(zh, en)``."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "t":
        assert len(node.args) == 2, f"line {node.lineno}: t() takes both languages"
        return
    if isinstance(node, nodes.TemplateData):
        yield node.lineno, node.data, True
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.lineno, node.value, False
    for child in node.iter_child_nodes():
        yield from said(child)


def one_sided(html: str, *, samples: bool = False) -> list[tuple[int, str]]:
    """Texts in Chinese alone, with their line. With ``samples``, only what stands in the HTML itself."""
    tree = Environment(extensions=["jinja2.ext.do"]).parse(html)
    return [
        (line, found)
        for line, text, plain in said(tree)
        if plain or not samples
        for found in re.findall(r"[^<>{}\"'\n]*[\u3400-\u9fff][^<>{}\"'\n]*", text)
        if found.strip() not in NAMES_OF_LANGUAGES
    ]


@pytest.mark.parametrize("path", [path.relative_to(PACKAGE).as_posix() for path in TEMPLATES])
def test_a_template_says_everything_in_both_languages(path):
    assert one_sided((PACKAGE / path).read_text("utf-8"), samples=path in SAMPLES) == []


def test_what_is_said_in_one_language_is_found():
    assert one_sided('<p>{{ t("好", "Good") }} 很好</p>') == [(1, " 很好")]
    assert one_sided("{{ f('很好') }}") == [(1, "很好")]
    assert one_sided("<p>{{ t('共 ' ~ n ~ ' 项', n ~ ' in all') }}{# 注 #}</p>") == []
    with pytest.raises(AssertionError):
        one_sided("{{ t('好') }}")


def test_words_are_never_empty_in_one_language_alone():
    wrong = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Words", "t", "words.t"):
                given = [*node.args, *(word.value for word in node.keywords)]
                empty = [isinstance(each, ast.Constant) and each.value == "" for each in given]
                wrong += [f"{path}:{node.lineno}"] if any(empty) and not all(empty) else []
    assert wrong == []


def test_chinese_in_the_code_of_doors_is_said_in_english_too():
    wrong = []
    for path, tree in modules().items():
        if path.split("/")[0] in ("portal", "desk"):
            wrong += [f"{path}:{line}: {text}" for line, text in alone(tree)]
    assert wrong == []


def alone(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Chinese texts outside ``Words(...)`` and ``t(...)``, and outside docstrings."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("Words", "t"):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if CHINESE.search(text) and not text.startswith("《"):  # a law is cited by its own title
            yield node.lineno, text
        yield from alone(node)
