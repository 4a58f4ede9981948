"""The verb of authors: appeal against a decision, once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from community.moderation.decisions import appeals
from community.moderation.decisions import store as decisions
from community.moderation.decisions.appeals import AppealRow, AppealState
from community.moderation.queue import live
from community.moderation.queue import store as items
from domain.errors import Invalid, NotFound
from domain.moderation.deciding import check_appeal
from domain.moderation.priority import APPEALED, TARGETS, Signal
from domain.moderation.subjects import Origin
from domain.text import check_text
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform

LONGEST = 1_000
_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Plea:
    """What a member has to say against a decision."""

    member_id: UUID
    decision_id: UUID
    text: str


async def appeal(platform: Platform, plea: Plea) -> AppealRow:
    """Asks for somebody else to decide; suspended members may as well.

    Raises: Invalid, NotFound for what is no decision about the member, NotAllowed, AlreadyDone,
    Expired.
    """
    check_text(plea.text, limit=LONGEST, field=("text",))
    if not plea.text.strip():
        raise Invalid("text.blank", field=("text",))

    async def work(tx: Transaction) -> AppealRow:
        decision = await decisions.hold(tx, plea.decision_id)
        if decision is None or decision.author_id != plea.member_id:
            raise NotFound("node.not_found", field=("decisionId",))
        now = await platform.clock.now(tx)
        known = await appeals.against(tx, [decision.id])
        taken = decision.taken(later=False, appealed=decision.id in known)
        check_appeal(taken, plea.member_id, now)
        made = AppealRow(new_id(), decision.id, plea.member_id, plea.text, AppealState.OPEN, now)
        await appeals.add(tx, made)
        item_id = new_id()
        await items.add_appeal(
            tx,
            item_id,
            decision.subject,
            appeal_id=made.id,
            barred_id=decision.moderator_id,
            now=now,
            due_at=now + TARGETS[Origin.APPEAL],
        )
        await items.add_signals(tx, item_id, [Signal(APPEALED, _WEIGHT, {})], now)
        await items.weigh(tx, [item_id])
        live.announce(tx, platform.pubsub, [item_id])
        return made

    return await platform.database.in_transaction(work)
