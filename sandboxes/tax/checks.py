"""What this office's own system checks before a firm is registered, and what it assigns. Pure but for data files."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RULES = json.loads((Path(__file__).parent / "rules.json").read_text())
BUREAUS = json.loads((Path(__file__).parent / "bureaus.json").read_text())
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MOST_CAPITAL = 10**16


# What each check says: (when it fails, when it holds), each in zh and en.
SAYS = {
    "uscc": (
        ("统一社会信用代码校验不通过", "the code's check digit is wrong"),
        ("统一社会信用代码尚未赋码或校验通过", "no code assigned yet, or its check digit holds"),
    ),
    "district": (
        ("注册地址不在本机关辖区", "the address is outside this office's district"),
        ("主管税务机关：{bureau}", "in charge: {bureau_en}"),
    ),
    "industries": (
        ("行业代码不在国民经济行业分类中", "an industry is not in GB/T 4754"),
        ("行业代码有效", "industry codes are known"),
    ),
    "duplicate": (
        ("同名纳税人已登记：{same}", "a firm of this name is registered: {same}"),
        ("没有同名登记", "no firm of this name is registered"),
    ),
    "abnormal": (
        ("法定代表人有非正常户记录", "the representative has an abnormal record"),
        ("法定代表人无非正常户记录", "no abnormal record of the representative"),
    ),
}


@dataclass(frozen=True)
class Firm:
    """A firm as this system keeps it; capital in fen, industries as GB/T 4754 codes (digits, 2 to 4)."""

    name: str
    address: str
    division: str
    capital: int
    industries: tuple[str, ...]
    uscc: str = ""
    representative: str = ""

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """One check: its name, whether it holds, what to tell in both languages."""

    check: str
    ok: bool
    zh: str
    en: str


class Malformed(Exception):
    """Facts that cannot be a firm: `faults` is a list of {"field", "detail"}."""

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{fault['field']}: {fault['detail']}" for fault in faults))
        self.faults = faults


def uscc_holds(code: str) -> bool:
    """True if the check character of a unified social credit code is right (GB 32100)."""
    if len(code) != 18 or any(c not in ALPHABET for c in code):
        return False
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return ALPHABET[(31 - total % 31) % 31] == code[17]


def _text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= most and not re.search(r"[\x00-\x1f\x7f]", value)


def _faults(own: dict[str, Any]) -> dict[str, str]:
    capital, industries = own["capital"], own["industries"]
    tests = {
        "name": (_text(own["name"], 200), "text of 1 to 200 characters"),
        "address": (_text(own["address"], 300), "text of 1 to 300 characters"),
        "division": (isinstance(own["division"], str) and re.fullmatch(r"\d{6}(\d{6})?", own["division"]),
                     "a division code of 6 or 12 digits"),
        "capital": (type(capital) is int and 0 < capital <= MOST_CAPITAL, "a positive whole number of fen"),
        "industries": (isinstance(industries, list) and 0 < len(industries) <= 50
                       and all(isinstance(i, str) and re.fullmatch(r"[A-T]?\d{2,4}", i) for i in industries),
                       "GB/T 4754 codes, at least one"),
        "uscc": (own["uscc"] in (None, "") or _text(own["uscc"], 18), "absent, or 18 characters"),
        "representative": (own["representative"] in (None, "") or _text(own["representative"], 18), "an ID number"),
    }  # fmt: skip
    return {name: need for name, (holds, need) in tests.items() if not holds}


Contract = dict[str, list[str]]


def _fact(facts: dict[str, Any], names: list[str]) -> tuple[str, Any]:
    """The first of the names that the facts have, with its value; `a.b.c` is a key, or the `c` of an object `a.b`."""
    for name in names:
        whole, _, part = name.rpartition(".")
        inside = facts.get(whole)
        if name in facts:
            return name, facts[name]
        if isinstance(inside, dict) and part in inside:
            return name, inside[part]
    return names[0], None


def read(facts: dict[str, Any], contract: Contract) -> Firm:
    """The firm in this system's own terms; raises Malformed with every fault, named as on the wire."""
    found = {name: _fact(facts, wire) for name, wire in contract.items()}
    own = {name: value for name, (_, value) in found.items()}
    own["industries"] = [own["industries"]] if isinstance(own["industries"], str) else own["industries"]
    if faults := _faults(own):
        raise Malformed([{"field": found[name][0], "detail": f"must be {need}"} for name, need in faults.items()])
    industries = tuple(code.lstrip("ABCDEFGHIJKLMNOPQRST") for code in own["industries"])
    texts = {name: (own[name] or "").strip() for name in ("name", "address", "division", "uscc", "representative")}
    return Firm(**texts, capital=own["capital"], industries=industries)


def serves(district: str, division: str) -> bool:
    """True if a division lies in the district: NNNN00 is a whole city."""
    return division.startswith(district[:4] if district.endswith("00") else district)


def examine(firm: Firm, *, district: str, same_name: str | None, abnormal: bool) -> list[Finding]:
    """Every check with its outcome. `same_name` is the reference of another firm registered here under this name."""
    low, high = RULES["industries"]["from"], RULES["industries"]["to"]
    bureau = BUREAUS.get(firm.division[:6], {"name": "", "name_en": ""})
    holds = {
        "uscc": not firm.uscc or uscc_holds(firm.uscc),
        "district": bool(bureau["name"]) and serves(district, firm.division),
        "industries": all(low <= int(code[:2]) <= high for code in firm.industries),
        "duplicate": same_name is None,
        "abnormal": not abnormal,
    }
    values = {"bureau": bureau["name"], "bureau_en": bureau["name_en"], "same": same_name or ""}
    return [Finding(check, ok, *(say.format(**values) for say in SAYS[check][ok])) for check, ok in holds.items()]


def assign(firm: Firm) -> dict[str, Any]:
    """Office in charge, kind of taxpayer and taxes to register, by `rules.json`."""
    general, kinds = RULES["general"], {code[:2] for code in firm.industries}
    is_general = firm.capital >= general["capital_from"] and bool(kinds & set(general["industries"]))
    taxes = [tax for tax in RULES["taxes"] if tax["industries"] == "all" or kinds & set(tax["industries"])]
    return {
        "authority": BUREAUS[firm.division[:6]],
        "taxpayer_kind": "general" if is_general else "small-scale",
        "taxpayer_kind_name": "一般纳税人" if is_general else "小规模纳税人",
        "taxes": [{"name": tax["name"], "name_en": tax["name_en"]} for tax in taxes],
    }
