"""Strawberry's field decorators with types that checkers can follow; a description is a must."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TypeAlias, cast

import strawberry
from strawberry.types.field import StrawberryField

from api.execution.scope import READS_VIEWER, SCOPE, STATE, Scope

Resolver: TypeAlias = Callable[[Callable[..., object]], StrawberryField]
Source: TypeAlias = Callable[[Callable[..., AsyncIterator[object]]], StrawberryField]


def field(
    *,
    description: str,
    name: str | None = None,
    deprecation_reason: str | None = None,
    reads_viewer: bool = False,
) -> Resolver:
    """A field that a method resolves, plain or async.

    `reads_viewer`: its value depends on who asks, so subscribers must not share it.
    """
    made = strawberry.field(
        name=name,
        description=description,
        deprecation_reason=deprecation_reason,
        metadata={READS_VIEWER: True} if reads_viewer else None,
    )
    return cast("Resolver", made)


def subscription(
    *,
    description: str,
    name: str | None = None,
    deprecation_reason: str | None = None,
    scope: Scope = Scope.VIEWER,
    state: bool = False,
) -> Source:
    """A field of the subscription type: an async generator of its events.

    `scope=Scope.PUBLIC`: its events are the same for everybody, so its subscribers share one
    generator, whose context has no viewer. A subscriber who comes later gets the next event, or,
    with `state`, first of all the first event of a generator of their own.
    `state`: each event tells everything there is to know, the first one at once. A subscriber who
    reads slowly is spared those that a newer one has overtaken.
    """
    made = strawberry.subscription(
        name=name,
        description=description,
        deprecation_reason=deprecation_reason,
        metadata={SCOPE: scope, STATE: state},
    )
    return cast("Source", made)
