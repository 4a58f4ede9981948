"""Staff decide about a referral: let it go on, whatever speaks against it, or refuse it."""

from __future__ import annotations

from uuid import UUID

from community import recording
from community.moderation.log import store as log
from community.moderation.log.store import StaffAction
from community.referrals import store, telling
from community.referrals.store import ReferralRow
from domain.errors import AlreadyDone, NotAllowed, NotFound
from domain.referrals import ReferralState
from domain.referrals.referral import Refusal
from domain.text import check_text
from domain.values import value
from infra.database import Transaction
from infra.platform import Platform

ALLOWED = "referral.allowed"
REFUSED = "referral.refused"
_LONGEST_NOTE = 1_000


@value
class Ruling:
    """What a member of the staff decides about a referral, and why."""

    actor_id: UUID
    referral_id: UUID
    allow: bool
    note: str | None = None


async def decide(platform: Platform, ruling: Ruling) -> ReferralRow:
    """Carries a ruling out; what it allows is never held or refused by signals again.

    What qualified a refused referral meanwhile counts when it is allowed.

    Raises: NotFound, NotAllowed for a party to it or a circle, AlreadyDone for what is paid
    or decided so, Invalid for a note that is too long.
    """
    if ruling.note is not None:
        check_text(ruling.note, limit=_LONGEST_NOTE, field=("note",))

    async def work(tx: Transaction) -> ReferralRow:
        before = await store.hold_row(tx, ruling.referral_id)
        if before is None:
            raise NotFound("node.not_found", field=("referralId",))
        now = await platform.clock.now(tx)
        _check(ruling, before)
        if ruling.allow:
            await store.let_go_on(tx, before.id)
        else:
            await store.refuse(tx, before.id, Refusal.BY_STAFF, now)
            told = telling.refused(
                before.id, before.referrer_id, before.referee_id, Refusal.BY_STAFF, now
            )
            await recording.record(tx, [told])
        after = (await store.by_ids(tx, [before.id]))[before.id]
        await log.write(
            tx,
            StaffAction(
                actor_id=ruling.actor_id,
                action=ALLOWED if ruling.allow else REFUSED,
                subject_kind="REFERRAL",
                subject_id=before.id,
                before=_told(before),
                after=_told(after) | {"note": ruling.note},
                done_at=now,
            ),
        )
        return after

    return await platform.database.in_transaction(work)


def _check(ruling: Ruling, before: ReferralRow) -> None:
    if ruling.actor_id in {before.referrer_id, before.referee_id}:
        raise NotAllowed("referral.own", field=("referralId",))
    if before.state is ReferralState.REWARDED:
        raise AlreadyDone("referral.paid", field=("referralId",))
    if ruling.allow and before.refusal is Refusal.CYCLE:
        raise NotAllowed("referral.cycle", field=("referralId",))
    if not ruling.allow and before.state is ReferralState.REFUSED:
        raise AlreadyDone("referral.refused_already", field=("referralId",))


def _told(row: ReferralRow) -> dict[str, object]:
    return {"state": row.state, "refusal": row.refusal, "held": row.held, "cleared": row.cleared}
