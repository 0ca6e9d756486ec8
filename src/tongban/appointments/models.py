"""Times that can be booked and who holds their seats; the queues of one day, the numbers in them, who sits at which window."""

from django.db import models
from django.db.models import F, Q

from tongban.base.ids import uuid7
from tongban.files.models import Key
from tongban.identity.models import Account
from tongban.registries.models import Person


class Slot(models.Model):
    """One time in one lane of one hall, kept from the first booking on. ``seats`` is how many people it takes."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    hall = models.CharField(max_length=64)
    lane = models.CharField(max_length=32)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seats = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "lane", "starts_at"], name="appointments_slot_once"),
            models.UniqueConstraint(fields=["id", "seats"], name="appointments_slot_seats"),  # what bookings point to
            models.CheckConstraint(
                name="appointments_slot_lasts", condition=Q(ends_at__gt=F("starts_at"), seats__gte=1)
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="appointments_slot_starts")]


class State(models.TextChoices):
    """Where a booking stands."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    MISSED = "missed"


class Booking(models.Model):
    """One person's seat in a slot, for all that they come for: one booking serves every office of a matter.

    No seat has two people, and none is above what the slot takes: ``seats`` is the slot's own (a foreign key of both
    columns, in the migration), so that PostgreSQL refuses an overbooking whatever the code does. ``starts_at`` is the
    slot's, so that nobody holds two seats at one time. ``reminded`` counts reminders; ``moved`` how often it was moved.

    ``how``: page, or window | phone where a clerk booked for a ``person`` whom the registry knows; who has no account gets
    what there is to tell at the number they gave (``contact_sealed``), if any.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=8, unique=True)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    seat = models.SmallIntegerField()
    seats = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, default="page")
    key = models.ForeignKey(Key, null=True, on_delete=models.PROTECT, related_name="+")
    contact_sealed = models.BinaryField(null=True)
    matters = models.JSONField(default=list)
    case = models.CharField(max_length=80, blank=True)
    bundle = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.BOOKED)
    booked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reminded = models.SmallIntegerField(default=0)
    moved = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "seat"], name="appointments_seat_once", condition=~Q(state="cancelled")
            ),
            models.CheckConstraint(
                name="appointments_seat_is_there", condition=Q(state="cancelled") | Q(seat__gte=1, seat__lte=F("seats"))
            ),
            models.UniqueConstraint(
                fields=["account", "starts_at"], name="appointments_one_place_at_a_time", condition=Q(state="booked")
            ),
            models.UniqueConstraint(
                fields=["person", "starts_at"],
                name="appointments_one_place_at_a_time_for_a_person",
                condition=Q(state="booked", person__isnull=False),
            ),
            models.CheckConstraint(
                name="appointments_booking_is_somebodys", condition=Q(account__isnull=False) | Q(person__isnull=False)
            ),
            models.CheckConstraint(
                name="appointments_booking_ended",
                condition=Q(state="booked", ended_at=None) | (~Q(state="booked") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-starts_at"], name="appointments_booking_account"),
            models.Index(
                fields=["person", "-starts_at"], name="appointments_booking_person", condition=Q(person__isnull=False)
            ),
            models.Index(fields=["starts_at"], name="appointments_booking_due", condition=Q(state="booked")),
        ]


class Line(models.Model):
    """The queue of one lane of a hall on one day. Whoever gives a number or calls one holds this row."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    hall = models.CharField(max_length=64)
    lane = models.CharField(max_length=32)
    day = models.DateField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hall", "lane", "day"], name="appointments_line_once")]


class Post(models.Model):
    """Which officer sits at a window of a hall, and the lanes that they serve there; over once ``left_at`` says so."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    hall = models.CharField(max_length=64)
    day = models.DateField()
    window = models.CharField(max_length=8)
    lanes = models.JSONField()
    officer = models.CharField(max_length=80)
    sat_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "day", "window"], name="appointments_one_officer_at_a_window", condition=Q(left_at=None)
            ),
            models.UniqueConstraint(
                fields=["officer", "day"], name="appointments_one_window_for_an_officer", condition=Q(left_at=None)
            ),
        ]


class Ticket(models.Model):
    """One number, for all that somebody comes for. ``since`` is from when they stand in the queue, ``ahead`` how many
    minutes earlier they stand by law, ``due`` the time they booked; ``stops`` are the windows that passed them on, in order.

    waiting → called → done | missed; a missed one may wait again, a called one be passed on to another lane; ``left`` is
    who gave up, ``closed`` what the day's end found open.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    hall = models.CharField(max_length=64)
    day = models.DateField()
    label = models.CharField(max_length=8)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="tickets")
    group = models.CharField(max_length=32, blank=True)
    ahead = models.SmallIntegerField(default=0)
    booking = models.OneToOneField(Booking, null=True, on_delete=models.PROTECT, related_name="ticket")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    matters = models.JSONField(default=list)
    case = models.CharField(max_length=80, blank=True)
    bundle = models.CharField(max_length=80, blank=True)
    how = models.CharField(max_length=12)
    taken_at = models.DateTimeField()
    since = models.DateTimeField()
    due = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default="waiting")
    window = models.CharField(max_length=8, blank=True)
    officer = models.CharField(max_length=80, blank=True)
    called_at = models.DateTimeField(null=True)
    again_at = models.DateTimeField(null=True)
    calls = models.SmallIntegerField(default=0)
    stops = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "day", "label"], name="appointments_number_once"),
            models.UniqueConstraint(
                fields=["hall", "day", "window"], name="appointments_one_at_a_window", condition=Q(state="called")
            ),
            models.UniqueConstraint(
                fields=["hall", "day", "account"],
                name="appointments_one_number_each",
                condition=Q(state__in=("waiting", "called"), account__isnull=False),
            ),
            models.CheckConstraint(
                name="appointments_called_to_a_window",
                condition=~Q(state__in=("called", "done", "missed")) | (~Q(window="") & Q(called_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="appointments_ticket_ended",
                condition=Q(state__in=("waiting", "called"), ended_at=None)
                | Q(state__in=("done", "missed", "left", "closed"), ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["line"], name="appointments_waiting", condition=Q(state="waiting")),
            models.Index(fields=["hall", "day", "-called_at"], name="appointments_called"),
            models.Index(fields=["account", "-taken_at"], name="appointments_ticket_account"),
        ]
