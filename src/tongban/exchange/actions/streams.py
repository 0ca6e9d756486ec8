"""The counter of one case between here and one peer: locked from look to commit, so numbers have no gap and no double."""

from __future__ import annotations

import msgspec

from tongban.exchange.models import Stream


class Locked(msgspec.Struct):
    """A stream whose row this transaction holds. ``last`` is the number given or applied last; 0 before the first."""

    way: str
    peer: str
    case_ref: str
    last: int

    def move(self, number: int) -> None:
        """Write the new last number."""
        Stream.objects.filter(way=self.way, peer=self.peer, case_ref=self.case_ref).update(last=number)
        self.last = number


def locked(way: str, peer: str, case_ref: str) -> Locked:
    """Lock the row, making it first where there is none. Needs a transaction."""
    Stream.objects.bulk_create([Stream(way=way, peer=peer, case_ref=case_ref)], ignore_conflicts=True)
    row = Stream.objects.select_for_update().get(way=way, peer=peer, case_ref=case_ref)
    return Locked(way, peer, case_ref, row.last)
