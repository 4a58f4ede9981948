"""Benefits of tiers and paid memberships, as clients see them and designers write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from domain import benefits

if TYPE_CHECKING:
    from collections.abc import Sequence


@strawberry.type(description="What a tier or a paid membership gives beside points.")
class Benefit:
    key: str = strawberry.field(description="What the shop's systems know it by.")
    name: str = strawberry.field(description="What members read.")
    description: str = strawberry.field(description="A sentence about it; may be empty.")

    @classmethod
    def of(cls, benefit: benefits.Benefit) -> Benefit:
        return cls(key=benefit.key, name=benefit.name, description=benefit.description)


@strawberry.input(description="A benefit of a tier or a paid membership.")
class BenefitInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    description: str = strawberry.field(description="A sentence about it; may be empty.")


def benefits_of(given: Sequence[BenefitInput] | None) -> tuple[benefits.Benefit, ...] | None:
    """The benefits as handed in; None where they were left out."""
    if given is None:
        return None
    return tuple(benefits.Benefit(one.key, one.name, one.description) for one in given)
