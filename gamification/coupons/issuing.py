"""Issuing coupons in the caller's transaction: by a rule, a reward, or staff."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.coupons import CouponTemplate, Grant, Origin
from domain.coupons.codes import DRAWN_BITS, code_of
from domain.errors import AlreadyDone, NotFound, OutOfStock
from domain.programme import Programme
from gamification.coupons import store, templates
from gamification.coupons.store import CouponRow
from infra.database import Sql


async def issue(
    tx: Sql,
    programme: Programme,
    member_ids: Sequence[UUID],
    template_key: str,
    *,
    origin: Origin,
    now: datetime,
) -> list[CouponRow]:
    """Issues each member a coupon of the newest version of a template: all of them, or none.

    One origin issues a member one coupon; the caller sees to it that it does not ask twice. Call
    it last in a transaction: the row of the template's supply is one that all share.

    Raises: NotFound (`couponKey`), OutOfStock.
    """
    template = programme.coupons.get(template_key)
    if template is None:
        raise NotFound("coupon.template_unknown", field=("couponKey",), key=template_key[:60])
    await _check_stock(tx, template, len(member_ids))
    expires_at = template.terms.expires_at(now, programme.settings.zone)
    grants = [Grant(one, template, origin, expires_at) for one in member_ids]
    ids = await write(tx, grants, now)
    if not await templates.take(tx, template.key, len(grants)):
        raise OutOfStock("coupon.out_of_stock", field=("couponKey",))
    rows = await store.by_ids(tx, ids)
    return [rows[one] for one in ids]


async def write(tx: Sql, grants: Sequence[Grant], now: datetime) -> list[UUID]:
    """Writes coupons with codes that nobody can guess; the supply is the caller's to count."""
    drawn = [(grant, code_of(secrets.randbits(DRAWN_BITS))) for grant in grants]
    return await store.add(tx, drawn, now)


async def void(tx: Sql, coupon_id: UUID, *, now: datetime) -> CouponRow:
    """Takes a coupon back from its member, expired or not; doing it again changes nothing.

    Raises: NotFound, AlreadyDone for one that has been used.
    """
    voided = await store.void(tx, coupon_id, now)
    if voided is not None:
        (template,) = (await templates.by_ids(tx, [voided.template_id])).values()
        await templates.add_issued(tx, {template.key: -1})
        return voided
    found = (await store.by_ids(tx, [coupon_id])).get(coupon_id)
    if found is None:
        raise NotFound("node.not_found", field=("couponId",))
    if found.used_at is not None:
        raise AlreadyDone("coupon.used", field=("couponId",))
    return found


async def follow_orders(
    tx: Sql, closed: Sequence[tuple[UUID, str]], issued: Counter[str], now: datetime
) -> None:
    """Follows orders, named by member and reference, of which everything went back.

    `issued` is what the same transaction issued by rules: all changes of supplies come last.
    """
    issued.subtract(await store.follow_closed_orders(tx, closed, now))
    await templates.add_issued(tx, issued)


async def _check_stock(tx: Sql, template: CouponTemplate, count: int) -> None:
    """Refuses early what could not be issued: this saves work, and decides nothing."""
    if template.stock is not None:
        issued = await templates.issued(tx, [template.key])
        if issued[template.key] + count > template.stock:
            raise OutOfStock("coupon.out_of_stock", field=("couponKey",))
