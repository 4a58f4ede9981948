"""Saving coupon templates: each change of terms is a new version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.coupons import CouponTemplate, DiscountKind, Terms, check_template
from domain.errors import Invalid
from gamification.coupons import templates
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

Changed = Callable[[Sql], Awaitable[object]]
"""Tells, in the same transaction, that the programme has another version."""


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """A template as a designer hands it in. Source: `CouponTemplateInput` of the contract."""

    key: str
    name: str
    kind: DiscountKind
    discount: Decimal | None
    minimum_spend: Decimal | None
    valid_days: int
    stock: int | None = None


async def save_template(
    platform: Platform, draft: TemplateDraft, *, currency: str, changed: Changed
) -> CouponTemplate:
    """Adds a template or the next version of the one with this key.

    Its money is in `currency`. Coupons that were issued keep their terms. What says nothing new
    stays at its version; the stock is no part of the terms and holds over all versions.

    Raises: Invalid, naming the field.
    """
    wanted = _template(draft, currency)
    check_template(wanted)

    async def work(tx: Transaction) -> CouponTemplate:
        known = await templates.newest_locked(tx, draft.key)
        saved = _following(wanted, known)
        if known is None or saved.id != known.id:
            await templates.add(tx, saved, await platform.clock.now(tx))
        await templates.set_stock(tx, draft.key, draft.stock)
        if saved != known:
            await changed(tx)
        return saved

    return await platform.database.in_transaction(work)


def _template(draft: TemplateDraft, currency: str) -> CouponTemplate:
    if draft.kind.takes_off and draft.discount is None:
        reason = "coupon.percent" if draft.kind is DiscountKind.PERCENT else "coupon.amount"
        raise Invalid(reason, field=("discount",))
    terms = Terms(
        kind=draft.kind,
        discount=draft.discount or Decimal(0),
        minimum_spend=draft.minimum_spend,
        currency=currency,
        valid_days=draft.valid_days,
    )
    return CouponTemplate(new_id(), draft.key, 1, draft.name, terms, draft.stock)


def _following(wanted: CouponTemplate, known: CouponTemplate | None) -> CouponTemplate:
    """The next version, or the known one where only its stock changes."""
    if known is None:
        return wanted
    if (wanted.name, wanted.terms) == (known.name, known.terms):
        return replace(known, stock=wanted.stock)
    return replace(wanted, version=known.version + 1)
