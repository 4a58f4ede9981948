"""Strawberry's field decorators with types that checkers can follow; a description is a must."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TypeAlias, cast

import strawberry
from strawberry.types.field import StrawberryField

Resolver: TypeAlias = Callable[[Callable[..., object]], StrawberryField]
Source: TypeAlias = Callable[[Callable[..., AsyncIterator[object]]], StrawberryField]


def field(
    *, description: str, name: str | None = None, deprecation_reason: str | None = None
) -> Resolver:
    """A field that a method resolves, plain or async."""
    made = strawberry.field(
        name=name, description=description, deprecation_reason=deprecation_reason
    )
    return cast("Resolver", made)


def subscription(
    *, description: str, name: str | None = None, deprecation_reason: str | None = None
) -> Source:
    """A field of the subscription type: an async generator of its states."""
    made = strawberry.subscription(
        name=name, description=description, deprecation_reason=deprecation_reason
    )
    return cast("Source", made)
