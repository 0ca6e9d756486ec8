"""What the desk's pages show, read from journeys' values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI
from tongban.base.words import Words
from tongban.engine.items import Item
from tongban.journeys import demands, handle
from tongban.ui import line, shown, words
from tongban.ui.line import Station

KINDS = {
    "accept": Words(zh="受理", en="Accept"),
    "examine": Words(zh="审查", en="Examine"),
    "inspect": Words(zh="现场勘验", en="Inspect"),
    "ask": Words(zh="协办", en="Answer"),
    "tell": Words(zh="知会", en="For information"),
    "decide": Words(zh="决定", en="Decide"),
    "issue": Words(zh="制证", en="Issue"),
    "computed": Words(zh="规则核定", en="Rules"),
    "pay": Words(zh="缴费", en="Payment"),
}


def queue_rows(rows: Iterable[handle.Row]) -> list[dict[str, Any]]:
    """Lines of a queue: what, which step, in whose hands, when it came, when it is due and how pressing that is."""
    return [
        {
            "pick": f"{row.number}|{row.step}",
            "href": reverse("desk:case", args=[row.number]),
            "title": row.title,
            "kind": KINDS[row.kind],
            "holder": _holder(row),
            "due": due(row.due_at),
            "state": "late" if row.late else "today" if row.today else "",
            "received": words.moment(row.received_at),
            "number": row.number[-11:],
        }
        for row in rows
    ]


def _holder(row: handle.Row) -> str:
    if row.mine:
        return words.t("我", "me")
    if row.standing_in:
        return words.t(f"代{row.holder}", f"for {row.holder}")
    return row.holder or words.t("未领取", "nobody yet")


Address = Callable[..., str]


def whose(found: handle.Queue, wanted: handle.Wanted, address: Address) -> list[tuple[Any, str, bool, int | None]]:
    """Whose work is shown, as tabs with counts."""
    names = {
        "do": (Words(zh="待办", en="To do"), None),
        "mine": (Words(zh="我领取的", en="In my hands"), found.counts["mine"]),
        "free": (Words(zh="未领取", en="In nobody's"), found.counts["free"]),
        "all": (Words(zh="全部", en="All"), found.counts["all"]),
    }
    return [(w, address(wanted, whose=key), wanted.whose == key, count) for key, (w, count) in names.items()]


def facets(found: handle.Queue, wanted: handle.Wanted, address: Address) -> list[tuple[Any, str, bool]]:
    """Further narrowing: what presses, and the kind of step where this officer does several."""
    late = Words(zh=f"已超期 {found.counts['late']}", en=f"Overdue {found.counts['late']}")
    today = Words(zh=f"今天到期 {found.counts['today']}", en=f"Due today {found.counts['today']}")
    chips: list[tuple[Any, str, bool]] = [
        (late, address(wanted, due="" if wanted.due == "late" else "late"), wanted.due == "late"),
        (today, address(wanted, due="" if wanted.due == "today" else "today"), wanted.due == "today"),
    ]
    if len(found.kinds) > 1:
        for kind in found.kinds:
            on = wanted.kind == kind
            chips.append((KINDS[kind], address(wanted, kind="" if on else kind), on))
    return chips


def outcomes(found: list[handle.bulk.Outcome], command: str) -> dict[str, Any]:
    """What came of a command on several cases."""
    return {
        "outcomes": [{"of": each, "href": reverse("desk:case", args=[each.number])} for each in found],
        "went": sum(each.no is None for each in found),
        "what": DONE.get(command, DONE["take"]),
    }


DONE = {
    "accept": Words(zh="已受理", en="Accepted"),
    "not-accept": Words(zh="已出具不予受理决定书", en="Not accepted; the decision is issued"),
    "supplement": Words(zh="已发出补正告知书", en="The notice of what is missing is sent"),
    "note-missing": Words(zh="已告知窗口，将一次告知申请人", en="The window knows, and tells the applicant once"),
    "take": Words(zh="已领取", en="Taken"),
    "finish": Words(zh="意见已提交", en="The opinion is given"),
    "decide": Words(zh="已作出决定", en="Decided"),
    "assign": Words(zh="已转给同事", en="Handed to a colleague"),
    "give-opinion": Words(zh="意见已答复", en="The opinion is given"),
    "reopen": Words(zh="原决定已撤销，重新办理", en="The decision is set aside; it is decided anew"),
}


def done(command: str, of: str) -> str:
    """One line on what was just done; empty for anything that is no command of ours."""
    says = DONE.get(command)
    if says is None or not (of.isascii() and of.isalnum()):
        return ""
    return f"{words.w(says)} · {of[-11:]}"


def due(at: datetime | None) -> str:
    """When a step is due; a clock that stands, or has not begun, has no day."""
    if at is None:
        return words.t("未起算", "not running")
    local = at.astimezone(SHANGHAI)
    return words.day(local.date()) if (local.hour, local.minute) == (23, 59) else words.moment(at)


def read_over(sheet: Any) -> list[dict[str, Any]]:
    """Everything that is about to be signed, from the draft: answers and what registries know."""
    known = {key: each.value for key, each in sheet.plan.known.items() if each.value is not None}
    facts = {key: {"value": each.value, "source": each.source} for key, each in sheet.facts.items()}
    return answers(sheet.item, {"answers": {**known, **sheet.answers}, "facts": facts})


def answers(item: Item, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each answer in words, with where it comes from if nobody typed it."""
    told, facts = document["answers"], document["facts"]
    return [
        {
            "label": field.title,
            "value": shown.answer(field, told[field.key], facts),
            "source": shown.source_of(field, facts),
        }
        for field in item.form
        if field.key in told
    ]


def strip(stations: list[Station]) -> list[list[Station]]:
    """The line in one row: stations that go side by side share a place."""
    columns: dict[int, list[Station]] = {}
    for stop in line.draw(stations).stops:
        columns.setdefault(stop.column, []).append(stop.station)
    return [columns[n] for n in sorted(columns)]


def materials(screen: handle.Screen, number: str) -> list[dict[str, Any]]:
    """Papers with their verdict; what was uploaded can be looked at in the page and saved."""
    found = []
    for given, row in zip(shown.materials(screen.view, lambda m: None), screen.view.materials, strict=True):
        links = {}
        if row.blob_id:
            links = {
                "file": reverse("desk:file", args=[number, row.id]),
                "picture": reverse("desk:picture", args=[number, row.id]),
                "name": row.blob.name,
            }
        found.append({**given, **_for_officers(given), **links})
    return found


# What officers read where the reason speaks to the applicant.
_REASONS = {
    "cancelled": Words(zh="没有依据，不收", en="No law asks for it"),
    "certificate": Words(zh="电子证照库里已有", en="The e-certificate is on file"),
    "verified": Words(zh="系统已核验", en="Checked by the system"),
    "commitment": Words(zh="申请人书面承诺代替", en="The applicant's written commitment stands for it"),
    "produced": Words(zh="由申请内容自动生成", en="Made from what was filled in"),
}
_UPLOADS = {
    "given": Words(zh="申请人已提交", en="Given by the applicant"),
}


def _for_officers(paper: dict[str, Any]) -> dict[str, Any]:
    """Why a paper is there, or need not be, as an officer reads it, and its mark."""
    reason, verdict = paper["reason"], str(paper["verdict"])
    if reason is None or shown.speaks_to_the_applicant(reason):
        reason = _UPLOADS.get(paper["state"] or "") or _REASONS.get(verdict)
    mark = {"left": "waiting"}.get(paper["state"] or "", "plain" if verdict == "cancelled" else "done")
    from_applicant = paper["source"] == shown.source("answers")
    return {"reason": reason, "mark": mark, "source": None if from_applicant else paper["source"]}


def asks(screen: handle.Screen, *, by: Actor, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Who may be asked for a second opinion: colleagues by id, other offices by key."""
    offices = handle.advice.offices(by=by)
    return {"officers": handle.colleagues_of(by=by, now=now), "offices": [(k, words.w(n)) for k, n in offices]}


def applicants(document: dict[str, Any]) -> list[str]:
    """Names of those who apply or are parties, each once."""
    return list(dict.fromkeys(role["name"] for role in document["roles"] if role.get("name")))[:4]


def given(form: Any) -> list[tuple[str, str]]:
    """What a form said, to be sent again with the confirmation."""
    left_out = ("csrfmiddlewaretoken", "confirmed", "preview")
    return [(name, value[:4000]) for name, values in form.lists() if name not in left_out for value in values][:60]


def laws(item: Item) -> list[str]:
    """The law at hand: every article that the item stands on, once."""
    found = [*item.cites, *item.legal_cites]
    for each in (*item.rules, *item.steps):
        found += each.cites
    return list(dict.fromkeys(found))


def basis_options() -> list[tuple[str, str]]:
    """What stops the clock (行政许可法 art. 45)."""
    return [
        ("hearing", words.t("听证", "Hearing")),
        ("inspection", words.t("检验", "Inspection")),
        ("testing", words.t("检测", "Testing")),
        ("quarantine", words.t("检疫", "Quarantine")),
        ("appraisal", words.t("鉴定", "Appraisal")),
        ("expert-review", words.t("专家评审", "Expert review")),
        ("bidding", words.t("招标", "Bidding")),
        ("auction", words.t("拍卖", "Auction")),
    ]


def paper_options(screen: handle.Screen) -> list[tuple[str, str]]:
    """The papers that may be asked for, to say which of them are missing: none that the law abolished, none that a record
    proves, unless an office misses it all the same."""
    missed = {line for each in screen.missing for line in each["lines"]}
    spared = demands.spared(screen.view.materials) - missed
    return [(m.type, words.w(m.title)) for m in screen.item.materials if m.type not in spared]


def supplement_phrases(screen: handle.Screen) -> list[Any]:
    """Phrases on what is missing, without those that speak of a paper that is not to be asked for."""
    spared = demands.spared(screen.view.materials)
    return [each for each in screen.phrases.get("supplement", []) if each.material not in spared]


def signatures(rows: list[dict[str, Any]], number: str) -> list[dict[str, Any]]:
    """Who signed as what, and when; and the picture of what was written by hand."""
    return [
        {
            "name": _signer(r),
            "title": Words(**r["title"]),
            "when": words.moment(datetime.fromisoformat(r["signed_at"])),
            "picture": reverse("desk:picture", args=[number, r["ink"]]) if r.get("ink") else None,
        }
        for r in rows
    ]


_BASES = {
    "guardian": Words(zh="监护人", en="guardian"),
    "mandate": Words(zh="受托人", en="by mandate"),
    "representative": Words(zh="法定代表人", en="legal representative"),
}


def _signer(row: dict[str, Any]) -> str:
    """Whose signature it is, and who made it for them by which power."""
    basis = _BASES.get(row.get("basis", ""))
    if basis is None:
        return str(row["name"])
    return words.t(
        f"{row['name']}（{basis.zh} {row['signer']} 代签）", f"{row['name']} (signed by {row['signer']}, {basis.en})"
    )


RESULTS = [
    ("good", Words(zh="合格", en="Good")),
    ("mend", Words(zh="需改进", en="To mend")),
    ("wrong", Words(zh="有错误", en="Wrong")),
]


def bars(found: Any) -> tuple[list[Words], list[int]]:
    """Overdue steps by office, for the chart: those with any, the worst first, at most eight."""
    late = [o for o in found.offices if o.late][:8]
    return [o.name for o in late], [o.late for o in late]


_DAYS = {
    "mon": Words(zh="周一", en="Mon"),
    "tue": Words(zh="周二", en="Tue"),
    "wed": Words(zh="周三", en="Wed"),
    "thu": Words(zh="周四", en="Thu"),
    "fri": Words(zh="周五", en="Fri"),
    "sat": Words(zh="周六", en="Sat"),
    "sun": Words(zh="周日", en="Sun"),
}
_LEVELS = {
    1: Words(zh="国家", en="State"),
    2: Words(zh="省", en="Province"),
    3: Words(zh="市", en="City"),
    4: Words(zh="区县", en="District"),
    5: Words(zh="镇街", en="Street"),
    6: Words(zh="村社区", en="Community"),
}


def office_rows(places: list[Any]) -> list[dict[str, Any]]:
    """The tree of offices as its page shows it: each with its level, hours and contact in words."""
    return [
        {
            "key": p.key,
            "name": p.name,
            "depth": p.depth,
            "level": _LEVELS.get(p.level, _LEVELS[3]),
            "system": p.by == "system",
            "hours": hours(p.hours),
            "address": p.contact.get("address", ""),
            "phone": p.contact.get("phone", ""),
            "officers": p.officers,
            "open": p.open,
        }
        for p in places
    ]


def hours(by_day: dict[str, list[str]]) -> str:
    """Opening hours in words: days in a row that are alike are said once."""
    runs: list[tuple[list[str], list[str]]] = []
    for day in _DAYS:
        spans = list(by_day.get(day) or [])
        if runs and runs[-1][1] == spans:
            runs[-1][0].append(day)
        else:
            runs.append(([day], spans))
    return words.t("；", "; ").join(_run(days, spans) for days, spans in runs if spans)


def _run(days: list[str], spans: list[str]) -> str:
    first, last = words.w(_DAYS[days[0]]), words.w(_DAYS[days[-1]])
    named = first if len(days) == 1 else words.t(f"{first}至{last}", f"{first} to {last}")
    return f"{named} {words.t('、', ', ').join(span.replace('-', '–') for span in spans)}"
