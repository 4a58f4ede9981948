"""What each phase of the intake found in a text: a status, and the evidence for it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol, TypeAlias

from domain.moderation.text.contacts import Contact
from domain.moderation.text.words import Hit, WordAction
from domain.values import value


class Status(StrEnum):
    """What a phase asks for; the later in this order, the stronger."""

    PASS = "PASS"  # noqa: S105 - not a password
    QUEUE = "QUEUE"
    HOLD = "HOLD"


@value
class WordsFound:
    """The phase of the shop's words; the places are of the text as its author wrote it."""

    status: Status
    hits: tuple[Hit, ...]


@value
class ContactsFound:
    """The phase of links and contacts: it queues, and never holds."""

    status: Status
    contacts: tuple[Contact, ...]


Finding: TypeAlias = WordsFound | ContactsFound


def of_words(hits: Iterable[Hit]) -> WordsFound:
    """What follows from these words."""
    found = tuple(hits)
    if any(hit.action is WordAction.HOLD for hit in found):
        return WordsFound(Status.HOLD, found)
    return WordsFound(Status.QUEUE if found else Status.PASS, found)


def of_contacts(contacts: Iterable[Contact]) -> ContactsFound:
    """What follows from these contacts."""
    found = tuple(contacts)
    return ContactsFound(Status.QUEUE if found else Status.PASS, found)


class Found(Protocol):
    """What any phase found."""

    @property
    def status(self) -> Status: ...


def strongest(findings: Iterable[Found]) -> Status:
    """What all phases together ask for."""
    order = list(Status)
    return max((one.status for one in findings), key=order.index, default=Status.PASS)
