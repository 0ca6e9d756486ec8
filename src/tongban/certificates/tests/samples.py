"""Synthetic holders, offices and contents for this room's tests. No real person, firm or office."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tongban.base.identifiers import organisation
from tongban.certificates import pki, types
from tongban.certificates.content import Holder, Issuer
from tongban.certificates.press import Press
from tongban.certificates.seal import Signer

SERVICES = Path(__file__).parents[4] / "services" / "certificates"
NOW = datetime.now(ZoneInfo("Asia/Shanghai"))
TYPES = ("allowance-grant", "business-licence", "fund-withdrawal-notice", "marriage-booking",
         "medical-insurance-enrolment", "road-occupation-permit")  # fmt: skip
FIRM = organisation.compose(prefix="91", division="330100", body="MADEM000")
OFFICE = organisation.compose(prefix="11", division="330100", body="TB000009")
PERSON = "330106194001010012"
SCOPE = (
    "一般项目：软件开发；信息技术咨询服务；互联网销售（除销售需要许可的商品）。"
    "许可项目：食品销售（依法须经批准的项目，经相关部门批准后方可开展经营活动）。"
)

CONTENT: dict[str, dict[str, Any]] = {
    "business-licence": {
        "uscc": FIRM, "name": "杭州演示软件有限公司", "kind": "有限责任公司", "representative": "演示甲",
        "capital": 100_000_000, "established": "2026-11-23", "term": "长期", "address": "杭州市西湖区演示路88号",
        "scope": SCOPE,
    },
    "allowance-grant": {
        "name": "演示老人", "id_number": PERSON, "band": "80—89周岁", "monthly": 30_050, "since": "2026-12",
    },
    "fund-withdrawal-notice": {
        "name": "演示乙", "id_number": PERSON, "reason": "租房提取", "amount": 1_500_000, "approved_on": "2026-11-23",
    },
    "road-occupation-permit": {
        "name": "杭州演示软件有限公司", "uscc": FIRM, "place": "演示路88号门前人行道", "purpose": "搭设脚手架",
        "area": "24平方米", "since": "2026-12-01", "until": "2026-12-15",
    },
    "medical-insurance-enrolment": {"name": "演示儿童", "id_number": PERSON, "enrolled": "2026-11-23"},
    "marriage-booking": {
        "first": "演示丙", "second": "演示丁", "day": "2099-12-12", "time": "09:30—10:00", "place": "演示婚姻登记处",
        "address": "演示路1号",
    },
}  # fmt: skip


def holder(type: str) -> Holder:
    """A holder whom the type may have."""
    if load(type).holder == "001":
        return Holder(name="杭州演示软件有限公司", code_type="001", code=FIRM, ref=FIRM)
    return Holder(name="演示老人", code_type="111", code=PERSON, ref="0190-synthetic")


def issuer(type: str) -> Issuer:
    """An office that may issue the type."""
    roles = load(type).issued_by
    return Issuer(office="demo-office", name="杭州市演示局", uscc=OFFICE, roles=roles, short="杭演")


@lru_cache
def load(type: str) -> types.CertificateType:
    return types.load(SERVICES / type)


@lru_cache
def press() -> Press:
    return Press()


@lru_cache
def pems(demo: bool = True) -> dict[str, bytes]:
    return pki.create("杭州市", demo=demo, now=NOW)


@lru_cache
def signer(*, long_term: bool = True, demo: bool = True) -> Signer:
    made = pems(demo)
    more = {"crl": made["document.crl.pem"], "stamp_key": made["timestamp.key.pem"]} if long_term else {}
    chain = [made["document.chain.0.pem"], made["document.chain.1.pem"]]
    return Signer(
        made["document.key.pem"], chain, stamp_chain=[made["timestamp.chain.0.pem"]] if long_term else None, **more
    )


def payload(type: str, **changed: Any) -> dict[str, Any]:
    """A payload as ``issue`` signs it, with other ``fields``."""
    who, kind = holder(type), load(type)
    return {
        "identifier": f"1.2.156.3005.2.{kind.type_code}.{OFFICE}.202600000001.001.0",
        "number": "杭演〔2026〕000001号",
        "holder": {"name": who.name, "code_type": who.code_type, "code": who.code},
        "others": [],
        "issuer": {"name": "杭州市演示局"},
        "fields": {**CONTENT[type], **changed},
        "issued_at": NOW.isoformat(),
        "verify": "http://127.0.0.1:8000/verify/7K2M9QXW4TBC8HRD",
        "demo": True,
    }
