"""Mutations that answer refusals: `userErrors` for whatever a person can correct.

    @mutation(description="Takes a correction into the books.")
    async def adjust_points(self, info: Info, input: AdjustPointsInput) -> PointsEntryPayload: ...

The resolver raises what the service raises. A `Refused` becomes the payload with its other fields
empty; everything else is a top-level error. The field itself is nullable, as the contract has it,
so that one failing mutation never blanks the others of its document. Its argument `input` is
described by its type: what a `TierInput` is, is what `saveTier` takes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias, cast

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.field import StrawberryField

from api.enums import RefusalCode
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.scalars import Long
from api.staff_acts import KEEP_THEIR_OWN, act_of
from domain.errors import Refused
from infra import acting

UserErrorCode: TypeAlias = RefusalCode


@strawberry.type(
    description="Something the person can correct. `field` is the path inside the mutation's "
    "input, `message` is in the request's language."
)
class UserError:
    code: UserErrorCode = strawberry.field(description="What kind of correction it asks for.")
    message: str = strawberry.field(description="A sentence in the request's language.")
    field: list[str] | None = strawberry.field(
        description="Where in the mutation's input the culprit is; null for the whole."
    )


@strawberry.type
class Payload:
    """What every mutation's payload extends; not a type of the schema itself."""

    user_errors: list[UserError] = strawberry.field(
        default_factory=list[UserError],
        description="What the person can correct; empty when the mutation did what was asked.",
        metadata=expected(1).metadata,
    )


_NOTHING: Final[dict[object, object]] = {bool: False, int: 0, Long: 0}


Mutation: TypeAlias = Callable[..., Awaitable[Payload]]


def user_error(context: Context, refused: Refused) -> UserError:
    """A refusal in the reader's language."""
    return UserError(
        code=refused.code,
        message=context.say(refused.reason, **refused.params),
        field=None if refused.field is None else list(refused.field),
    )


def mutation(
    *, description: str, name: str | None = None, deprecation_reason: str | None = None
) -> Callable[[Mutation], StrawberryField]:
    """`strawberry.mutation` whose refusals become the payload's `userErrors`."""
    made = strawberry.mutation(
        name=name,
        description=description,
        deprecation_reason=deprecation_reason,
        extensions=[Refusals(), _InputDescription()],
    )
    return cast("Callable[[Mutation], StrawberryField]", made)


class Refusals(FieldExtension):
    """Turns `Refused` into the payload of its field, which it also makes nullable."""

    def __init__(self) -> None:
        self._empty: Callable[[], Payload] | None = None

    def apply(self, field: StrawberryField) -> None:
        if self._empty is None:  # a field meets each schema that it is part of
            self._empty = _emptiness_of(field.type)
            field.type = StrawberryOptional(field.type)

    async def resolve_async(
        self,
        next_: Callable[..., Awaitable[Any]],
        source: Any,  # noqa: ANN401 - whatever the root value is
        info: Info,
        **kwargs: Any,  # noqa: ANN401 - the resolver's own arguments
    ) -> object:
        try:
            return await _written_down(next_, source, info, kwargs)
        except Refused as refused:
            if self._empty is None:
                raise
            payload = self._empty()
            payload.user_errors = [user_error(info.context, refused)]
            return payload


async def _written_down(
    next_: Callable[..., Awaitable[Any]],
    source: Any,  # noqa: ANN401
    info: Info,
    kwargs: dict[str, Any],
) -> object:
    """Does it; if it takes somebody of the staff, it is in the log of what they did."""
    with acting.doing(act_of(info.field_name, kwargs.get("input"))) as act:
        done = await next_(source, info, **kwargs)
        if act.actor_id is not None and info.field_name not in KEEP_THEIR_OWN:
            await acting.write_alone(info.context.services.platform.database, act)
        return done


class _InputDescription(FieldExtension):
    """Describes the argument `input` by what its type says of itself."""

    def apply(self, field: StrawberryField) -> None:
        for argument in field.arguments:
            definition = get_object_definition(argument.type)
            if definition is not None and definition.is_input:
                argument.description = argument.description or definition.description


def _emptiness_of(payload: object) -> Callable[[], Payload]:
    """A maker of payloads that say nothing, found when the schema is built.

    Raises: TypeError for what is no payload, or has a field without an obvious nothing.
    """
    if not (isinstance(payload, type) and issubclass(payload, Payload)):
        raise TypeError(f"{payload} does not extend Payload")
    nothing: dict[str, Callable[[], Any]] = {
        field.python_name: _nothing_of(field)
        for field in get_object_definition(payload, strict=True).fields
        if field.init and field.python_name != "user_errors"
    }
    return lambda: payload(**{name: make() for name, make in nothing.items()})


def _nothing_of(field: StrawberryField) -> Callable[[], object]:
    if isinstance(field.type, StrawberryOptional):
        return lambda: None
    if isinstance(field.type, StrawberryList):
        return list
    if field.type in _NOTHING:
        return lambda: _NOTHING[field.type]
    raise TypeError(f"{field.python_name} needs a value even when the mutation is refused")
