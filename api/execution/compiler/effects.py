"""A mutation's effect: had once, whatever becomes of the code that completes what it gave.

Compiled code may find, in the middle of completing a value, that it must be written anew or that
only the interpreter can go on. For a query everything then starts again; a mutation must not have
its effect twice, so what its root field came to is kept and told again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from api.execution.compiler.core import Function, ResolveInfo, is_awaitable

_NOT_YET: Final = object()


class Effect:
    """What the one root field of a mutation came to: a value, or an exception."""

    __slots__ = ("_error", "_value")

    def __init__(self) -> None:
        self._value: object = _NOT_YET
        self._error: Exception | None = None

    @property
    def had(self) -> bool:
        return self._value is not _NOT_YET or self._error is not None

    async def have(self, resolve: Function, info: ResolveInfo, given: dict[str, Any]) -> object:
        """Calls the resolver, the first time. Raises: whatever it raised."""
        if not self.had:
            try:
                value = resolve(None, info, **given)
                self._value = await value if is_awaitable(value) else value
            except Exception as error:  # noqa: BLE001 - raised below, each time it is asked for
                self._error = error
        return self._again()

    def resolve(self, next_: Function, source: object, info: ResolveInfo, **given: Any) -> Any:  # noqa: ANN401 - any resolver's
        """As a middleware of the interpreter: tells the root field what there is already."""
        return self._again() if info.path.prev is None else next_(source, info, **given)

    def _again(self) -> object:
        if self._error is not None:
            raise self._error
        return self._value


def at_most_once(resolve: Function) -> Callable[..., object]:
    """A root field's resolver as compiled mutations call it: the root value is the effect."""

    def call(effect: Effect, info: ResolveInfo, **given: Any) -> object:  # noqa: ANN401
        return effect.have(resolve, info, given)

    return call
