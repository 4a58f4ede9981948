"""What moderators ask to decide: everything it is about locked, and whether they may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.moderation.decisions import moving
from community.moderation.decisions.moving import Held, Pieces
from community.moderation.policies import store as policies
from community.moderation.policies.store import PolicyRow
from community.moderation.queue import claims
from community.moderation.queue import store as items
from community.moderation.queue.store import ItemRow
from domain.errors import Conflict, NotAllowed, NotFound, Refused
from domain.moderation.deciding import Verdict, check_spans, check_verdict, step_of
from domain.moderation.subjects import Action, Origin
from domain.values import value
from infra.database import Sql
from infra.platform import Platform


@value
class Asked:
    """What a moderator wants to decide about an item."""

    moderator_id: UUID
    item_id: UUID
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """What is decided about, all of it locked, by whom and when."""

    moderator_id: UUID
    item: ItemRow
    held: Held
    verdict: Verdict
    policy: PolicyRow | None
    now: datetime

    @property
    def of_appeal(self) -> bool:
        return self.item.origin is Origin.APPEAL

    @property
    def touches(self) -> set[UUID]:
        """What no other decision may move at the same time: it is decided one after the other."""
        about_author = self.of_appeal or self.verdict.action is Action.SUSPEND
        return {self.item.subject_id} | ({self.item.author_id} if about_author else set[UUID]())


async def judge(tx: Sql, platform: Platform, asked: Sequence[Asked]) -> list[Case | Refused]:
    """Locks everything that is asked about: posts, comments, then items, each kind in the order of
    its ids. For each a case, or why it cannot be decided.
    """
    keys = {one.verdict.policy for one in asked if one.verdict.policy is not None}
    known = await policies.by_keys(tx, keys) if keys else {}
    ids = [one.item_id for one in asked]
    pieces = await moving.hold_each(tx, ids)
    found = await items.hold_each(tx, ids)
    now = await platform.clock.now(tx)
    judged = list[Case | Refused]()
    for one in asked:
        try:
            judged.append(await _judged(tx, one, found.get(one.item_id), pieces, known, now))
        except Refused as refused:
            judged.append(refused)
    return judged


async def _judged(
    tx: Sql,
    asked: Asked,
    item: ItemRow | None,
    pieces: Pieces,
    known: Mapping[str, PolicyRow],
    now: datetime,
) -> Case:
    """Raises: Refused."""
    held = None if item is None else pieces.of(item.subject)
    if item is None or held is None:
        raise NotFound("node.not_found", field=("reviewId",))
    verdict = asked.verdict
    policy = None if verdict.policy is None else known.get(verdict.policy)
    if verdict.policy is not None and policy is None:
        raise NotFound("moderation.no_policy", field=("policy",))
    holds = item.held_by(now) == asked.moderator_id
    # Whoever reported something does not hold it: the database sees to that.
    if not holds or asked.moderator_id in {item.author_id, item.barred_id}:
        await check_not_own(tx, item, asked.moderator_id)
    if not holds:
        raise Conflict("moderation.not_held", field=("reviewId",))
    check_verdict(verdict, item.subject_kind, item.origin)
    _check_revision(item, held, verdict)
    check_spans(verdict.spans, held.text)
    if held.state is not None and item.origin is not Origin.APPEAL:
        step_of(verdict.action, held.state)
    return Case(asked.moderator_id, item, held, verdict, policy, now)


async def check_not_own(tx: Sql, item: ItemRow, moderator_id: UUID) -> None:
    """Refuses what the moderator wrote, reported, or decided before it was appealed.

    Raises: NotAllowed.
    """
    barred = item.barred_id == moderator_id and not (
        item.alone and await claims.is_alone(tx, item, moderator_id)
    )
    own = item.author_id == moderator_id
    if own or barred or await claims.reported(tx, [item.subject_id], moderator_id):
        raise NotAllowed("moderation.own", field=("reviewId",))


def _check_revision(item: ItemRow, held: Held, verdict: Verdict) -> None:
    """Refuses to decide about words that were not looked at."""
    seen = item.seen_revision if verdict.revision is None else verdict.revision
    if held.revision is not None and seen != held.revision:
        raise Conflict("post.revised", field=("revision",))
