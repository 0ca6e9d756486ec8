"""Identifiers of people, organisations, items, certificates: a module each, with ``parse`` and ``issue``."""
