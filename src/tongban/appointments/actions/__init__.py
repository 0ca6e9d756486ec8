"""What changes: bookings, and numbers with their calls. A caller says ``appointments.book`` or ``appointments.take``."""

from tongban.appointments.actions.booking import Wanted, book, cancel, lapse, move, remind
from tongban.appointments.actions.calling import call, call_next, close_day, finish, miss, pass_on, recall, wait_again
from tongban.appointments.actions.numbers import Coming, leave, take

__all__ = [
    "Coming", "Wanted", "book", "call", "call_next", "cancel", "close_day", "finish", "lapse", "leave", "miss", "move",
    "pass_on", "recall", "remind", "take", "wait_again",
]  # fmt: skip
