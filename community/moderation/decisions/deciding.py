"""The verbs of deciding: the decision, what it is about and what that earned change together.

Moderators who decide at the same time are served together, and a selection is served as they are:
what all of them decide is one transaction with few statements, and one run of the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final
from uuid import UUID

from community.moderation.decisions import cases, taking
from community.moderation.decisions.cases import Asked, Case
from community.moderation.decisions.earning import Earning
from community.moderation.queue.store import ItemRow
from domain.errors import Refused
from domain.moderation.deciding import Verdict
from domain.text import check_text
from infra.database import Transaction
from infra.platform import Platform

LONGEST_NOTE: Final = 1_000
_QUEUE: Final = "decisions"


async def decide(
    platform: Platform, moderator_id: UUID, item_id: UUID, verdict: Verdict
) -> ItemRow:
    """Decides about an item that the moderator holds; the item as it is then.

    Raises: Invalid, NotFound, NotAllowed for what is one's own, Conflict without a lease or where
    the author has changed it since it was looked at.
    """
    _check_note(verdict)
    asked = Asked(moderator_id, item_id, verdict)
    return await platform.together.ask(_QUEUE, partial(serve, platform), asked)


async def decide_each(
    platform: Platform, moderator_id: UUID, item_ids: Sequence[UUID], verdict: Verdict
) -> dict[UUID, ItemRow | Refused]:
    """Decides the same about each of a selection, in one transaction: each item as it is then, or
    why it could not be decided.

    Raises: Invalid for a note that is too long.
    """
    _check_note(verdict)
    wanted = list(dict.fromkeys(item_ids))
    found = await serve(platform, [Asked(moderator_id, one, verdict) for one in wanted])
    return dict(zip(wanted, found, strict=True))


def _check_note(verdict: Verdict) -> None:
    if verdict.note is not None:
        check_text(verdict.note, limit=LONGEST_NOTE, field=("note",))


async def serve(platform: Platform, asked: Sequence[Asked]) -> list[ItemRow | Refused]:
    """Decides in one transaction about everything that is asked; each item as it is then, or why
    it could not be decided.
    """

    async def work(tx: Transaction) -> list[ItemRow | Refused]:
        return await _decide(tx, platform, asked)

    return await platform.database.in_transaction(work) if asked else []


async def _decide(
    tx: Transaction, platform: Platform, asked: Sequence[Asked]
) -> list[ItemRow | Refused]:
    earning = Earning(platform)
    answers = dict[int, ItemRow | Refused]()
    left = dict(enumerate(asked))
    while left:
        judged = await cases.judge(tx, platform, list(left.values()))
        found, left = _round(dict(zip(left, judged, strict=True)), left, answers)
        done = await taking.take(tx, earning.apart, list(found.values()))
        answers |= zip(found, done, strict=True)
    await earning.apply(tx)
    return [answers[place] for place in range(len(asked))]


def _round(
    judged: dict[int, Case | Refused],
    asked: dict[int, Asked],
    answers: dict[int, ItemRow | Refused],
) -> tuple[dict[int, Case], dict[int, Asked]]:
    """What can be decided at once, and what has to wait for that."""
    found, waiting, touched = dict[int, Case](), dict[int, Asked](), set[UUID]()
    for place, case in judged.items():
        if isinstance(case, Refused):
            answers[place] = case
        elif touched.isdisjoint(case.touches):
            found[place] = case
            touched |= case.touches
        else:
            waiting[place] = asked[place]
    return found, waiting
