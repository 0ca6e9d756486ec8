"""One payment for a case (一键缴费): what is due to whom, one order, what the acquirer says, receipts, money that goes back.

Read in this order: ``quoting``, ``paying``, ``taking``, ``settling`` (with ``receipts``), ``reconciling``.
"""

from tongban.journeys.pay.paying import Purse, begin, look_again, purse
from tongban.journeys.pay.quoting import Line, Quote, quote
from tongban.journeys.pay.reconciling import compare, daily, watch
from tongban.journeys.pay.refusals import NothingDue, QuoteChanged
from tongban.journeys.pay.settling import give_back, settle
from tongban.journeys.pay.taking import reported

__all__ = [
    "Line",
    "NothingDue",
    "Purse",
    "Quote",
    "QuoteChanged",
    "begin",
    "compare",
    "daily",
    "give_back",
    "look_again",
    "purse",
    "quote",
    "reported",
    "settle",
    "watch",
]
