"""The verbs of a membership: start, renew, report a failed payment, cancel.

Each holds the member's lock, as the engine does, so that an order earns either before or after
the change, and writes what has come due before it changes anything. The time is asked for under
that lock: whoever waited for it must not act at a moment before what was waited for. What became
of a membership is recorded as activities: rules, metrics and messages read it there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import memberships
from domain.errors import AlreadyDone, Conflict, Ended, Invalid, NotFound
from domain.memberships import Membership
from domain.programme import Programme
from domain.text import check_text
from gamification.ledger import states as states_store
from gamification.memberships import plans, recording, store
from gamification.memberships.plans import Plan
from gamification.memberships.store import Payment
from infra import idempotency
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.store import merged

Current: TypeAlias = Callable[[Sql], Awaitable[Programme]]
"""Gives the present programme, whose days a membership lasts."""

LONGEST_REF: Final = 200
_START: Final = "startMembership"
_RENEW: Final = "renewMembership"


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A membership and the plan by which its present period was paid, as of `at`."""

    membership: Membership
    plan: Plan
    at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, and the key by which the same request is known again."""

    actor_id: UUID
    key: str


async def start(
    platform: Platform,
    current: Current,
    request: Request,
    *,
    member_id: UUID,
    plan_key: str,
    payment_ref: str,
) -> MembershipRow:
    """Begins a membership, once per idempotency key; a member tries a plan out once.

    Raises: Invalid, NotFound for the plan, AlreadyDone while another one runs, Conflict for a
    payment that has paid before.
    """
    _check_ref(payment_ref)

    async def work(tx: Transaction) -> tuple[Membership, datetime]:
        zone = (await current(tx)).settings.zone
        holder = await _hold(tx, member_id)
        now = await platform.clock.now(tx)
        plan = await plans.newest_of(tx, plan_key)
        if plan is None:
            raise NotFound("membership.plan_unknown", field=("planKey",), key=plan_key[:60])
        await _make_room(tx, holder, now)
        trial = plan.terms.trial_days > 0 and not await store.had_trial(tx, holder, plan.key)
        one = memberships.start(
            new_id(), holder, plan.key, plan.terms, trial=trial, now=now, zone=zone
        )
        await _pay(tx, one, Payment(plan.id, now, now, payment_ref))
        return one, now

    payload = [str(member_id), plan_key, payment_ref]
    return await _once(platform, request, _START, payload, work)


async def renew(
    platform: Platform,
    current: Current,
    request: Request,
    *,
    membership_id: UUID,
    payment_ref: str,
) -> MembershipRow:
    """Adds a paid period, by the newest version of the plan, once per idempotency key.

    Raises: Invalid, NotFound, Ended, Conflict for a payment that has paid before, LimitReached.
    """
    _check_ref(payment_ref)

    async def work(tx: Transaction) -> tuple[Membership, datetime]:
        zone = (await current(tx)).settings.zone
        one, now = await _settled(platform, tx, membership_id)
        plan = await plans.newest_of(tx, one.plan_key)
        assert plan is not None  # noqa: S101 - plans are never removed
        starts_at = one.paid_until
        memberships.renew(one, plan.terms, now=now, zone=zone)
        await _pay(tx, one, Payment(plan.id, starts_at, now, payment_ref))
        return one, now

    payload = [str(membership_id), payment_ref]
    return await _once(platform, request, _RENEW, payload, work)


async def fail_payment(
    platform: Platform,
    current: Current,
    *,
    membership_id: UUID,
    occurred_at: datetime | None = None,
) -> MembershipRow:
    """Says that a payment failed, at a time if one is known; again it changes nothing.

    A failure from before the last payment is one that was made good: it changes nothing either.

    Raises: NotFound, Ended.
    """

    async def work(tx: Transaction, now: datetime, one: Membership) -> None:
        zone: ZoneInfo = (await current(tx)).settings.zone
        if occurred_at is None or occurred_at >= await store.paid_at(tx, one):
            memberships.fail(one, now=now, zone=zone)

    return await _change(platform, membership_id, work)


async def cancel(platform: Platform, *, membership_id: UUID) -> MembershipRow:
    """Ends a membership with its paid period; again it changes nothing.

    Raises: NotFound, Ended.
    """

    async def work(_tx: Transaction, now: datetime, one: Membership) -> None:
        memberships.cancel(one, now=now)

    return await _change(platform, membership_id, work)


async def cancel_of(platform: Platform, *, member_id: UUID) -> MembershipRow:
    """As `cancel`, for the membership that the member has.

    Raises: NotFound for who never had one, Ended.
    """
    found = (await store.latest(platform.database, [member_id])).get(member_id)
    if found is None:
        raise NotFound("membership.none")
    try:
        return await cancel(platform, membership_id=found.id)
    except Ended as ended:  # nothing was named, so the refusal is about no field
        raise Ended(ended.reason) from None


async def rows(sql: Sql, found: Sequence[Membership], now: datetime) -> dict[UUID, MembershipRow]:
    """These memberships with their plans, by id."""
    in_force = await store.plans_in_force(sql, [one.id for one in found], now)
    versions = await plans.by_ids(sql, list(in_force.values()))
    return {one.id: MembershipRow(one, versions[in_force[one.id]], now) for one in found}


async def _once(
    platform: Platform,
    request: Request,
    verb: str,
    payload: object,
    work: Callable[[Transaction], Awaitable[tuple[Membership, datetime]]],
) -> MembershipRow:
    """Does the work and writes the membership, or reads the one that the same key made."""

    async def claimed(tx: Transaction) -> UUID:
        now = await platform.clock.now(tx)
        actor_id, key = request.actor_id, request.key
        kept = await idempotency.claim(
            tx, actor_id=actor_id, verb=verb, key=key, payload=payload, now=now
        )
        if kept is not None:
            return UUID(kept)
        one, now = await work(tx)
        await recording.write(tx, [one], now)
        await idempotency.keep(tx, actor_id=actor_id, verb=verb, key=key, result=str(one.id))
        return one.id

    return await _read(platform, await platform.database.in_transaction(claimed))


async def _change(
    platform: Platform,
    membership_id: UUID,
    work: Callable[[Transaction, datetime, Membership], Awaitable[None]],
) -> MembershipRow:
    async def changed(tx: Transaction) -> None:
        one, now = await _settled(platform, tx, membership_id)
        await work(tx, now, one)
        await recording.write(tx, [one], now)

    await platform.database.in_transaction(changed)
    return await _read(platform, membership_id)


async def _settled(
    platform: Platform, tx: Transaction, membership_id: UUID
) -> tuple[Membership, datetime]:
    """The membership, whose member is locked now, with what has come due by that time.

    Raises: NotFound.
    """
    found = (await store.by_ids(tx, [membership_id])).get(membership_id)
    if found is None:
        raise NotFound("node.not_found", field=("membershipId",))
    await states_store.lock(tx, [found.member_id])
    one = (await store.by_ids(tx, [membership_id]))[membership_id]
    now = await platform.clock.now(tx)
    memberships.settle(one, now)
    return one, now


async def _hold(tx: Transaction, member_id: UUID) -> UUID:
    """Locks the member, or the one into whom they were merged meanwhile, and says whom.

    Raises: NotFound.
    """
    while await states_store.lock(tx, [member_id]):
        moved = await merged(tx, [member_id])
        if not moved:
            return member_id
        member_id = moved[member_id]
    raise NotFound("node.not_found", field=("memberId",))


async def _make_room(tx: Transaction, member_id: UUID, now: datetime) -> None:
    """Writes down that the last membership ended, if it did.

    Raises: AlreadyDone while it runs.
    """
    last = (await store.latest(tx, [member_id])).get(member_id)
    if last is None or last.ended:
        return
    memberships.settle(last, now)
    if not last.ended:
        raise AlreadyDone("membership.running", field=("planKey",))
    await recording.write(tx, [last], now)


def _check_ref(ref: str) -> None:
    if not ref.strip():
        raise Invalid("text.blank", field=("paymentRef",))
    check_text(ref, limit=LONGEST_REF, field=("paymentRef",))


async def _pay(tx: Transaction, one: Membership, payment: Payment) -> None:
    """Raises: Conflict for a payment that has paid before."""
    if not await store.add_period(tx, one, payment):
        raise Conflict("membership.payment_known", field=("paymentRef",))


async def _read(platform: Platform, membership_id: UUID) -> MembershipRow:
    now = await platform.clock.now()
    found = await store.by_ids(platform.database, [membership_id])
    return (await rows(platform.database, list(found.values()), now))[membership_id]
