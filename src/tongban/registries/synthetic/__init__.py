"""Synthetic registries: people, firms and places of nobody real, the same for the same city and seed."""

from tongban.registries.synthetic.personas import Persona, PersonaFirm, personas
from tongban.registries.synthetic.society import SOURCE, Society, society

__all__ = ["SOURCE", "Persona", "PersonaFirm", "Society", "personas", "society"]
