"""Tongban (通办): software that a city installs to let people and firms get government services done."""
