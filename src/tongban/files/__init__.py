"""Stored bytes and the keys they are kept under: encrypted, erasable by destroying the key."""
