"""What changes: bookings, and numbers with their calls. A caller says ``appointments.book`` or ``appointments.take``."""

from tongban.appointments.actions.booking import Holder, Wanted, book, call_off, cancel, contact, lapse, move, remind
from tongban.appointments.actions.calling import call, call_next, close_day, finish, miss, pass_on, recall, wait_again
from tongban.appointments.actions.numbers import Coming, leave, take
from tongban.appointments.actions.posts import rise, sit

__all__ = [
    "Coming", "Holder", "Wanted", "book", "call", "call_next", "call_off", "cancel", "close_day", "contact", "finish",
    "lapse", "leave", "miss", "move", "pass_on", "recall", "remind", "rise", "sit", "take", "wait_again",
]  # fmt: skip
