"""What the wire does: take in lists and contracts, receive and answer, ask, hand over."""

from tongban.exchange.actions.agreeing import add_partner, load_contract, load_trust_list, revoke_contract
from tongban.exchange.actions.asking import Answer, ask, call
from tongban.exchange.actions.receiving import Verified, forget_nonces, receive, request_of, respond, unsigned
from tongban.exchange.actions.sending import deliver, put_out, replay, send_next
from tongban.exchange.actions.taking import answer_event, take_in

__all__ = [
    "Answer",
    "Verified",
    "add_partner",
    "answer_event",
    "ask",
    "call",
    "deliver",
    "forget_nonces",
    "load_contract",
    "load_trust_list",
    "put_out",
    "receive",
    "replay",
    "request_of",
    "respond",
    "revoke_contract",
    "send_next",
    "take_in",
    "unsigned",
]
