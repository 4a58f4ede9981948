"""Coupon templates, coupons, and a member's list of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import strawberry

from api.coupons.enums import CouponState, DiscountKind
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.money import Money
from api.payloads import Payload
from api.relay import Node, PageInfo, edges_of
from api.scalars import Long
from domain import coupons
from domain.coupons import codes as coupon_codes
from domain.members import Role
from gamification.coupons import store, templates
from gamification.coupons.store import CouponRow
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset

NEWEST_FIRST: Final = keyset(UUID)


@strawberry.type(description="What coupons are issued by; one version of it.")
class CouponTemplate(Node):
    key: str = strawberry.field(description="The same over all versions.")
    version: int = strawberry.field(description="Rises with each change of its name or terms.")
    name: str = strawberry.field(description="What members read.")
    discount_kind: DiscountKind = strawberry.field(description="What its coupons do for an order.")
    discount: Decimal = strawberry.field(
        description="Amount for FIXED, in the currency of `minimumSpend` or else the programme's "
        "of then; percentage for PERCENT; 0 for the others."
    )
    minimum_spend: Money | None = strawberry.field(
        description="The least total of an order, which itself counts; null for any."
    )
    currency: str = strawberry.field(description="ISO 4217; of its amounts.")
    valid_days: int = strawberry.field(
        description="A coupon ends with the programme's day that lies so many days later."
    )
    stock: Long | None = strawberry.field(
        description="The most coupons of this key, over all versions; null for any number."
    )

    @classmethod
    def of(cls, template: coupons.CouponTemplate) -> CouponTemplate:
        terms = template.terms
        least = terms.minimum_spend
        return cls(
            id=strawberry.ID(encode_id(Kind.COUPON_TEMPLATE, template.id)),
            key=template.key,
            version=template.version,
            name=template.name,
            discount_kind=terms.kind,
            discount=terms.discount,
            minimum_spend=None if least is None else Money(amount=least, currency=terms.currency),
            currency=terms.currency,
            valid_days=terms.valid_days,
            stock=template.stock,
        )

    @batch_field(
        description="Coupons of this key that are out there, void ones left out; for admins and "
        "service accounts, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def issued(found: Sequence[CouponTemplate], info: Info) -> list[Long | None]:
        context = info.context
        if not context.has(Role.ADMIN, Role.SERVICE):
            return [None] * len(found)
        counts = await templates.issued(
            context.services.platform.database, [one.key for one in found]
        )
        return [counts.get(one.key, 0) for one in found]


@strawberry.type(description="A member's right to something off one order.")
class Coupon(Node):
    row: strawberry.Private[CouponRow]
    code: str = strawberry.field(
        description="What is entered at the checkout; case, hyphens and spaces do not matter."
    )
    state: CouponState = strawberry.field(description="Whether it can be used now.")
    issued_at: datetime = strawberry.field(description="When the member got it.")
    expires_at: datetime = strawberry.field(description="From then on it cannot be used.")
    used_at: datetime | None = strawberry.field(
        description="When it was used; null when it is not."
    )
    used_for_order: str | None = strawberry.field(description="The order that it is used for.")
    discount: Money | None = strawberry.field(description="What it took off that order.")

    @classmethod
    def of(cls, row: CouponRow, now: datetime) -> Coupon:
        return cls(
            id=strawberry.ID(encode_id(Kind.COUPON, row.id)),
            row=row,
            code=coupon_codes.shown(row.code),
            state=row.state_at(now),
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            used_for_order=row.used_for_order,
            discount=discount_of(row),
        )

    @batch_field(description="Its terms, as they were when it was issued.")
    @staticmethod
    async def template(found: Sequence[Coupon], info: Info) -> list[CouponTemplate]:
        return await info.context.load_many(
            templates_of_coupons, [one.row.template_id for one in found]
        )


@strawberry.type(description="A coupon and its place in the list.")
class CouponEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Coupon = strawberry.field(description="The coupon.")


@strawberry.type(description="A page of a member's coupons, newest first.")
class CouponConnection:
    member_id: strawberry.Private[UUID]
    state: strawberry.Private[CouponState | None]
    edges: list[CouponEdge] = strawberry.field(description="Coupons with their cursors.")
    nodes: list[Coupon] = strawberry.field(description="The coupons alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(cls, page: Page[Coupon], member_id: UUID, state: CouponState | None) -> CouponConnection:
        return cls(
            member_id=member_id,
            state=state,
            edges=edges_of(page, CouponEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
        )

    @batch_field(description="How many there are on all pages.")
    @staticmethod
    async def total_count(pages: Sequence[CouponConnection], info: Info) -> list[int]:
        ids = [one.member_id for one in pages]
        found = await info.context.load_many(counts_of_members, ids)
        return [
            sum(counts.values()) if page.state is None else counts.get(page.state, 0)
            for page, counts in zip(pages, found, strict=True)
        ]


@strawberry.type(description="The template at its present version.")
class CouponTemplatePayload(Payload):
    template: CouponTemplate | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="The coupon as it is now.")
class CouponPayload(Payload):
    coupon: Coupon | None = strawberry.field(description="Null when refused.")
    discount: Money | None = strawberry.field(
        description="What it takes off the order, rounded down to what can be paid; 0 for a gift "
        "and free shipping, null when it is not used."
    )


@strawberry.type(description="The coupons that were issued.")
class IssueCouponsPayload(Payload):
    coupons: list[Coupon] = strawberry.field(
        description="One for each member, in the order of their naming; empty when refused."
    )


def discount_of(row: CouponRow) -> Money | None:
    """What a used coupon took off its order."""
    if row.discount is None or row.order_currency is None:
        return None
    return Money(amount=row.discount, currency=row.order_currency)


async def coupons_of_members(
    context: Context,
    member_ids: Sequence[UUID],
    *,
    state: CouponState | None,
    first: int | None,
    after: str | None,
) -> list[CouponConnection | None]:
    """A page of coupons for each member, None for those whose coupons are not the viewer's."""
    window = NEWEST_FIRST.window(first, after)
    seen = [one for one in dict.fromkeys(member_ids) if context.sees_private(one)]
    now = await context.now()
    found = await store.of_members(
        context.services.platform.database,
        seen,
        state=state,
        before=window.after[0] if window.after else None,
        limit=window.limit,
        now=now,
    )
    pages: dict[UUID, CouponConnection] = {}
    for member_id, rows in zip(seen, found, strict=True):
        page = window.page(rows, key=lambda row: (row.id,)).map(lambda row: Coupon.of(row, now))
        pages[member_id] = CouponConnection.of(page, member_id, state)
    return [pages.get(one) for one in member_ids]


async def counts_of_members(
    context: Context, member_ids: list[UUID]
) -> list[dict[CouponState, int]]:
    """How many coupons of each state members have. The caller has checked who may know."""
    sql = context.services.platform.database
    found = await store.counts(sql, member_ids, await context.now())
    return [found[one] for one in member_ids]


async def templates_of_coupons(context: Context, ids: list[UUID]) -> list[CouponTemplate]:
    """The versions with these ids, which coupons name and which therefore exist."""
    found = await templates.by_ids(context.services.platform.database, ids)
    return [CouponTemplate.of(found[one]) for one in ids]


async def templates_by_key(context: Context, keys: list[str]) -> list[CouponTemplate | None]:
    """The newest version of each template, None for unknown keys."""
    services = context.services
    programme = await services.programmes.current(services.platform.database)
    known = programme.coupons
    return [CouponTemplate.of(known[key]) if key in known else None for key in keys]


async def template_nodes(context: Context, ids: list[GlobalId]) -> Sequence[CouponTemplate | None]:
    sql = context.services.platform.database
    found = await templates.by_ids(sql, [one.key for one in ids])
    return [CouponTemplate.of(found[one.key]) if one.key in found else None for one in ids]


async def coupon_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Coupon | None]:
    """For the member, admins and service accounts."""
    return await coupons_by_id(context, [one.key for one in ids])


async def coupons_by_id(context: Context, ids: list[UUID]) -> list[Coupon | None]:
    """The coupons with these ids; None for those that are unknown or not the viewer's."""
    found = await store.by_ids(context.services.platform.database, ids)
    now = await context.now()
    return [
        Coupon.of(found[one], now)
        if one in found and context.sees_private(found[one].member_id)
        else None
        for one in ids
    ]
