"""The tables of the room, by subject; read ``orders`` first."""

from tongban.payments.models.comparing import Drift, Mending, Statement
from tongban.payments.models.ledger import Account, Entry, Line
from tongban.payments.models.orders import CNY, Order, Payment, Refund, Report, Share
from tongban.payments.models.payouts import Payout
from tongban.payments.models.proposals import Proposal

__all__ = [
    "CNY",
    "Account",
    "Drift",
    "Entry",
    "Line",
    "Mending",
    "Order",
    "Payment",
    "Payout",
    "Proposal",
    "Refund",
    "Report",
    "Share",
    "Statement",
]
