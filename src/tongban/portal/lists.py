"""Services in lists, the facets beside them, what is mine and under way: as ``ui/macros/find.html`` draws them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from django.urls import reverse
from django.utils.http import urlencode
from markupsafe import Markup, escape

from tongban.base.words import Words
from tongban.journeys import browse, find, nearby, occasions, recommend
from tongban.journeys import lives as journeys
from tongban.ui import shown, words

GRADES = {
    "instant": Words(zh="当场办结", en="Decided at once"),
    "id-only": Words(zh="只凭身份证", en="ID card only"),
    "no-visit": Words(zh="不用跑", en="No visit"),
    "applicable": Words(zh="网上可办", en="Online"),
}
AUDIENCES = {"person": Words(zh="个人", en="Persons"), "firm": Words(zh="企业和单位", en="Firms and bodies")}
OTHER = Words(zh="其他", en="Other")
TITLES = {
    "city": Words(zh="城市", en="City"),
    "audience": Words(zh="为谁办", en="For whom"),
    "grade": Words(zh="怎么办", en="How"),
    "subject": Words(zh="主题", en="Subject"),
    "office": Words(zh="部门", en="Office"),
    "district": Words(zh="在哪个区、街镇的窗口办", en="At a counter in"),
}
LONG = 12  # values that a facet shows; of districts, every one


def service(hit: find.Hit, terms: Sequence[str] = ()) -> dict[str, Any]:
    """One service in a list; ``terms`` are marked in its title."""
    return {
        "title": marked(words.w(hit.title), terms),
        "href": reverse("portal:guide", args=[hit.city, hit.code]),
        "summary": hit.summary,
        "grade": hit.facts.get("grade"),
        "promise": _promise(hit.facts.get("promise", {})),
        "office": office(hit.city, str(hit.facts.get("office", ""))),
        "city": hit.city_name,
        "others": [],
    }


def row(found: browse.Row, terms: Sequence[str] = ()) -> dict[str, Any]:
    """A service with the other cities that offer it too."""
    others = [(hit.city_name, reverse("portal:guide", args=[hit.city, hit.code])) for hit in found.hits[1:]]
    return {**service(found.hit, terms), "others": others}


def marked(text: str, terms: Sequence[str]) -> Markup:
    """A title in which the words that were looked for stand out."""
    wanted = [re.escape(term) for term in terms if len(term) > 1 or not term.isascii()]
    if not wanted:
        return escape(text)
    parts = re.split(f"({'|'.join(wanted)})", text, flags=re.IGNORECASE)
    return Markup("").join(Markup("<mark>{}</mark>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts))


def office(city: str, role: str) -> Words:
    """An office by the name that it has in a city."""
    return Words(**find.office(city, role)["name"])


def _promise(told: Mapping[str, Any]) -> str:
    minutes, days = told.get("office_minutes"), told.get("working_days")
    return words.promise(office_minutes=minutes, working_days=days) if minutes or days else ""


# -- facets ----------------------------------------------------------------------------------------------------------


def chosen(query: Mapping[str, str]) -> browse.Chosen:
    """What an address narrows a list to; what nobody knows is left out."""
    told = {name: query.get(name, "")[:40].replace("\x00", "") for name in browse.NAMES}
    told["city"] = told["city"] if told["city"] in find.cities() else ""
    told["grade"] = told["grade"] if told["grade"] in GRADES else ""
    return browse.Chosen(**told)


def address(page: str, narrowed: browse.Chosen, **more: str) -> str:
    """The address of a list that is narrowed so."""
    told = {**msgspec.structs.asdict(narrowed), **{name: value for name, value in more.items() if value}}
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{reverse(page)}?{query}" if query else reverse(page)


def facets(
    page: str, shelf: browse.Shelf, narrowed: browse.Chosen, *, here: str, leave: Iterable[str] = (), **more: str
) -> list[dict[str, Any]]:
    """The facets beside a list: what each value leaves, as links; what would leave all is left out (of districts only
    where all would)."""
    groups = []
    for name, title in TITLES.items():
        if name in leave:
            continue
        now = getattr(narrowed, name)
        options = [
            (_label(name, value, here), _link(page, narrowed, name, "" if value == now else value, more), value == now, n)
            for value, n in _ordered(name, shelf.counts[name])
            if value == now or n < shelf.total or name == "district"
        ]
        if any(current or n < shelf.total for *_, current, n in options):
            groups.append({"title": title, "options": options if name == "district" else options[:LONG]})
    return groups


def _link(page: str, narrowed: browse.Chosen, name: str, value: str, more: dict[str, str]) -> str:
    return address(page, msgspec.structs.replace(narrowed, **{name: value}), **more)


def chips(page: str, narrowed: browse.Chosen, *, here: str, **more: str) -> list[tuple[Words | str, str]]:
    """What a list is narrowed to, each with the address without it."""
    return [
        (_label(name, value, here), address(page, narrowed.without(name), **more))
        for name in browse.NAMES
        if (value := getattr(narrowed, name))
    ]


def _label(name: str, value: str, here: str) -> Words | str:
    if name == "city":
        return find.cities().get(value, Words(zh=value, en=value))
    if name == "office":
        return office(here, value)
    if name == "letter":
        return Words(zh=f"拼音 {value}", en=f"Letter {value}")
    if name == "district":
        return nearby.district(value)
    if name == "subject" and value.startswith("f"):
        return Words(zh="{s}（单位）", en="{s} (firms)").format(s=occasions.subjects().get(value, OTHER))
    known = {"audience": AUDIENCES, "grade": GRADES, "subject": occasions.subjects()}[name]
    return known.get(value, OTHER)


def _ordered(name: str, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Values of a facet: as the standard or the page orders them, else the fullest first."""
    fixed = {"audience": list(AUDIENCES), "grade": list(GRADES)}.get(name)
    if fixed:
        return [(value, counts[value]) for value in fixed if value in counts]
    return sorted(counts.items(), key=lambda each: (-each[1] if name != "district" else 0, each[0]))


# -- the first page --------------------------------------------------------------------------------------------------


def lives(counted: Sequence[tuple[journeys.Occasion, int]]) -> dict[str, list[dict[str, Any]]]:
    """Occasions of a person's life and of a firm's that lead to a service here, each with how many."""
    found: dict[str, list[dict[str, Any]]] = {"person": [], "firm": []}
    for each, count in counted:
        href = reverse("portal:occasion", args=[each.key])
        found[each.audience].append({"title": each.title, "says": each.says, "href": href, "count": count})
    return found


def themes(found: journeys.Occasion, hits: Sequence[find.Hit]) -> list[tuple[Words, str, int]]:
    """Where more of an occasion's kind is found: its subjects, with how many services each has here."""
    counts = {theme: sum(theme in hit.facts.get("subjects", ()) for hit in hits) for theme in found.themes}
    return [
        (occasions.subjects().get(theme, OTHER), address("portal:services", browse.Chosen(subject=theme)), count)
        for theme, count in counts.items()
        if count
    ]


def suggested(found: Sequence[recommend.Suggestion]) -> list[dict[str, Any]]:
    """Services worth a look, each with why."""
    return [
        {
            "title": each.hit.title,
            "href": reverse("portal:guide", args=[each.hit.city, each.hit.code]),
            "why": each.why,
            "grade": each.hit.facts.get("grade"),
        }
        for each in found
    ]


def by_audience(hits: Sequence[find.Hit]) -> list[tuple[Words, str, int]]:
    """How many services there are for persons and for firms, with the way to each."""
    found = []
    for name, title in AUDIENCES.items():
        count = sum(name in browse.FACETS["audience"](hit) for hit in hits)
        if count:
            found.append((title, address("portal:services", browse.Chosen(audience=name)), count))
    return found


def under_way(
    waiting: Sequence[Any], cases: Sequence[Mapping[str, Any]], drafts: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What somebody has in progress, each with what can be done next; what waits for the person comes first."""
    found = [
        {
            "title": each.title, "href": reverse("portal:read", args=[each.party]), "state": ("waiting", TO_SIGN),
            "next": Words(zh="阅读并签名", en="Read and sign"), "meta": words.moment(each.since),
        }
        for each in waiting
    ]  # fmt: skip
    open_cases = [each for each in cases if each["status"] != "closed"]
    for each in sorted(open_cases, key=lambda case: case["status"] != "supplement"):
        title, state = shown.STATUS[each["status"]]
        href = reverse("portal:case", args=[each["number"]])
        meta = words.moment(each["received_at"])
        found.append({"title": each["title"], "href": href, "state": (state, title), "next": _next(each), "meta": meta})
    for each in drafts:
        href = reverse("portal:signers" if each["sealed"] else "portal:draft", args=[each["id"]])
        state = ("waiting", Words(zh="等待签名", en="Waiting for signatures")) if each["sealed"] else ("plain", DRAFT)
        meta = words.moment(each["updated_at"])
        found.append({"title": each["title"], "href": href, "state": state, "next": _next_of_draft(each), "meta": meta})
    return found


DRAFT = Words(zh="草稿", en="Draft")
TO_SIGN = Words(zh="待您签名", en="For you to sign")


def _next(case: Mapping[str, Any]) -> Words:
    if case["status"] == "supplement":
        return Words(zh="去补交材料", en="Give what is missing")
    return Words(zh="看进度", en="See how far it is")


def _next_of_draft(draft: Mapping[str, Any]) -> Words:
    return Words(zh="看谁还没签", en="See who has to sign") if draft["sealed"] else Words(zh="接着填", en="Continue")
