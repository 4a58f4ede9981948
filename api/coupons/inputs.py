"""What is handed in about coupons."""

from __future__ import annotations

from decimal import Decimal

import strawberry

from api.coupons.enums import DiscountKind
from api.scalars import Long
from domain.coupons import Checkout
from domain.errors import Invalid, NotFound
from gamification.coupons.designing import TemplateDraft
from gamification.coupons.service import Entered, Receiver
from infra.ids import Kind, decode_key


@strawberry.input(
    description="A coupon template to add, or the next version of the one with this key. Its "
    "amounts are in the programme's currency."
)
class CouponTemplateInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    discount_kind: DiscountKind = strawberry.field(description="What its coupons do for an order.")
    discount: Decimal | None = strawberry.field(
        default=None,
        description="Amount for FIXED, percentage for PERCENT; left out for the others.",
    )
    minimum_spend: Decimal | None = strawberry.field(
        default=None, description="The least total of an order, which itself counts."
    )
    valid_days: int = strawberry.field(
        description="A coupon ends with the programme's day that lies so many days later."
    )
    stock: Long | None = strawberry.field(
        default=None,
        description="The most coupons of this key, over all versions; null for any number.",
    )

    def draft(self) -> TemplateDraft:
        return TemplateDraft(
            key=self.key,
            name=self.name,
            kind=self.discount_kind,
            discount=self.discount,
            minimum_spend=self.minimum_spend,
            valid_days=self.valid_days,
            stock=self.stock,
        )


@strawberry.input(description="A coupon that is entered at the checkout of an order.")
class UseCouponInput:
    code: str = strawberry.field(description="As the member entered it.")
    order_ref: str = strawberry.field(description="The shop's reference of the order.")
    order_total: Decimal = strawberry.field(description="What the order costs without the coupon.")
    currency: str = strawberry.field(description="ISO 4217; of the order.")
    customer_ref: str | None = strawberry.field(
        default=None,
        description="Who is at the checkout: then a coupon of somebody else is `NOT_FOUND`. "
        "Null: whoever has the code.",
    )

    def entered(self) -> Entered:
        return Entered(self.code, self.customer_ref)

    def checkout(self) -> Checkout:
        return Checkout(self.order_ref, self.order_total, self.currency)


@strawberry.input(description="A coupon whose order came to nothing before it was paid.")
class ReleaseCouponInput:
    code: str = strawberry.field(description="The coupon's code.")
    order_ref: str = strawberry.field(description="The order that it was used for.")


@strawberry.input(description="A coupon that is taken back from its member.")
class VoidCouponInput:
    coupon_id: strawberry.ID = strawberry.field(description="The `id` of the coupon.")


@strawberry.input(description="Who gets a coupon: exactly one of the two.")
class CouponReceiverInput:
    member_id: strawberry.ID | None = strawberry.field(
        default=None, description="The member's `id`."
    )
    customer_ref: str | None = strawberry.field(
        default=None, description="A customer number, or a verified e-mail or phone."
    )

    def receiver(self, place: int) -> Receiver:
        """Raises: Invalid, NotFound for an id of something else."""
        where = ("receivers", str(place))
        if (self.member_id is None) == (self.customer_ref is None):
            raise Invalid("coupon.receiver", field=where)
        if self.member_id is None:
            return Receiver(customer_ref=self.customer_ref)
        member_id = decode_key(self.member_id, Kind.MEMBER)
        if member_id is None:
            raise NotFound("member.not_found", field=where)
        return Receiver(member_id=member_id)


@strawberry.input(description="Coupons that the shop gives to members of its choice.")
class IssueCouponsInput:
    coupon_key: str = strawberry.field(description="The `key` of the coupon template.")
    receivers: list[CouponReceiverInput] = strawberry.field(
        description="Up to 1,000 members; whoever is named twice gets one coupon."
    )
    idempotency_key: str = strawberry.field(
        description="The same key again gives the same coupons and issues no more."
    )

    def members(self) -> list[Receiver]:
        """Raises: Invalid, NotFound."""
        return [one.receiver(place) for place, one in enumerate(self.receivers)]
