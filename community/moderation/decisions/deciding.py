"""Decides about an item: the decision, what it is about and what that earned change together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from community.moderation.decisions import answering, logging, moving, penalties, store
from community.moderation.decisions.moving import Held
from community.moderation.decisions.store import DecisionRow
from community.moderation.policies import store as policies
from community.moderation.policies.store import OWN, PolicyRow
from community.moderation.queue import claims, live
from community.moderation.queue import store as items
from community.moderation.queue.store import ItemRow
from domain.activity import Activity
from domain.errors import Conflict, NotAllowed, NotFound, Refused
from domain.moderation.deciding import (
    OVERTURNS,
    TELL_AFTER,
    Verdict,
    check_verdict,
    step_of,
)
from domain.moderation.subjects import Action, Origin, SubjectKind
from domain.posts.states import Step
from domain.text import check_text
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

LONGEST_NOTE = 1_000


@dataclass(frozen=True, slots=True)
class _Case:
    """What is decided about, all of it locked, by whom and when."""

    moderator_id: UUID
    item: ItemRow
    held: Held
    verdict: Verdict
    policy: PolicyRow | None
    now: datetime


async def decide(
    platform: Platform, moderator_id: UUID, item_id: UUID, verdict: Verdict
) -> ItemRow:
    """Decides about an item that the moderator holds; the item as it is then.

    Raises: Invalid, NotFound, NotAllowed for what is one's own, Conflict without a lease or where
    the author has changed it since it was looked at.
    """
    _check_note(verdict)

    async def work(tx: Transaction) -> ItemRow:
        return await _decide(tx, platform, moderator_id, item_id, verdict)

    return await platform.database.in_transaction(work)


async def decide_each(
    platform: Platform, moderator_id: UUID, item_ids: Sequence[UUID], verdict: Verdict
) -> dict[UUID, ItemRow | Refused]:
    """Decides the same about each of a selection, in one transaction: each item as it is then, or
    why it could not be decided.

    What all of them earn or lose is applied together, by one run of the engine.

    Raises: Invalid for a note that is too long.
    """
    _check_note(verdict)

    async def work(tx: Transaction) -> dict[UUID, ItemRow | Refused]:
        told = list[Activity]()

        async def collect(_: Platform, __: Transaction, activities: Sequence[Activity]) -> None:
            told.extend(activities)

        apart, found = replace(platform, apply_at_once=collect), dict[UUID, ItemRow | Refused]()
        parts, before = platform.database.joining(tx), 0
        for item_id in await _in_order(tx, item_ids):
            try:
                async with parts.transaction() as part:
                    found[item_id] = await _decide(part, apart, moderator_id, item_id, verdict)
            except Refused as refused:
                found[item_id] = refused
                del told[before:]
            before = len(told)
        if told:
            await platform.apply_at_once(platform, tx, told)
        return found

    return await platform.database.in_transaction(work)


async def _in_order(tx: Sql, item_ids: Sequence[UUID]) -> list[UUID]:
    """Each once, in the order in which all who decide about several lock what they are about."""
    found = await items.by_ids(tx, item_ids)
    known = {key: row.subject_id for key, row in found.items()}
    return sorted(dict.fromkeys(item_ids), key=lambda one: (known.get(one, one), one))


def _check_note(verdict: Verdict) -> None:
    if verdict.note is not None:
        check_text(verdict.note, limit=LONGEST_NOTE, field=("note",))


async def _decide(
    tx: Transaction, platform: Platform, moderator_id: UUID, item_id: UUID, verdict: Verdict
) -> ItemRow:
    case = await _case(tx, platform, moderator_id, item_id, verdict)
    if case.item.origin is Origin.APPEAL:
        decision, after = await _answer(tx, platform, case)
    else:
        decision, after = await _take(tx, platform, case)
    closed = await items.close(tx, item_id, decision.id, case.now)
    await logging.decided(tx, decision, case.held, after)
    live.announce(tx, platform.pubsub, [item_id])
    return closed


async def _case(
    tx: Transaction, platform: Platform, moderator_id: UUID, item_id: UUID, verdict: Verdict
) -> _Case:
    found = (await items.by_ids(tx, [item_id])).get(item_id)
    if found is None:
        raise NotFound("node.not_found", field=("reviewId",))
    policy = await _policy(tx, verdict.policy)
    held = await moving.hold(tx, found.subject)
    item = await items.hold(tx, item_id)
    if item is None:
        raise NotFound("node.not_found", field=("reviewId",))
    now = await platform.clock.now(tx)
    await check_not_own(tx, item, moderator_id)
    if item.held_by(now) != moderator_id:
        raise Conflict("moderation.not_held", field=("reviewId",))
    check_verdict(verdict, item.subject_kind, item.origin)
    _check_revision(item, held, verdict)
    return _Case(moderator_id, item, held, verdict, policy, now)


async def _policy(tx: Sql, key: str | None) -> PolicyRow | None:
    if key is None:
        return None
    policy = await policies.by_key(tx, key)
    if policy is None:
        raise NotFound("moderation.no_policy", field=("policy",))
    return policy


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


async def _take(tx: Transaction, platform: Platform, case: _Case) -> tuple[DecisionRow, Held]:
    """Takes a decision of the first instance: it is written, then all that it does."""
    held, action = case.held, case.verdict.action
    step = None if held.state is None else step_of(action, held.state)
    before: dict[str, Any] = {"repairable": held.repairable, "featured": held.featured}
    if action is Action.SUSPEND:
        before["suspension"] = await penalties.suspension_of(tx, case.item.author_id)
    decision = _written(case, before)
    after = held
    if step is not None:
        repairable = step is Step.REJECT and _editable(case)
        after = await moving.step(tx, platform, held, step, repairable=repairable)
    if action is Action.FEATURE:
        after = await moving.feature(tx, platform, after, featured=True)
    decision = replace(decision, became=after.state)
    await store.add(tx, decision)
    if action is Action.WARN:
        await penalties.strike(tx, case.item.author_id, decision.id, case.now)
    if action is Action.SUSPEND:
        await penalties.suspend(
            tx,
            platform,
            case.item.author_id,
            began_at=case.now,
            days=case.verdict.suspend_days,
            reason="" if case.policy is None else case.policy.names[OWN],
        )
    return decision, after


def _editable(case: _Case) -> bool:
    """Whether the author may mend what is rejected; comments have nothing to mend."""
    post = case.item.subject_kind is SubjectKind.POST
    return post and case.policy is not None and case.policy.editable


async def _answer(tx: Transaction, platform: Platform, case: _Case) -> tuple[DecisionRow, Held]:
    """Answers an appeal: the first decision stands, or is overturned."""
    first = await answering.appealed(tx, case.item)
    overturns = case.verdict.action is OVERTURNS
    after = case.held
    if overturns:
        after = await answering.overturn(tx, platform, first, case.held, case.now)
        await store.reverse(tx, first.id, by=case.moderator_id, how="OVERTURNED", now=case.now)
    decision = replace(
        _written(case, {"repairable": case.held.repairable, "featured": case.held.featured}),
        became=after.state,
        overrules_id=first.id,
        overruled_by=first.moderator_id,
        alone=case.item.alone,
    )
    await store.add(tx, decision)
    await answering.close(tx, first.id, overturned=overturns, now=case.now)
    return decision, after


def _written(case: _Case, before: dict[str, Any]) -> DecisionRow:
    item, policy = case.item, case.policy
    return DecisionRow(
        id=new_id(),
        item_id=item.id,
        subject_kind=item.subject_kind,
        subject_id=item.subject_id,
        author_id=item.author_id,
        moderator_id=case.moderator_id,
        action=case.verdict.action,
        policy_id=None if policy is None else policy.id,
        policy_version=None if policy is None else policy.version,
        revision=case.held.revision,
        note=case.verdict.note,
        suspend_days=case.verdict.suspend_days,
        was=case.held.state,
        became=case.held.state,
        before=before,
        decided_at=case.now,
        tell_at=case.now + TELL_AFTER,
    )
