"""Talking to other cities, and to departments' and couriers' own systems: signed, recorded on both sides, in order.

``signatures`` is the wire itself (RFC 9421, RFC 9530) on plain values; ``documents`` reads and writes trust lists and
contracts; ``events`` the envelopes and receipts of a hand-over. ``actions`` does, ``queries`` reads.
"""
