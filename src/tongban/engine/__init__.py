"""Pure functions from items and facts to plans, and from commands to events. No Django, no I/O."""
