"""Takes decisions: they are written, and all that they do is done, by a fixed number of statements.

Only what befalls an author (strikes, suspensions) and answers to appeals, which are few, cost
statements of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from community.moderation.decisions import answering, logging, moving, penalties, spans, store
from community.moderation.decisions.cases import Case
from community.moderation.decisions.moving import Held, Moving
from community.moderation.decisions.store import DecisionRow
from community.moderation.policies.store import OWN
from community.moderation.queue import live
from community.moderation.queue import store as items
from community.moderation.queue.store import ItemRow
from domain.moderation.deciding import OVERTURNS, TELL_AFTER, step_of
from domain.moderation.subjects import Action, SubjectKind
from domain.posts.states import Step
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a decision will do. `first` is the decision that it answers an appeal against."""

    case: Case
    moving: Moving
    before: dict[str, Any]
    first: DecisionRow | None = None

    @property
    def overturns(self) -> bool:
        return self.first is not None and self.case.verdict.action is OVERTURNS


async def take(tx: Transaction, platform: Platform, cases: Sequence[Case]) -> list[ItemRow]:
    """Decides about cases of which no two touch the same; their items as they are then."""
    if not cases:
        return []
    now = cases[0].now
    live.announce(tx, platform.pubsub, [one.item.id for one in cases])
    plans = [await _plan(tx, one) for one in cases]
    after = await moving.move_each(tx, platform, [one.moving for one in plans], now)
    decisions = [_written(plan, held) for plan, held in zip(plans, after, strict=True)]
    await store.add_each(tx, decisions)
    for plan, decision in zip(plans, decisions, strict=True):
        await _follow(tx, platform, plan, decision)
    closed = await items.close_each(tx, {one.item_id: one.id for one in decisions}, now)
    held = [one.held for one in cases]
    await logging.decided(tx, zip(decisions, held, after, strict=True))
    return [closed[one.item.id] for one in cases]


async def _plan(tx: Transaction, case: Case) -> _Plan:
    held, action = case.held, case.verdict.action
    before: dict[str, Any] = {"repairable": held.repairable, "featured": held.featured}
    if case.of_appeal:
        first = await answering.appealed(tx, case.item)
        step = answering.gives_back(first, held) if action is OVERTURNS else None
        return _Plan(case, Moving(held, step), before, first)
    if action is Action.SUSPEND:
        before["suspension"] = await penalties.suspension_of(tx, case.item.author_id)
    step = None if held.state is None else step_of(action, held.state)
    moves = Moving(
        held,
        step,
        repairable=step is Step.REJECT and _editable(case),
        featured=True if action is Action.FEATURE else None,
    )
    return _Plan(case, moves, before)


def _editable(case: Case) -> bool:
    """Whether the author may mend what is rejected; comments have nothing to mend."""
    post = case.item.subject_kind is SubjectKind.POST
    return post and case.policy is not None and case.policy.editable


async def _follow(tx: Transaction, platform: Platform, plan: _Plan, decision: DecisionRow) -> None:
    """Does what a decision that is written does beside: to its author, or to the decision that it
    answers an appeal against.
    """
    case, first = plan.case, plan.first
    if case.verdict.spans:
        await spans.name(tx, decision.id, case.verdict.spans)
    if first is not None:
        if plan.overturns:
            await answering.pardon(tx, platform, first, case.now)
            await store.reverse(tx, first.id, by=case.moderator_id, how="OVERTURNED", now=case.now)
        await answering.close(tx, first.id, overturned=plan.overturns, now=case.now)
    elif decision.action is Action.WARN:
        await penalties.strike(tx, decision.author_id, decision.id, case.now)
    elif decision.action is Action.SUSPEND:
        await penalties.suspend(
            tx,
            platform,
            decision.author_id,
            began_at=case.now,
            days=decision.suspend_days,
            reason="" if case.policy is None else case.policy.names[OWN],
        )


def _written(plan: _Plan, after: Held) -> DecisionRow:
    case, item, policy, first = plan.case, plan.case.item, plan.case.policy, plan.first
    decision = DecisionRow(
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
        became=after.state,
        before=plan.before,
        decided_at=case.now,
        tell_at=case.now + TELL_AFTER,
    )
    if first is None:
        return decision
    return replace(
        decision, overrules_id=first.id, overruled_by=first.moderator_id, alone=item.alone
    )
