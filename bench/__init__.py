"""Measuring a node over loopback: how many cases it carries through, and where the time goes."""
