"""`value`: how small immutable values are declared, of which the engine makes thousands a second.

To type checkers it is `dataclass(frozen=True, slots=True)`: assigning to a field is an error that
`make types` finds. At run time nothing stands in the way of it, because a frozen dataclass takes
three times as long to make (it sets every field through `object.__setattr__`), and a firehose of
orders makes a dozen values for each. Equality and hash are those of a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, dataclass_transform

if TYPE_CHECKING:
    T = TypeVar("T")

    @dataclass_transform(frozen_default=True)
    def value(cls: type[T]) -> type[T]: ...

else:
    value = dataclass(slots=True, unsafe_hash=True)
