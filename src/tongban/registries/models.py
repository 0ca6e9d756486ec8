"""Tables of the three registries (三库). Identity numbers and mobiles are sealed; they are found by HMAC only."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import Left

from tongban.base.ids import uuid7


class Provenance(models.Model):
    """Where a row comes from. ``source`` names the keeper of the registry; ``synthetic`` rows are of nobody real."""

    source = models.CharField(max_length=64)
    as_of = models.DateField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Division(models.Model):
    """An administrative division. ``code``: 6 digits to county level (GB/T 2260), 9 for streets and towns."""

    class Level(models.TextChoices):
        PROVINCE = "province"
        PREFECTURE = "prefecture"
        COUNTY = "county"
        STREET = "street"

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=64)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints = [
            CheckConstraint(name="division_code_form", condition=Q(code__regex=r"^([0-9]{6}|[0-9]{9})$")),
            CheckConstraint(
                name="division_only_provinces_are_roots",
                condition=Q(parent=None, level="province") | (Q(parent__isnull=False) & ~Q(level="province")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Place(Provenance):
    """A standard address (地址库): county, street or town, road, number, building, room; a point in WGS 84 degrees."""

    class Use(models.TextChoices):
        RESIDENTIAL = "residential"
        COMMERCIAL = "commercial"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="places")
    street = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+")
    road = models.CharField(max_length=64)
    number = models.CharField(max_length=16)
    building = models.CharField(max_length=16, blank=True)
    room = models.CharField(max_length=16, blank=True)
    text = models.CharField(max_length=200)
    searched = models.CharField(max_length=200)
    lon = models.DecimalField(max_digits=9, decimal_places=6)
    lat = models.DecimalField(max_digits=8, decimal_places=6)
    use = models.CharField(max_length=11, choices=Use)
    owner_name = models.CharField(max_length=120, blank=True)
    owner_lookup = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["text"], name="place_one_text_one_place"),
            CheckConstraint(
                name="place_street_lies_in_its_division",
                condition=Q(street=None) | Q(division=Left(F("street"), 6)),
            ),
            CheckConstraint(
                name="place_point_on_earth",
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
        ]
        indexes = [
            Index(fields=["division", "use", "text"], name="place_division_use"),
            GinIndex(fields=["searched"], name="place_searched_trgm", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.text


class Person(Provenance):
    """A natural person of the population registry. ``lookup`` is the HMAC of the resident ID number (GB 11643)."""

    class Sex(models.TextChoices):
        MALE = "male"
        FEMALE = "female"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lookup = models.CharField(max_length=64, unique=True)
    sealed_number = models.BinaryField()
    key = models.ForeignKey("files.Key", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=64)
    sex = models.CharField(max_length=6, choices=Sex)
    birth = models.DateField()
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="people")
    address = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="residents")
    mobile_lookup = models.CharField(max_length=64, blank=True, db_index=True)
    sealed_mobile = models.BinaryField(null=True)
    deceased_on = models.DateField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="person_dies_after_birth",
                condition=Q(deceased_on=None) | Q(deceased_on__gte=F("birth")),
            ),
            CheckConstraint(
                name="person_mobile_sealed_and_found_together",
                condition=Q(mobile_lookup="", sealed_mobile=None)
                | (~Q(mobile_lookup="") & Q(sealed_mobile__isnull=False)),
            ),
        ]
        indexes = [Index(fields=["division", "birth", "id"], name="person_division_birth")]

    def __str__(self) -> str:
        return str(self.id)


class Relation(Provenance):
    """``person`` is the spouse, parent or guardian of ``other``. A marriage is two rows, one each way, so that the
    database can hold that nobody has two spouses. ``court_order`` names a judgment that overrides the rest."""

    class Kind(models.TextChoices):
        SPOUSE = "spouse"
        PARENT = "parent"
        GUARDIAN = "guardian"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relations")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relations_to")
    kind = models.CharField(max_length=8, choices=Kind)
    since = models.DateField()
    until = models.DateField(null=True)
    court_order = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["person"], condition=Q(kind="spouse", until=None), name="relation_one_spouse_at_a_time"
            ),
            UniqueConstraint(fields=["person", "other", "kind"], condition=Q(until=None), name="relation_stands_once"),
            CheckConstraint(name="relation_is_to_another", condition=~Q(person=F("other"))),
            CheckConstraint(name="relation_ends_after_it_begins", condition=Q(until=None) | Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LegalEntity(Provenance):
    """A legal entity by its unified social credit code (USCC, GB 32100). ``capital_fen``: registered capital in fen.

    The representative may live in another city: then ``representative`` is null and the name and sealed number stand.
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        REVOKED = "revoked"
        DEREGISTERED = "deregistered"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=32)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="entities")
    key = models.ForeignKey("files.Key", on_delete=models.PROTECT, related_name="+")
    representative = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="represents")
    representative_name = models.CharField(max_length=64)
    representative_lookup = models.CharField(max_length=64, blank=True, db_index=True)
    sealed_representative = models.BinaryField(null=True)
    capital_fen = models.BigIntegerField()
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="entities")
    address = models.CharField(max_length=200)
    scope = ArrayField(models.CharField(max_length=8), default=list)
    registered_on = models.DateField()
    case_number = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["division", "name"], condition=Q(status="active"), name="entity_name_once_in_a_division"
            ),
            UniqueConstraint(fields=["case_number"], condition=~Q(case_number=""), name="entity_one_for_a_case"),
            CheckConstraint(name="entity_capital_not_negative", condition=Q(capital_fen__gte=0)),
            CheckConstraint(name="entity_uscc_form", condition=Q(uscc__regex=r"^[0-9A-HJ-NP-RTUW-Y]{18}$")),
        ]

    def __str__(self) -> str:
        return f"{self.uscc} {self.name}"


class Holding(models.Model):
    """A share in an entity, in fen subscribed. A holder from elsewhere has no row here: the name and number stand."""

    class HolderKind(models.TextChoices):
        PERSON = "person"
        ENTITY = "entity"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.CASCADE, related_name="holdings")
    kind = models.CharField(max_length=6, choices=HolderKind)
    name = models.CharField(max_length=120)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="holdings")
    held_by = models.ForeignKey(LegalEntity, null=True, on_delete=models.PROTECT, related_name="holds")
    lookup = models.CharField(max_length=64, blank=True, db_index=True)
    sealed_number = models.BinaryField(null=True)
    uscc = models.CharField(max_length=18, blank=True, db_index=True)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(name="holding_is_of_something", condition=Q(amount_fen__gt=0)),
            CheckConstraint(
                name="holding_has_one_holder",
                condition=(Q(kind="person", uscc="", held_by=None) & ~Q(lookup=""))
                | (Q(kind="entity", lookup="", person=None) & ~Q(uscc="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class FirmName(Provenance):
    """A name reserved or taken before one registration authority; ``keys`` are its likenesses there. ``name`` is
    normalised and unique there: that constraint, not a check before it, decides who gets a name that two people want
    in the same second."""

    class State(models.TextChoices):
        RESERVED = "reserved"
        TAKEN = "taken"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="firm_names")
    name = models.CharField(max_length=120)
    shown = models.CharField(max_length=120)
    core = models.CharField(max_length=64)
    trade = models.CharField(max_length=64, blank=True)
    families = ArrayField(models.CharField(max_length=64), default=list)
    form = models.CharField(max_length=32)
    pinyin = models.CharField(max_length=200)
    keys = ArrayField(models.CharField(max_length=200), default=list)
    state = models.CharField(max_length=8, choices=State)
    reserved_for = models.CharField(max_length=64, blank=True)
    until = models.DateTimeField(null=True)
    entity = models.ForeignKey(LegalEntity, null=True, on_delete=models.PROTECT, related_name="names")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["division", "name"], name="firm_name_once_in_a_division"),
            CheckConstraint(
                name="firm_name_reserved_until_or_taken_by",
                condition=(Q(state="reserved", entity=None, until__isnull=False) & ~Q(reserved_for=""))
                | Q(state="taken", entity__isnull=False, until=None),
            ),
        ]
        indexes = [GinIndex(fields=["keys"], name="firm_name_keys", fastupdate=False), Index(fields=["until"], name="firm_name_until")]

    def __str__(self) -> str:
        return self.shown


class Issued(models.Model):
    """The last organisation number given in a division; locked while the next is taken: none is given twice."""

    division = models.OneToOneField(Division, primary_key=True, on_delete=models.PROTECT, related_name="+")
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [CheckConstraint(name="issued_not_negative", condition=Q(last__gte=0))]

    def __str__(self) -> str:
        return f"{self.division_id}: {self.last}"
