"""What a report weighs: by its reason, and by how often its reporter was right before."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.moderation.subjects import ReportReason

MOST_A_DAY: Final = 30
"""How many reports a member makes on one day of the programme at most."""

_SUPPOSED: Final = 4
_SUPPOSED_RIGHT: Final = 2

_SEVERITY: Final[Mapping[ReportReason, float]] = {
    ReportReason.ILLEGAL: 4.0,
    ReportReason.NUDITY: 3.0,
    ReportReason.ABUSE: 3.0,
    ReportReason.PRIVACY: 3.0,
    ReportReason.COUNTERFEIT: 2.0,
    ReportReason.SPAM: 1.0,
    ReportReason.OFF_TOPIC: 1.0,
    ReportReason.OTHER: 1.0,
}


class Outcome(StrEnum):
    """How a report ended: something was decided against what it is about, or nothing."""

    UPHELD = "UPHELD"
    DISMISSED = "DISMISSED"


def news_of(told: Outcome | None, outcome: Outcome | None) -> str | None:
    """The activity that tells a reporter how their report stands now, if they have not been told.

    `told` is what they know, None nothing; `outcome` is None while it waits for a decision.
    """
    if told is outcome:
        return None
    if outcome is None:
        return "report.reopened"
    if outcome is Outcome.UPHELD:
        return "report.upheld"
    return "report.dismissed" if told is None else "report.overturned"


def accuracy(upheld: int, dismissed: int) -> float:
    """How likely a report of somebody is right, above 0 and below 1.

    The share of their settled reports that were upheld, shrunk towards one half as if there had
    been four more of which two were: the mean of a Beta(2, 2) after what was seen. Who never
    reported anything has 0.5, who was right once 0.6.
    """
    return (upheld + _SUPPOSED_RIGHT) / (upheld + dismissed + _SUPPOSED)


def weight(reason: ReportReason, *, upheld: int, dismissed: int) -> float:
    """What a report weighs among the signals of its item, in hours of waiting.

    That of somebody unknown weighs as much as its reason is severe, from one to four; it is
    doubled at most, and becomes next to nothing for whoever is hardly ever right.
    """
    return 2 * accuracy(upheld, dismissed) * _SEVERITY[reason]
