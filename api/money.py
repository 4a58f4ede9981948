"""Money as clients see it."""

from __future__ import annotations

from decimal import Decimal

import strawberry


@strawberry.type(description="An amount of money.")
class Money:
    amount: Decimal = strawberry.field(description="Exact, in the currency's main unit.")
    currency: str = strawberry.field(description="ISO 4217.")
