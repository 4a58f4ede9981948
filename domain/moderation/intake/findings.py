"""What each phase of the intake found: a status, and the evidence for it.

| phase | queues | holds |
| --- | --- | --- |
| words, contacts | see `domain.moderation.text` | a word as it is listed, if its list does |
| repeats | a text that is there already, or much like one | what was refused before; a third copy |
| photos | a picture that another post shows | never |
| record | a strike in force, or more decided against than for them | two strikes in force |
| newcomer | | always |
| sample | a share of trusted authors' posts | never |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias
from uuid import UUID

from domain.moderation.standing import WATCHED_FROM, Record, Trust
from domain.moderation.text.phases import ContactsFound, Status, WordsFound
from domain.values import value

FLOOD: Final = 2
"""With so many copies of one's own that are there already, another has to wait."""

_OFTEN: Final = 3


@value
class Repeated:
    """Another text that is like this one, from 0 to 1; 1 is the same but for marks and script."""

    subject_id: UUID
    own: bool
    refused: bool
    alike: float


@value
class RepeatsFound:
    status: Status
    repeats: tuple[Repeated, ...]


@value
class Twin:
    """A picture of another post that looks like one of this post's, but for so many bits of 64."""

    image_id: UUID
    twin_id: UUID
    post_id: UUID
    own: bool
    bits: int


@value
class PhotosFound:
    status: Status
    twins: tuple[Twin, ...]


@value
class RecordFound:
    status: Status
    record: Record


@value
class NewcomerFound:
    """Also for what was repaired: somebody looks again, whatever it says now."""

    status: Status
    why: str | None


@value
class SampleFound:
    status: Status
    share: float


Finding: TypeAlias = (
    WordsFound
    | ContactsFound
    | RepeatsFound
    | PhotosFound
    | RecordFound
    | NewcomerFound
    | SampleFound
)


def of_repeats(repeats: Sequence[Repeated]) -> RepeatsFound:
    """What follows from texts that are like this one."""
    same = [one for one in repeats if one.alike == 1]
    if any(one.refused for one in same) or sum(one.own for one in same) >= FLOOD:
        return RepeatsFound(Status.HOLD, tuple(repeats))
    return RepeatsFound(Status.QUEUE if repeats else Status.PASS, tuple(repeats))


def of_photos(twins: Sequence[Twin]) -> PhotosFound:
    """What follows from pictures that look like these: honest buyers show the same product."""
    return PhotosFound(Status.QUEUE if twins else Status.PASS, tuple(twins))


def of_record(record: Record) -> RecordFound:
    """What follows from what is known of the author."""
    if record.strikes >= WATCHED_FROM:
        return RecordFound(Status.HOLD, record)
    often = record.against >= _OFTEN and record.against > record.approved
    return RecordFound(Status.QUEUE if record.strikes or often else Status.PASS, record)


def of_newcomer(why: str | None) -> NewcomerFound:
    """What follows from being new."""
    return NewcomerFound(Status.PASS if why is None else Status.HOLD, why)


_LOOKED_AT: Final[Mapping[Trust, int]] = {Trust.TRUSTED: 1, Trust.KNOWN: 2}
_ELSE: Final = 4


def share_of(trust: Trust, share: float) -> float:
    """Which share of an author's posts is drawn, where `share` is that of the most trusted."""
    return min(1.0, _LOOKED_AT.get(trust, _ELSE) * share)


def of_sample(share: float, *, drawn: bool) -> SampleFound:
    """What follows from the draw."""
    return SampleFound(Status.QUEUE if drawn else Status.PASS, share)
