"""Undoes a decision: what it did is compensated for, and its item is open again.

Within the first ten seconds nobody has been told; later the author is told of this as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from community.moderation.decisions import answering, appeals, logging, moving, store, telling
from community.moderation.decisions.appeals import AppealState
from community.moderation.decisions.cases import check_not_own
from community.moderation.decisions.earning import Earning
from community.moderation.decisions.moving import Held, Moving
from community.moderation.decisions.store import DecisionRow
from community.moderation.queue import live
from community.moderation.queue import store as items
from community.moderation.queue.store import ItemRow
from domain.errors import Conflict, NotFound
from domain.moderation.deciding import LEASE, check_undo, way_back
from domain.moderation.subjects import Action
from domain.posts.states import Step
from infra.database import Transaction
from infra.platform import Platform


@dataclass(frozen=True, slots=True)
class _Case:
    decision: DecisionRow
    item: ItemRow
    held: Held
    first: DecisionRow | None


async def undo(
    platform: Platform, moderator_id: UUID, decision_id: UUID, *, admin: bool
) -> ItemRow:
    """Takes a decision back; its item, which whoever undid it holds.

    Raises: NotFound, NotAllowed, Expired, AlreadyDone, Conflict.
    """

    async def work(tx: Transaction) -> ItemRow:
        case = await _case(tx, decision_id)
        decision, item = case.decision, case.item
        now = await platform.clock.now(tx)
        taken = decision.taken(
            later=await store.is_followed(tx, decision),
            appealed=bool(await appeals.against(tx, [decision.id])),
        )
        check_undo(taken, moderator_id, now, admin=admin)
        await check_not_own(tx, replace(item, alone=decision.alone), moderator_id)
        earning = Earning(platform)
        after = await _compensate(tx, earning.apart, case, now)
        await store.reverse(tx, decision.id, by=moderator_id, how="UNDONE", now=now)
        await logging.undone(tx, decision, case.held, after, by=moderator_id, now=now)
        if decision.told_at is not None:
            await telling.tell_undone(tx, decision, now)
        live.announce(tx, platform.pubsub, [item.id])
        given = await _give_back(tx, platform, item, moderator_id, now)
        await earning.apply(tx)
        return given

    return await platform.database.in_transaction(work)


async def _case(tx: Transaction, decision_id: UUID) -> _Case:
    """What hangs on a decision, locked: what it is about, its item, the decision that it answers
    an appeal against, itself.
    """
    known = (await store.by_ids(tx, [decision_id])).get(decision_id)
    if known is None:
        raise NotFound("node.not_found", field=("decisionId",))
    held = await moving.hold(tx, known.item_id, known.subject)
    item = await items.hold(tx, known.item_id)
    first = None if known.overrules_id is None else await store.hold(tx, known.overrules_id)
    decision = await store.hold(tx, decision_id)
    if item is None or decision is None:
        raise NotFound("node.not_found", field=("decisionId",))
    return _Case(decision, item, held, first)


async def _compensate(tx: Transaction, platform: Platform, case: _Case, now: datetime) -> Held:
    """Does everything that the decision did the other way round."""
    decision, after = case.decision, case.held
    if decision.action is Action.FEATURE and after.featured and not decision.before["featured"]:
        after = await moving.move(tx, platform, Moving(after, featured=False), now)
    if decision.was is not None and after.state is not None and after.state is decision.became:
        for step in way_back(after.state, decision.was):
            repairable = step is Step.REJECT and bool(decision.before["repairable"])
            after = await moving.move(tx, platform, Moving(after, step, repairable), now)
    if case.first is None:
        await answering.pardon(tx, platform, decision, now)
    else:
        if case.first.reversal == "OVERTURNED":
            await store.reinstate(tx, case.first.id)
            await answering.punish_again(tx, platform, case.first)
        await appeals.close(tx, case.first.id, AppealState.OPEN, now)
    return after


async def _give_back(
    tx: Transaction, platform: Platform, item: ItemRow, moderator_id: UUID, now: datetime
) -> ItemRow:
    """Gives the item to whoever undid it; the one that has taken its place, where it was raised
    again meanwhile.

    Raises: Conflict where somebody else holds that one.
    """
    until = now + LEASE
    other = None if item.appeal_id else await items.undecided_of(tx, item.subject_id)
    if other is None:
        return await items.reopen(tx, item.id, moderator_id, until)
    if other.held_by(now) not in {None, moderator_id}:
        raise Conflict("moderation.not_held", field=("decisionId",))
    live.announce(tx, platform.pubsub, [other.id])
    return await items.reopen(tx, other.id, moderator_id, until)
