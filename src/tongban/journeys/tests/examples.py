"""An example of a bundle played on a real PostgreSQL: the registries know what its facts say, its people sign in and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI
from tongban.engine import bundles as engine
from tongban.engine.items import Item
from tongban.engine.plan import StepKind
from tongban.files import vault
from tongban.journeys import apply, bundles, draft, handle, signing
from tongban.journeys.tests.trying import CITY, Offices, page
from tongban.registries.actions.entities import representative_place
from tongban.registries.models import LegalEntity, Person, Place, Relation
from tongban.registries.queries import people

MADE = {"source": "演示", "as_of": date(2026, 1, 1), "synthetic": True}
BORN, COUNTY = "1985-05-05", "330106"
MINOR = 16


def person(number: str, told: dict[str, Any], mobile: str) -> Person:
    """Somebody of the population registry, as an example tells of them."""
    row = Person(
        lookup=vault.lookup("person-id", number), key=vault.new_key(), name=told["name"], sex=told.get("sex") or "female",
        birth=date.fromisoformat(told.get("birth") or BORN), division_id=told.get("division") or COUNTY,
        deceased_on=None if told.get("alive", True) else date(2026, 3, 8), **MADE,
    )  # fmt: skip
    row.sealed_number = vault.seal(row.key, number.encode(), people.number_place(row))
    row.mobile_lookup = vault.lookup("mobile", mobile)
    row.sealed_mobile = vault.seal(row.key, mobile.encode(), people.mobile_place(row))
    row.save(force_insert=True)
    return row


class Desks(Offices):
    """The officers of all offices of a joint case: whoever may do the next step does it."""

    def __init__(self, number: str, items: list[Item], clock: Any) -> None:
        super().__init__(number, items[0], clock)
        self.items = {each.code: each for each in items}

    def officer(self, step: Any) -> None:
        self.item = self.items[step.part]
        if step.kind is not StepKind.DECIDE:
            super().officer(step)
            return
        by, now = self.whoever(step), self.clock.now
        handle.decide(number=self.number, part=step.part, granted=True, reasons="符合规定", cites="", by=by, now=now)


class Played:
    """The first situation of a bundle that goes well with these answers (the first ones): who is in it, what they answer, what
    was asked."""

    def __init__(
        self, bundle: engine.Bundle, persona: Any, clock: Any, *, chosen: dict[str, str] | None = None, at: tuple[int, int] = (10, 0)
    ) -> None:
        self.bundle, self.persona, self.clock = bundle, persona, clock
        codes = engine.chosen(bundle, chosen or {}).sure
        found = engine.situation_for(bundle, codes)
        assert found is not None, bundle.code
        self.situation = found
        clock.now = datetime.fromisoformat(found.today).replace(hour=at[0], minute=at[1], tzinfo=SHANGHAI)
        self.places: dict[str, str] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self._registries()
        self.by = self._applicant()
        self.asked: list[str] = []
        self.brought: list[str] = []
        self.id = bundles.begin(bundle.code, dict(found.chosen), city=CITY, by=self.by, now=clock.now)

    def _registries(self) -> None:
        """People, places and the firm of the facts become rows; nothing else is known of anybody."""
        facts = self.situation.facts
        own = {key.removeprefix("person."): value for key, value in facts.items() if key.startswith("person.")}
        self._enter(own["id_number"], own)
        for key, told in facts.items():
            kind, _, name = key.partition(":")
            if kind == "person" and name and told and name not in self.people:
                self._enter(name, told)
            if kind == "place" and name:
                self._place(name, told)
        if own.get("married") and own.get("spouse"):
            other = next(each for each in self.people.values() if each["name"] == own["spouse"]["name"])
            for one, two in ((self._row(own["id_number"]), other["row"]), (other["row"], self._row(own["id_number"]))):
                Relation.objects.create(person=one, other=two, kind="spouse", since=date(2020, 1, 1), **MADE)
        self.firm = self._firm(facts) if facts.get("firm.uscc") else ""

    def _enter(self, number: str, told: dict[str, Any]) -> None:
        mobile = f"139{len(self.people):08d}"
        row = person(number, told, mobile)
        self.people[number] = {"name": told["name"], "id_number": number, "mobile": mobile, "row": row}

    def _row(self, number: str) -> Person:
        row: Person = self.people[number]["row"]
        return row

    def _place(self, code: str, told: dict[str, Any]) -> None:
        place = Place.objects.filter(use=told["use"], division_id=COUNTY).order_by("id").first() or Place.objects.filter(
            use=told["use"]
        ).order_by("id").first()
        Place.objects.filter(pk=place.pk).update(owner_name=told.get("owner") or "")
        self.places[code] = str(place.pk)

    def _firm(self, facts: dict[str, Any]) -> str:
        who = self._row(facts["person.id_number"])
        row = LegalEntity(
            uscc=facts["firm.uscc"], name=facts["firm.name"], kind=facts.get("firm.kind") or "limited", division_id=CITY,
            key=vault.new_key(), representative=who, representative_name=who.name, representative_lookup=who.lookup,
            capital_fen=facts.get("firm.capital_fen") or 1, address=facts.get("firm.address") or "演示路",
            scope=facts.get("firm.scope") or [], registered_on=date(2020, 1, 2), **MADE,
        )  # fmt: skip
        number = facts["person.id_number"].encode()
        row.sealed_representative = vault.seal(row.key, number, representative_place(row))
        row.save(force_insert=True)
        return row.uscc

    def _applicant(self) -> Actor:
        """Whose matter it is; for a child somebody grown-up of the example acts."""
        number = self.situation.facts["person.id_number"]
        born = self._row(number).birth
        if self.clock.now.year - born.year >= MINOR:
            by = self.persona(self.people[number])
            return msgspec.structs.replace(by, entity=self.firm) if self.firm else by
        grown = next(each for key, each in self.people.items() if key != number)
        child = self._row(number)
        Relation.objects.create(person=grown["row"], other=child, kind="parent", since=born, **MADE)
        return msgspec.structs.replace(self.persona(grown), behalf=str(child.pk), principal=child.name)

    def sheet(self) -> draft.Sheet:
        return draft.sheet(self.id, by=self.by, now=self.clock.now)

    def fill(self) -> draft.Sheet:
        """Answer whatever is asked as the example does, and bring what is left to bring."""
        sheet = self.sheet()
        while question := sheet.next_question:
            assert question not in self.asked, f"{self.bundle.code} asks {question} twice"
            self.asked.append(question)
            raw = self.answer(question)
            sheet = draft.answer(self.id, question=question, raw=raw, version=None, by=self.by, now=self.clock.now)
        self.brought = [paper.type for paper in sheet.missing]
        for kind in self.brought:
            draft.upload(self.id, material=kind, name="p.jpg", content=page(), by=self.by, now=self.clock.now)
        return self.sheet()

    def answer(self, question: str) -> Any:
        if question == "person_mobile":
            return "13800000000"
        told = self.situation.answers[question]
        if isinstance(told, dict) and told.get("code") in self.places:
            return {"code": self.places[told["code"]]}
        return told

    def submit(self) -> str:
        """Everybody signs on a phone of their own; the number of the case."""
        digest = signing.lock(self.id, by=self.by, now=self.clock.now)
        signers = [self.by, *(self.persona(each) for each in self.people.values() if each["row"].deceased_on is None)]
        for who in signers:
            for each in signing.waiting(by=who, now=self.clock.now):
                signing.sign(each.party, digest=digest, by=who, now=self.clock.now)
        return apply.submit(self.id, by=self.by, now=self.clock.now).number
