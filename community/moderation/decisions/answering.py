"""What an answer to an appeal does to the first decision, and how the answer is taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from community.moderation.decisions import appeals, penalties
from community.moderation.decisions import store as decisions
from community.moderation.decisions.appeals import AppealState
from community.moderation.decisions.moving import Held
from community.moderation.decisions.store import DecisionRow
from community.moderation.policies import store as policies
from community.moderation.policies.store import OWN
from community.moderation.queue.store import ItemRow
from domain.errors import NotFound
from domain.moderation.subjects import Action
from domain.posts.states import Step
from domain.posts.visibility import PostState
from infra.database import Sql, Transaction
from infra.platform import Platform


async def appealed(tx: Sql, item: ItemRow) -> DecisionRow:
    """The decision that the item of an appeal is about, locked.

    Raises: NotFound.
    """
    found = {} if item.appeal_id is None else await appeals.by_ids(tx, [item.appeal_id])
    for appeal in found.values():
        first = await decisions.hold(tx, appeal.decision_id)
        if first is not None:
            return first
    raise NotFound("node.not_found", field=("reviewId",))


def gives_back(first: DecisionRow, held: Held) -> Step | None:
    """The step by which a decision that is overturned gives back what it hid: published, for good.

    None where it hid nothing, and where the author has moved on or deleted it meanwhile.
    """
    hidden = first.became in {PostState.REJECTED, PostState.REMOVED}
    moved = first.was is not first.became
    return Step.RESTORE if hidden and moved and held.state is first.became else None


async def pardon(tx: Transaction, platform: Platform, decision: DecisionRow, now: datetime) -> None:
    """Takes back what a decision did to its author."""
    if decision.action is Action.WARN:
        await penalties.lift_strike(tx, decision.id, now)
    if decision.action is Action.SUSPEND:
        await penalties.put_back(
            tx,
            platform,
            decision.author_id,
            began_at=decision.decided_at,
            before=decision.before.get("suspension"),
        )


async def punish_again(tx: Transaction, platform: Platform, decision: DecisionRow) -> None:
    """Does to the author again what a decision did that is in force again."""
    if decision.action is Action.WARN:
        await penalties.strike(tx, decision.author_id, decision.id, decision.decided_at)
    if decision.action is Action.SUSPEND:
        wanted = [] if decision.policy is None else [decision.policy]
        found = await policies.at_versions(tx, wanted)
        await penalties.suspend(
            tx,
            platform,
            decision.author_id,
            began_at=decision.decided_at,
            days=decision.suspend_days,
            reason=next((one.names[OWN] for one in found.values()), ""),
        )


async def close(tx: Sql, decision_id: UUID, *, overturned: bool, now: datetime) -> None:
    """Writes down how an appeal ended."""
    state = AppealState.OVERTURNED if overturned else AppealState.UPHELD
    await appeals.close(tx, decision_id, state, now)
