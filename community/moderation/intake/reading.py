"""Reads a text phase by phase."""

from __future__ import annotations

from community.moderation.intake.lexicon import Lexicon
from domain.moderation.text.contacts import contacts
from domain.moderation.text.phases import Finding, of_contacts, of_words


def read(lexicon: Lexicon, text: str) -> tuple[Finding, ...]:
    """What every phase finds in a text; those that find nothing say so."""
    folded = lexicon.fold(text)
    return of_words(lexicon.hits(folded)), of_contacts(contacts(folded))
