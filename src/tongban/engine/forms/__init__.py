"""Questions: what their answers look like, and whether one may be stored."""

from tongban.engine.forms.validation import Invalid, Wrong, validate
from tongban.engine.forms.widgets import WIDGETS, identities, lookups, members, schema

__all__ = ["WIDGETS", "Invalid", "Wrong", "identities", "lookups", "members", "schema", "validate"]
