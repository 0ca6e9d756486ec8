"""What was done by whom: append-only, readable by the person it is about (audit trail, 留痕)."""
