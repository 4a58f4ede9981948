"""Reads a text phase by phase: what can be said of it alone, without looking anything up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.moderation.text.contacts import contacts
from domain.moderation.text.phases import Finding, of_contacts, of_words

if TYPE_CHECKING:
    from community.moderation.intake.lexicon import Lexicon
    from domain.moderation.text.folding import Folded


def read(lexicon: Lexicon, text: str) -> tuple[Finding, ...]:
    """What every phase finds in a text; those that find nothing say so."""
    return read_folded(lexicon, lexicon.fold(text))


def read_folded(lexicon: Lexicon, folded: Folded) -> tuple[Finding, ...]:
    """The same of a text that is folded already."""
    return of_words(lexicon.hits(folded)), of_contacts(contacts(folded))


def read_words(lexicon: Lexicon, text: str) -> tuple[Finding, ...]:
    """What the phase of the shop's words alone finds."""
    return (of_words(lexicon.hits(lexicon.fold(text))),)
