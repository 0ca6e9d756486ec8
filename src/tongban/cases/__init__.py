"""Drafts and cases (办件): parties, parts, steps, materials, clocks and the events that made them so."""
