"""The verbs of coupons: give them to members, use one for an order, release it, take it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.activity import LAURELS, Activity
from domain.coupons import (
    LONGEST_ORDER_REF,
    Checkout,
    CouponSource,
    CouponState,
    Origin,
    check_checkout,
    discount_of,
)
from domain.coupons.codes import read_code
from domain.errors import (
    AlreadyDone,
    Conflict,
    Expired,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    TooManyAttempts,
)
from domain.programme import Programme
from domain.text import check_text
from gamification.coupons import issuing, store, templates, tries
from gamification.coupons.store import CouponRow
from infra import activity_log, idempotency
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.store import find_by_refs, merged, profiles

MOST_AT_ONCE: Final = 1_000
GIVEN: Final = "coupon.given"
USED: Final = "coupon.used"
RELEASED: Final = "coupon.released"
_ISSUE: Final = "issueCoupons"

Current = Callable[[Sql], Awaitable[Programme]]
"""Gives the present programme."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets a coupon: a member by id, or by customer number."""

    member_id: UUID | None = None
    customer_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A code as entered at a checkout; whose coupon it must be, where the shop says so."""

    code: str
    customer_ref: str | None = None


async def give(
    platform: Platform,
    current: Current,
    template_key: str,
    receivers: Sequence[Receiver],
    *,
    actor_id: UUID,
    key: str,
) -> list[CouponRow]:
    """Issues each of up to 1,000 members one coupon, once per idempotency key: all, or none.

    Whoever is named twice gets one.

    Raises: Invalid, NotFound (naming who), OutOfStock, Conflict.
    """
    if not 1 <= len(receivers) <= MOST_AT_ONCE:
        raise Invalid("coupon.receivers", field=("receivers",), limit=MOST_AT_ONCE)
    payload = [template_key, [[str(one.member_id), one.customer_ref] for one in receivers]]

    async def work(tx: Transaction) -> list[CouponRow]:
        asked_at = await platform.clock.now(tx)
        kept = await idempotency.claim(
            tx, actor_id=actor_id, verb=_ISSUE, key=key, payload=payload, now=asked_at
        )
        if kept is not None:
            return await store.by_origins(tx, [UUID(kept)])
        origin = Origin(CouponSource.STAFF, new_id(), actor_id=actor_id)
        await idempotency.keep(tx, actor_id=actor_id, verb=_ISSUE, key=key, result=str(origin.id))
        members = await _members(tx, receivers)
        now = await platform.clock.now(tx)  # under the members' locks, which this may wait for
        programme = await current(tx)
        given = await issuing.issue(tx, programme, members, template_key, origin=origin, now=now)
        await activity_log.record(
            tx, [_told(GIVEN, one, template_key, now) for one in given], applied=False
        )
        return given

    return await platform.database.in_transaction(work)


async def use(
    platform: Platform, entered: Entered, checkout: Checkout, *, actor_id: UUID
) -> CouponRow:
    """Uses a coupon for an order; again for the same order it answers the same.

    Raises: Invalid, NotFound, TooManyAttempts, NotEligible, Expired, AlreadyDone, NotAllowed,
    Conflict for the same order with another total.
    """
    check_checkout(checkout)
    coupon = await _entered(platform, entered, actor_id)
    (template,) = (await templates.by_ids(platform.database, [coupon.template_id])).values()

    async def work(tx: Transaction) -> CouponRow:
        await store.hold_members(tx, [coupon.member_id])
        now = await platform.clock.now(tx)
        present = (await store.by_ids(tx, [coupon.id]))[coupon.id]
        if _is_used_for(present, checkout):
            return present
        _check_usable(present, now)
        discount = discount_of(template.terms, checkout)
        used = await store.use(
            tx, coupon.id, checkout, discount=discount, actor_id=actor_id, now=now
        )
        if used is None:
            return await _explained(tx, coupon.id, checkout, now)
        fact = _told(USED, used, template.key, now, orderRef=checkout.order_ref, **_taken_off(used))
        await activity_log.record(tx, [fact], applied=False)
        return used

    return await platform.database.in_transaction(work)


async def release(
    platform: Platform, entered: Entered, order_ref: str, *, actor_id: UUID
) -> CouponRow:
    """Gives back a coupon that was used for an order which came to nothing.

    Of a coupon that is not used it changes nothing.

    Raises: Invalid, NotFound, TooManyAttempts, Conflict for one that is used for another order.
    """
    check_text(order_ref, limit=LONGEST_ORDER_REF, field=("orderRef",))
    coupon = await _entered(platform, entered, actor_id)
    (template,) = (await templates.by_ids(platform.database, [coupon.template_id])).values()

    async def work(tx: Transaction) -> CouponRow:
        await store.hold_members(tx, [coupon.member_id])
        now = await platform.clock.now(tx)
        released = await store.release(tx, coupon.id, order_ref)
        if released is not None:
            fact = _told(RELEASED, released, template.key, now, orderRef=order_ref)
            await activity_log.record(tx, [fact], applied=False)
            if released.state is CouponState.VOID:
                await templates.add_issued(tx, {template.key: -1})
            return released
        present = (await store.by_ids(tx, [coupon.id]))[coupon.id]
        if present.state is CouponState.USED:
            raise Conflict("coupon.used_for_another", field=("orderRef",))
        return present

    return await platform.database.in_transaction(work)


async def void(platform: Platform, coupon_id: UUID) -> CouponRow:
    """Takes an unused coupon back from its member; doing it again changes nothing.

    Raises: NotFound, AlreadyDone for one that has been used.
    """

    async def work(tx: Transaction) -> CouponRow:
        return await issuing.void(tx, coupon_id, now=await platform.clock.now(tx))

    return await platform.database.in_transaction(work)


async def _members(tx: Sql, receivers: Sequence[Receiver]) -> list[UUID]:
    """Each member once, in the order of their naming; who was merged stands for who stays.

    Raises: NotFound, naming the first who is not there.
    """
    ids = [one.member_id for one in receivers if one.member_id is not None]
    refs = [one.customer_ref for one in receivers if one.customer_ref is not None]
    by_ref = await find_by_refs(tx, refs)
    known = await profiles(tx, ids)
    await store.hold_members(tx, [*known, *by_ref.values()])
    stays = await merged(tx, [*known, *by_ref.values()])  # nobody goes any more
    members: dict[UUID, None] = {}
    for place, one in enumerate(receivers):
        found = by_ref.get(one.customer_ref or "") if one.member_id is None else one.member_id
        if found is None or (one.member_id is not None and found not in known):
            raise NotFound("member.not_found", field=("receivers", str(place)))
        members[stays.get(found, found)] = None
    return list(members)


async def _entered(platform: Platform, entered: Entered, actor_id: UUID) -> CouponRow:
    """The coupon of a code. A wrong one costs the account a try, whatever is wrong with it.

    Raises: TooManyAttempts, NotFound.
    """
    sql, now = platform.database, await platform.clock.now()
    if not await tries.has_any(sql, actor_id, now):
        raise TooManyAttempts("coupon.too_many_tries", field=("code",))
    code = read_code(entered.code)
    found = None if code is None else await store.by_code(sql, code)
    if found is not None and await _is_of(sql, found, entered.customer_ref):
        return found
    if not await tries.use_up(sql, actor_id, now):
        raise TooManyAttempts("coupon.too_many_tries", field=("code",))
    raise NotFound("coupon.unknown", field=("code",))


async def _is_of(sql: Sql, coupon: CouponRow, customer_ref: str | None) -> bool:
    if customer_ref is None:
        return True
    return (await find_by_refs(sql, [customer_ref])).get(customer_ref) == coupon.member_id


def _is_used_for(coupon: CouponRow, checkout: Checkout) -> bool:
    """Whether this very use has been made before.

    Raises: Conflict when the order had another total then.
    """
    if coupon.used_for_order != checkout.order_ref:
        return False
    if (coupon.order_total, coupon.order_currency) != (checkout.total, checkout.currency):
        raise Conflict("coupon.used_otherwise", field=("orderTotal",))
    return True


def _check_usable(coupon: CouponRow, now: datetime) -> None:
    """Raises: AlreadyDone, NotAllowed, Expired."""
    refusals: dict[CouponState, Refused] = {
        CouponState.USED: AlreadyDone("coupon.used", field=("code",)),
        CouponState.VOID: NotAllowed("coupon.void", field=("code",)),
        CouponState.EXPIRED: Expired("coupon.expired", field=("code",)),
    }
    state = coupon.state_at(now)
    if state in refusals:
        raise refusals[state]


async def _explained(tx: Sql, coupon_id: UUID, checkout: Checkout, now: datetime) -> CouponRow:
    """Why a use that looked possible was not: another was first, or the order went back.

    Raises: AlreadyDone, NotAllowed, Expired, Conflict.
    """
    present = (await store.by_ids(tx, [coupon_id]))[coupon_id]
    if _is_used_for(present, checkout):
        return present
    _check_usable(present, now)
    raise NotAllowed("coupon.order_went_back", field=("orderRef",))


def _told(
    type_: str, coupon: CouponRow, template_key: str, now: datetime, **more: object
) -> Activity:
    """What the log is told of a coupon; it is applied a moment later."""
    return Activity(
        id=new_id(),
        member_id=coupon.member_id,
        type=type_,
        source=LAURELS,
        external_id=f"{type_}:{coupon.id}:{coupon.uses}",
        occurred_at=now,
        received_at=now,
        attributes={"couponKey": template_key, **more},
    )


def _taken_off(coupon: CouponRow) -> dict[str, object]:
    """The discount of a used coupon, as money is written in attributes."""
    amount = None if coupon.discount is None else format(coupon.discount, "f")
    return {"discount": amount, "currency": coupon.order_currency}
