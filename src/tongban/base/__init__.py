"""The ground floor: identifiers, divisions, calendar, money, errors, actors, cryptography. Pure Python, no Django."""
