"""One payment for a case (一键缴费): what is due to whom, one order, what the acquirer says, receipts, money that goes back.

Read in this order: ``quoting``, ``paying``, ``sheets``, ``taking``, ``settling`` (with ``receipts``), ``refunding``,
``paying_out``, ``reconciling``, ``abroad``.
"""

from tongban.journeys.pay.abroad import RESOURCE, Wish, asked, leads_back
from tongban.journeys.pay.books import DEALT, books, deal
from tongban.journeys.pay.paying import Purse, begin, page, purse
from tongban.journeys.pay.paying_out import out_reported, pay_out, send
from tongban.journeys.pay.quoting import Line, Quote, quote
from tongban.journeys.pay.reconciling import compare, daily, watch
from tongban.journeys.pay.refusals import NothingDue, QuoteChanged
from tongban.journeys.pay.settling import give_back, settle
from tongban.journeys.pay.sheets import Sheet
from tongban.journeys.pay.taking import reported
from tongban.journeys.pay.telling import remind, tell_of_step

__all__ = [
    "DEALT",
    "RESOURCE",
    "Line",
    "NothingDue",
    "Purse",
    "Quote",
    "QuoteChanged",
    "Sheet",
    "Wish",
    "asked",
    "begin",
    "books",
    "compare",
    "daily",
    "deal",
    "give_back",
    "leads_back",
    "out_reported",
    "page",
    "pay_out",
    "purse",
    "quote",
    "remind",
    "reported",
    "send",
    "settle",
    "tell_of_step",
    "watch",
]
