"""The desk: what is mine to do, one case on one screen, and every command an officer may give.

``waiting`` what is due, ``seeing`` the screen, ``giving`` the commands, ``handing`` work on, ``advice`` second opinions,
``phrasing`` the library of phrases, ``writing`` the letters, ``reviewing`` what a review has decided anew.
"""

from tongban.journeys.handle import advice, bulk, phrasing, reviewing, writing
from tongban.journeys.handle.giving import (
    accept,
    ask_supplement,
    decide,
    deciding,
    finish,
    not_accept,
    note_missing,
    reach,
    release,
    resume,
    suspend,
    take,
)
from tongban.journeys.handle.handing import ask_extension, assign, colleagues, colleagues_of, extend, send_back
from tongban.journeys.handle.reviewing import reopen
from tongban.journeys.handle.seeing import NotYourOffice, Screen, file, lifecycle_can, names_of, paper, picture, screen
from tongban.journeys.handle.waiting import (
    Queue,
    Row,
    Wanted,
    before_acceptance,
    follow_ups_open,
    look,
    next_for,
    queue,
    told,
)

__all__ = [
    "NotYourOffice",
    "Queue",
    "Row",
    "Screen",
    "Wanted",
    "accept",
    "advice",
    "ask_extension",
    "ask_supplement",
    "assign",
    "before_acceptance",
    "bulk",
    "colleagues",
    "colleagues_of",
    "decide",
    "deciding",
    "extend",
    "file",
    "finish",
    "follow_ups_open",
    "lifecycle_can",
    "look",
    "names_of",
    "next_for",
    "not_accept",
    "note_missing",
    "paper",
    "phrasing",
    "picture",
    "queue",
    "reach",
    "release",
    "reopen",
    "resume",
    "reviewing",
    "screen",
    "send_back",
    "suspend",
    "take",
    "told",
    "writing",
]
