"""Where in a text something was found, and which posts it is like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import strawberry

from community.moderation.intake.alarms import Alarm
from domain.moderation.intake.signals import Place, signals


@strawberry.type(
    description="A stretch of a text. Places count Unicode code points of the text at the revision "
    "that the signal names."
)
class TextSpan:
    start: int | None = strawberry.field(
        description="Where it begins; null for what was found in a topic."
    )
    end: int | None = strawberry.field(description="Before where it ends.")
    within: str | None = strawberry.field(description="The topic that it was found in.")
    said: str = strawberry.field(description="As its author wrote it.")
    what: str = strawberry.field(
        description="The word of the list, or the kind of contact: `LINK`, `EMAIL`, `PHONE`, "
        "`WECHAT` or `QQ`."
    )
    how: str = strawberry.field(
        description="How a word is written: `EXACT`, `WIDTH`, `SCRIPT`, `SPLIT` or `SOUND`."
    )

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> TextSpan:
        return cls(
            start=said.get("start"),
            end=said.get("end"),
            within=said.get("within"),
            said=said["said"],
            what=said["what"],
            how=said["how"],
        )


def spans_of(evidence: Mapping[str, Any]) -> list[TextSpan]:
    """The spans that a signal's evidence names."""
    return [TextSpan.of(one) for one in evidence.get("spans", ())]


def spans_in(alarm: Alarm) -> list[TextSpan]:
    """The spans of what was found in a text that was only tried."""
    place = Place(alarm.text, (), 1)
    return [span for one in signals(alarm.findings, place) for span in spans_of(one.evidence)]


def like_posts(evidence: Mapping[str, Any]) -> Sequence[UUID]:
    """The posts, and comments, that a signal's evidence says this one is like."""
    repeated = [one["id"] for one in evidence.get("repeats", ())]
    shown = [one["post"] for one in evidence.get("twins", ())]
    return list(dict.fromkeys(UUID(one) for one in (*repeated, *shown)))
