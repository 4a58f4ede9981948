"""What resolvers are told about the field they resolve, worked out only as far as they ask."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import strawberry
from strawberry.types.field import StrawberryField

from api.execution.compiler.core import ResolveInfo
from api.execution.compiler.positions import Anchor, Indices
from api.execution.context import Context

if TYPE_CHECKING:
    from api.execution.compiler.plan import Field
    from api.execution.compiler.running import Run


class FieldInfo(strawberry.Info[Context, None]):
    """Strawberry's Info, whose raw counterpart is built when it is first needed."""

    if not TYPE_CHECKING:
        # A slot in place of the property: most resolvers want only this.
        __slots__ = ("_anchor", "_indices", "_place", "_run", "context")

    def __init__(self, run: Run, place: Field, indices: Indices, anchor: Anchor) -> None:
        # Not the parent's: its two fields are the properties below.
        self.context = run.context  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
        self._run = run
        self._place = place
        self._indices = indices
        self._anchor = anchor

    @cached_property
    def _raw_info(self) -> ResolveInfo:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return self._place.resolve_info(self._run, self._indices, self._anchor)

    @property
    def _field(self) -> StrawberryField:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return self._place.strawberry
