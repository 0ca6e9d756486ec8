"""What changes certificates: issue, draw_pdf, change_status, write_letter; make_copy, end_copy, checked."""

from tongban.certificates.actions.issuing import draw_pdf, issue
from tongban.certificates.actions.sharing import checked, end_copy, make_copy
from tongban.certificates.actions.standing import change_status
from tongban.certificates.actions.writing import write_letter
from tongban.certificates.content import Holder, Issuer

__all__ = [
    "Holder",
    "Issuer",
    "change_status",
    "checked",
    "draw_pdf",
    "end_copy",
    "issue",
    "make_copy",
    "write_letter",
]
