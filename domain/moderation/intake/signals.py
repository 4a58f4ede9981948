"""Findings as signals of an item: what each weighs, and the evidence that a moderator is shown.

Evidence about a text has `spans`: `start` to before `end` in code points of the text at
`revision`, `what` was found and `how`. What was found in a topic has its name as `within`, and no
place. `shown` says it in short.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from domain.moderation.intake.findings import (
    Finding,
    NewcomerFound,
    PhotosFound,
    RecordFound,
    RepeatsFound,
    SampleFound,
)
from domain.moderation.priority import Signal
from domain.moderation.text.contacts import Contact
from domain.moderation.text.phases import ContactsFound, Status, WordsFound
from domain.moderation.text.words import Hit
from domain.values import value

SAMPLE: Final = "sample"
_HELD: Final = 6.0
_FOUND: Final = 2.0
_STOLEN: Final = 3.0
_NEW: Final = 1.0
_DRAWN: Final = 0.0
_FEW: Final = 3
"""How many finds are named where it is said in short."""


@value
class Place:
    """Where a text as its author wrote it ends, and which others stand behind it, a line each."""

    text: str
    beside: tuple[str, ...]
    revision: int

    @property
    def whole(self) -> str:
        """All of it as one text, which is read at once."""
        return "\n".join((self.text, *self.beside)) if self.beside else self.text

    def span(self, start: int, end: int) -> dict[str, object]:
        """Where in what is shown a find in `whole` stands."""
        if start < len(self.text):
            return {"start": start, "end": min(end, len(self.text)), "said": self.whole[start:end]}
        line = self.whole.count("\n", len(self.text), start) - 1
        return {"within": self.beside[line], "said": self.whole[start:end]}


def signals(findings: Iterable[Finding], place: Place) -> Iterator[Signal]:
    """A signal for each phase that found something."""
    for one in findings:
        if one.status is not Status.PASS:
            yield _signal(one, place)


def _signal(found: Finding, place: Place) -> Signal:
    weight = _HELD if found.status is Status.HOLD else _FOUND
    match found:
        case WordsFound():
            said = [_span(place, one, one.word, one.manner) for one in found.hits]
            signal = Signal("words", weight, _text(place, said))
        case ContactsFound():
            said = [_span(place, one, one.way, one.way) for one in found.contacts]
            signal = Signal("contacts", weight, _text(place, said))
        case RepeatsFound():
            signal = Signal("repeats", weight, _repeats(found, place))
        case PhotosFound():
            others = any(not one.own for one in found.twins)
            signal = Signal("photos", _STOLEN if others else _FOUND, _photos(found))
        case RecordFound(record=record):
            known = {"strikes": record.strikes, "against": record.against}
            signal = Signal("record", weight, {**known, "approved": record.approved})
        case NewcomerFound():
            signal = Signal(found.why or "", _NEW, {})
        case SampleFound():
            signal = Signal(SAMPLE, _DRAWN, {"share": found.share})
    return signal


def _span(place: Place, one: Hit | Contact, what: str, how: str) -> dict[str, object]:
    return {**place.span(one.start, one.end), "what": str(what), "how": str(how)}


def _text(place: Place, spans: list[dict[str, object]]) -> dict[str, object]:
    return {"revision": place.revision, "spans": spans, "shown": _short(spans)}


def _short(spans: list[dict[str, object]]) -> str:
    said = dict.fromkeys(
        str(one["said"]) if one["said"] == one["what"] else f"{one['said']} ({one['what']})"
        for one in spans
    )
    return ", ".join([*list(said)[:_FEW], *(["…"] if len(said) > _FEW else [])])


def _repeats(found: RepeatsFound, place: Place) -> dict[str, object]:
    said = [
        {"id": str(one.subject_id), "own": one.own, "refused": one.refused, "alike": one.alike}
        for one in found.repeats
    ]
    most = max(one.alike for one in found.repeats)
    whole = {"start": 0, "end": len(place.text), "said": "", "what": "", "how": "REPEAT"}
    return {
        "revision": place.revision,
        "spans": [whole],
        "repeats": said,
        "own": sum(one.own for one in found.repeats),
        "others": sum(not one.own for one in found.repeats),
        "alike": round(100 * most),
    }


def _photos(found: PhotosFound) -> dict[str, object]:
    return {
        "twins": [
            {
                "image": str(one.image_id),
                "twin": str(one.twin_id),
                "post": str(one.post_id),
                "own": one.own,
                "bits": one.bits,
            }
            for one in found.twins
        ],
        "own": sum(one.own for one in found.twins),
        "others": sum(not one.own for one in found.twins),
    }
