"""The table of contents of what people do here. Rooms that never meet are put together in this one."""
