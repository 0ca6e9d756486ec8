"""What the style guide shows: invented cases, marked as a demonstration, in every state that a component has."""

from __future__ import annotations

import itertools
import re
import statistics
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from tongban.base import boundaries, divisions
from tongban.base.calendar import SHANGHAI
from tongban.base.words import Words as W
from tongban.ui import city, maps, tokens, words
from tongban.ui.line import Station

HERE = W(zh="松江区", en="Songjiang")
THERE = W(zh="杭州市", en="Hangzhou")


def founding(stage: int) -> list[Station]:
    """A firm founded in another city, at ``stage`` (0 ahead, 1 under way, 2 asked for supplements, 3 refused, 4 done)."""
    reached = {0: 0, 1: 4, 2: 3, 3: 3, 4: 99}[stage]
    at = {1: "current", 2: "waiting", 3: "refused"}.get(stage, "ahead")
    rows = [
        ("apply", W(zh="提交申请", en="Apply"), HERE, None, (), W(zh="11月23日 09:05", en="23 Nov 09:05")),
        ("accept", W(zh="受理", en="Accept"), W(zh="综合窗口", en="Service window"), THERE, ("apply",),
         W(zh="用时 3 分钟", en="3 min")),
        ("examine", W(zh="名称与材料审查", en="Name and papers"), W(zh="市场监管局", en="Market supervision"), None,
         ("accept",), W(zh="用时 6 分钟", en="6 min")),
        ("decide", W(zh="决定", en="Decide"), W(zh="市场监管局", en="Market supervision"), None, ("examine",),
         W(zh="用时 2 分钟", en="2 min")),
        ("tax", W(zh="税务登记", en="Tax"), W(zh="税务局", en="Tax office"), None, ("decide",), None),
        ("social", W(zh="社保登记", en="Social insurance"), W(zh="人社局", en="Social security"), None, ("decide",), None),
        ("fund", W(zh="公积金开户", en="Housing fund"), W(zh="公积金中心", en="Fund centre"), None, ("decide",), None),
        ("seal", W(zh="印章备案", en="Seal on file"), W(zh="公安局", en="Public security"), None, ("decide",), None),
        ("issue", W(zh="电子执照", en="E-licence"), W(zh="市场监管局", en="Market supervision"), None,
         ("tax", "social", "fund", "seal"), None),
    ]
    stations = []
    for place, (key, title, office, node, needs, clock) in enumerate(rows):
        parallel = key in ("tax", "social", "fund", "seal")
        state = "done" if place < reached else at if place == reached or (parallel and reached == 4) else "ahead"
        if stage == 1 and key == "tax":
            state = "done"
        if stage == 1 and key == "seal":
            state = "waiting"
        said = clock if state == "done" else None
        if state == "waiting":
            said = W(zh="等对方系统答复", en="for the other system") if parallel else W(zh="请补正 1 项", en="1 paper to add")
        stations.append(
            Station(key=key, title=title, office=office, node=node, needs=needs, state=state, clock=said)
        )
    return stations


def allowance() -> list[Station]:
    """A line without side tracks: decided by the rules themselves."""
    return [
        Station(key="apply", title=W(zh="提交申请", en="Apply"), office=HERE, state="done"),
        Station(key="check", title=W(zh="自动核验", en="Checked by rule"), office=W(zh="民政局", en="Civil affairs"),
                state="done", clock=W(zh="用时 2 秒", en="2 seconds")),
        Station(key="pay", title=W(zh="按月发放", en="Paid monthly"), office=W(zh="社区", en="Neighbourhood"),
                state="current", clock=W(zh="每月 15 日", en="on the 15th")),
    ]


def house() -> list[Station]:
    """Six departments side by side, one of them in two steps."""
    beside = [
        ("housing", "房产", "Housing"), ("land", "国土", "Land"), ("finance", "财政", "Finance"),
        ("police", "公安", "Police"), ("civil", "民政", "Civil affairs"),
    ]
    return [
        Station(key="ticket", title=W(zh="一窗受理", en="One window"), state="done", clock=W(zh="10:02", en="10:02")),
        *(Station(key=k, title=W(zh=f"{zh}核验", en=f"{en} check"), needs=("ticket",), state="done") for k, zh, en in beside),
        Station(key="price", title=W(zh="核定税额", en="Tax assessed"), needs=("ticket",), state="done"),
        Station(key="pay", title=W(zh="一键缴费", en="One payment"), needs=("price",), state="current"),
        Station(key="register", title=W(zh="登簿", en="Registered"),
                needs=("pay", "housing", "land", "finance", "police", "civil")),
    ]


def together() -> list[dict[str, Any]]:
    """Four parts of one case: decided, under way, waiting for another, and ended with one that was refused."""
    early, late = (12.5, 37.5), (62.5, 87.5)
    parts = [
        ("licence", W(zh="营业执照", en="Licence"), "granted", (W(zh="已准予", en="Granted"), "done"),
         W(zh="已办完", en="All done"), early, 37.5),
        ("fire", W(zh="消防检查", en="Fire check"), "open", (W(zh="办理中", en="In progress"), "current"),
         W(zh="正在：现场核查", en="Now: inspection"), early, 12.5),
        ("food", W(zh="食品许可", en="Food permit"), "waiting", (W(zh="等候", en="Waiting"), "plain"),
         W(zh="等“消防检查”的结果", en="Waits for the fire check"), late, None),
        ("sign", W(zh="户外招牌", en="Outdoor sign"), "fallen", (W(zh="已终止", en="Ended"), "refused"),
         W(zh="需要的结果没有，随之终止", en="What it needs is not there"), late, None),
    ]  # fmt: skip
    return [
        {
            "key": key, "title": title, "office": THERE, "tag": tag, "look": look, "mine": key == "fire", "now": now,
            "dots": [(x, "done" if reached and x <= reached else "ahead") for x in dots], "starts": dots[0], "ends": dots[1],
            "reached": reached, "later": dots is late, "stations": allowance(), "can": frozenset(),
            "clock": {"used": 1, "promised": 5, "unit": "days", "state": "current", "due": None} if look == "open" else None,
        }
        for key, title, look, tag, now, dots, reached in parts
    ]  # fmt: skip


def materials() -> list[dict[str, Any]]:
    """One of every verdict."""
    def row(verdict: str, zh: str, en: str, why_zh: str, why_en: str, **more: Any) -> dict[str, Any]:
        return {"title": W(zh=zh, en=en), "verdict": verdict, "reason": W(zh=why_zh, en=why_en), **more}

    return [
        row("verified", "身份证", "ID card", "系统已向人口库核验，不用再交。",
            "Checked with the population registry. You need not bring it.", source=W(zh="人口库", en="population registry")),
        row("certificate", "股东营业执照", "Licence of the shareholder firm", "电子证照已在库中。",
            "The e-certificate is already on file.", source=W(zh="电子证照库", en="certificate store")),
        row("produced", "公司章程", "Articles of association", "根据您填的内容生成，签名前可以查看。",
            "Made from your answers. Read it before you sign."),
        row("commitment", "住所使用承诺", "Statement on the premises", "由书面承诺代替证明。",
            "Your written statement takes the place of a proof."),
        row("cancelled", "无违法记录证明", "Proof of a clean record", "没有法律依据，已取消。",
            "No longer required by law.", cites=(W(zh="国办发〔2018〕47号", en="State Council Office 2018 No. 47"),)),
        row("upload", "前置许可文件", "Prior permit", "经营范围含食品销售，需要许可文件。",
            "You named food sales as a business, so the permit is needed."),
    ]


def contents() -> list[tuple[str, W]]:
    """The components by their anchors, as the parts' templates name them."""
    parts = Path(__file__).parent / "templates" / "ui" / "styleguide"
    order = ("tokens", "lines", "forms", "states", "lists", "finding", "guides", "papers", "space", "visits", "desk", "window")
    text = "".join((parts / f"{name}.html").read_text("utf-8") for name in order)
    return [(anchor, W(zh=zh, en=en)) for anchor, zh, en in re.findall(r'part\("([\w-]+)", t\("(.+?)", "(.+?)"\)', text)]


def cities() -> list[dict[str, Any]]:
    """Every city that has a folder: its name, mark and colour."""
    found = sorted((Path(settings.TONGBAN_REPOSITORY) / "cities").glob("*/city.yaml"))
    data = [yaml.safe_load(path.read_text("utf-8")) for path in found]
    return [{"name": W(**each["name"]), "mark": each["mark"], "accent": each["accent"]} for each in data]


def areas() -> list[maps.Area]:
    """The city's counties with a made-up number of cases each."""
    made_up = itertools.cycle((412, 355, 530, 298, 611, 274, 148, 96, 187, 203, 88, 61, 74))
    return [
        maps.Area(
            name=divisions.name(code), rings=rings, tone=min(4, cases // 130),
            said=W(zh=f"{cases} 件", en=f"{cases} cases"),
        )
        for (code, rings), cases in zip(boundaries.counties(city.here().adcode).items(), made_up, strict=False)
    ]  # fmt: skip


def pins() -> list[maps.Pin]:
    """A made-up counter in the middle of three counties."""
    hours = W(zh="工作日 9:00 到 17:00", en="Working days 9:00 to 17:00")
    counties = list(boundaries.counties(city.here().adcode).items())
    return [
        maps.Pin(
            name=W(zh="{name}窗口（演示）", en="{name} window (demo)").format(name=divisions.name(code)),
            lon=statistics.fmean(x for x, _ in rings[0]), lat=statistics.fmean(y for _, y in rings[0]),
            detail=hours, href="#map" if place == 0 else None,
        )
        for place, (code, rings) in enumerate(counties[::5][:3])
    ]  # fmt: skip


def desk() -> dict[str, Any]:
    """What the officers' parts show."""
    says = words.w
    return {
        "desk_rows": [
            {"label": W(zh="企业名称", en="Name"), "value": says(W(zh="星汉软件（演示）", en="Xinghan Software (demo)")),
             "state": "same", "record": "", "origin": says(W(zh="法人库", en="legal-entity registry"))},
            {"label": W(zh="住所", en="Address"), "value": says(W(zh="文三路 90 号", en="90 Wensan Road")), "state": "differs",
             "record": says(W(zh="文三路 91 号", en="91 Wensan Road")), "origin": says(W(zh="地址库", en="place registry"))},
            {"label": W(zh="手机号码", en="Mobile"), "value": "138…", "state": "changed", "record": "139…", "origin": "…"},
            {"label": W(zh="从业人数", en="Staff"), "value": "3", "state": "typed", "record": "", "origin": ""},
        ],
        "queue_rows": [
            {"pick": str(n), "href": "#queue", "title": W(zh="企业设立登记", en="Found a company"), "kind": W(zh="审查", en="Examine"),
             "holder": says(W(zh="未领取", en="nobody yet")), "due": says(due), "state": state, "received": "09:05", "number": f"…{n}"}
            for n, due, state in ((17, W(zh="昨天", en="yesterday"), "late"), (18, W(zh="今天 17:00", en="today 17:00"), "today"),
                                  (19, W(zh="后天", en="in two days"), ""))
        ],
        "phrases": [Phrase(key="not-ours", text=W(zh="申请事项不属于本机关职权范围。", en="This is not within our powers."),
                           cites=(W(zh="《行政许可法》第三十二条", en="Administrative Licensing Law, art. 32"),))],
    }


@dataclass(frozen=True)
class Change:
    """A change as the macro reads it."""

    about: str
    says: W
    harder: bool | None = None


@dataclass(frozen=True)
class Ahead:
    """A coming change as the macro reads it."""

    on: date
    number: int | None
    changes: tuple[Change, ...]


def version() -> dict[str, Any]:
    """What a version changes, and what the rules find in one."""
    changes = (
        Change("days", W(zh="承诺时限：8 个工作日 → 5 个工作日", en="Promised within: 8 working days → 5 working days"), False),
        Change("papers", W(zh="新增材料：安全方案", en="A new paper: safety plan"), True),
        Change("words", W(zh="常见问题有更新", en="The questions people ask are new")),
    )
    rule = W(zh="咨询电话与投诉电话不同", en="Two telephone numbers")
    what = W(zh="咨询和投诉是同一个电话", en="one phone both to consult and to complain")
    found = {"rule": rule, "place": "item.yaml:21", "what": what}
    return {
        "version": Ahead(on=date(2026, 12, 15), number=2, changes=changes),
        "found": [{**found, "fix": W(zh="请写两个", en="give two"), "state": "refused"}],
    }


@dataclass(frozen=True)
class Phrase:
    """A phrase of officers as the macro reads it."""

    key: str
    text: W
    cites: tuple[W, ...]
    material: str = ""


def sample() -> dict[str, Any]:
    """The context of the page."""
    return {
        "contents": contents(),
        "colours": tokens.colours(),
        "cities": cities(),
        "areas": areas(),
        "pins": pins(),
        "stages": [(W(zh="办理之前", en="Before"), founding(0)), (W(zh="办理之中", en="Under way"), founding(1)),
                   (W(zh="等候补正", en="Waiting for a paper"), founding(2)),
                   (W(zh="未通过", en="Refused"), founding(3)), (W(zh="已办结", en="Finished"), founding(4))],
        "today": date(2026, 11, 23),
        "now": datetime(2026, 11, 23, 9, 5, tzinfo=SHANGHAI),
        **desk(),
        **version(),
        "allowance": allowance(),
        "house": house(),
        "together": together(),
        "materials": materials(),
        "people": [
            {"value": "me", "name": "张晓（演示）", "detail": W(zh="本人", en="yourself"), "tag": W(zh="第 2 级", en="Level 2")},
            {"value": "mother", "name": "阿依古丽·买买提（演示）", "detail": W(zh="母亲，由您代办", en="your mother; you act for her")},
        ],
        "places": [
            {"value": "1", "text": W(zh="文三路 90 号 3 幢 501 室", en="Room 501, Block 3, 90 Wensan Road"),
             "detail": W(zh="杭州市西湖区北山街道", en="Beishan, Xihu, Hangzhou")},
            {"value": "2", "text": W(zh="文三路 90 号 5 幢", en="Block 5, 90 Wensan Road"),
             "detail": W(zh="杭州市西湖区北山街道", en="Beishan, Xihu, Hangzhou")},
        ],
    }
