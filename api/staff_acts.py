"""What the log of staff is told of a mutation that staff may do and that writes no line itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final, cast
from uuid import UUID

from strawberry import UNSET

from infra.acting import Act
from infra.ids import GlobalId, decode_id

KEEP_THEIR_OWN: Final = frozenset(
    {
        "decideReview",
        "decideReviews",
        "undoDecision",
        "undoDecisions",
        "claimReviews",
        "releaseReview",
    }
)
"""Decisions write lines that say more. Leases are no acts: they end by themselves."""

UNSAID: Final = frozenset({"linkCustomer", "noteReferralTraits", "ingestActivities"})
"""What is asked for here is about persons: the log, from which nothing can be erased, has that it
was done and not what was said.
"""

_NOTHING: Final = UUID(int=0)
_STEP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def act_of(name: str, asked: object) -> Act:
    """The act that a mutation is: it is about the first thing that its input names by an id, or
    about the programme.
    """
    subject = next(_ids(asked), None)
    return Act(
        action=_STEP.sub("_", name).upper(),
        subject_kind="PROGRAMME" if subject is None else subject.kind.name,
        subject_id=_NOTHING if subject is None else subject.key,
        said={} if asked is None or name in UNSAID else {"input": _plain(asked)},
    )


def _ids(asked: object) -> Iterator[GlobalId]:
    if not is_dataclass(asked):
        return
    for one in fields(asked):
        value = getattr(asked, one.name)
        found = decode_id(value) if isinstance(value, str) else None
        if found is not None:
            yield found


def _plain(asked: object) -> Any:  # noqa: ANN401 - JSON
    """What was asked for as JSON can say it; what was left out stays out."""
    if asked is UNSET:
        return None
    if isinstance(asked, Enum):
        return asked.value
    if is_dataclass(asked) and not isinstance(asked, type):
        named = {one.name: _plain(getattr(asked, one.name)) for one in fields(asked)}
        return {name: value for name, value in named.items() if value is not None}
    if isinstance(asked, list):
        return [_plain(one) for one in cast("list[object]", asked)]
    return asked if isinstance(asked, str | int | float | bool) or asked is None else str(asked)
