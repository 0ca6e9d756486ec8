"""What the rules found in an item, as clerks read it: the rule in both languages, the place, what is wrong, what would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.items import Broken

RULES = {
    "bundles": Words(zh="一件事的构成", en="What a bundle is made up of"),
    "body": Words(zh="内容不完整", en="The body is not whole"),
    "catalog-code": Words(zh="基本编码的结构和类型", en="The national code and its type"),
    "cites": Words(zh="引用的法律条文", en="Articles that are cited"),
    "code": Words(zh="事项代码", en="The item's code"),
    "conditions-are-told": Words(zh="指南写明条件", en="Guides tell what must hold"),
    "conditions": Words(zh="条件表达式有界、有效", en="Conditions are bounded and valid"),
    "elements": Words(zh="数据元", en="Data elements"),
    "examples": Words(zh="示例的结果", en="Examples come out as they say"),
    "fees-have-a-basis": Words(zh="收费须有依据并可网上缴纳", en="A fee has a basis and is paid online"),
    "flow": Words(zh="办理流程", en="The flow"),
    "form": Words(zh="填写内容", en="The form"),
    "instant-is-instant": Words(zh="即办件当场办结", en="What is instant is promised so"),
    "keys-once": Words(zh="没有重复", en="Nothing is there twice"),
    "listed-codes": Words(zh="标准代码", en="Codes of the standard"),
    "named-outcome": Words(zh="结果名称、证照和样本", en="The outcome, its certificate and sample"),
    "named-things-exist": Words(zh="引用的内容存在", en="What is named exists"),
    "permits-explain-themselves": Words(zh="许可须有依据、问答和环节", en="A permit explains itself"),
    "promise-within-law": Words(zh="承诺时限不超过法定时限", en="The promise is within the law"),
    "questions": Words(zh="问题的设置", en="Questions"),
    "registry-entry": Words(zh="写入登记簿的内容", en="What is entered into a registry"),
    "rules-are-proven": Words(zh="每条规则有示例", en="Each rule is proven by an example"),
    "shape": Words(zh="文件的结构", en="The shape of the file"),
    "signed-at-level-two": Words(zh="签名须实名二级", en="Who signs proves it at level 2"),
    "size": Words(zh="文件大小", en="The size of the file"),
    "subjects-fit-audience": Words(zh="主题与服务对象一致", en="Subjects fit the audience"),
    "texts": Words(zh="中英文齐全", en="Texts in both languages"),
    "two-phones": Words(zh="咨询电话与投诉电话不同", en="Two telephone numbers"),
    "visits": Words(zh="到场次数与送达方式", en="Visits and delivery"),
    "yaml": Words(zh="YAML 格式", en="YAML"),
}
_OTHER = Words(zh="事项规范", en="The standard of items")


def rows(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines of a table, errors first."""
    return [
        {
            "rule": RULES.get(each["rule"], _OTHER),
            "place": each["file"] + (f":{each['line']}" if each["line"] else ""),
            "what": Words(**each["what"]),
            "fix": Words(**each["fix"]),
            "state": "waiting" if each["warning"] else "refused",
        }
        for each in sorted(found, key=lambda each: each["warning"])
    ]


def of(no: Exception | None) -> list[dict[str, Any]]:
    """The same for a folder that could not be read."""
    return rows(msgspec.to_builtins(no.findings)) if isinstance(no, Broken) else []
