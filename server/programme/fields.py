"""What a field of the programme file may say, both ways: from the file's tree and to its text.

A kind reads a node to the value that the domain has, or leaves a fault where it stands; whether
the value makes sense is asked later, of the same checks that the API asks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from domain.programme_document import Value
from server.programme.faults import Fault, Path, Place
from server.programme.tree import List, Map, Node, Text

_YES_NO: Final = {"true": True, "false": False}
_LONGEST_NUMBER: Final = 40
_SHOWN: Final = 60

REQUIRED: Final = object()
"""In place of a default: the field has to be there."""


@dataclass(slots=True)
class Reading:
    """Collects the faults of a file, and where each of its fields stands."""

    faults: list[Fault] = field(default_factory=list[Fault])
    places: dict[Path, Place] = field(default_factory=dict[Path, Place])

    def refuse(self, path: Path, place: Place, reason: str, **params: object) -> None:
        self.faults.append(Fault(path, place, reason, params))


class Kind(ABC):
    """What a field may say."""

    @abstractmethod
    def read(self, node: Node, path: Path, reading: Reading) -> Any:  # noqa: ANN401 - the draft's own
        """The value of the draft; None, and a fault, for what cannot be one."""

    def value(self, stored: Any) -> Value:  # noqa: ANN401
        """The value of a draft as the document has it."""
        return stored  # type: ignore[no-any-return]


class _OfText(Kind):
    """What is written as one text."""

    reason: str

    def read(self, node: Node, path: Path, reading: Reading) -> Any:  # noqa: ANN401
        if not isinstance(node, Text):
            reading.refuse(path, node.place, self.reason, **self._params())
            return None
        found = self._of(node.text)
        if found is None:
            reading.refuse(path, node.place, self.reason, **self._params())
        return found

    @abstractmethod
    def _of(self, text: str) -> Value: ...

    def _params(self) -> Mapping[str, object]:
        return {}


class Words(_OfText):
    """Any text."""

    reason = "programme_file.text"

    def _of(self, text: str) -> str:
        return text


class Whole(_OfText):
    """An integer."""

    reason = "programme_file.whole"

    def _of(self, text: str) -> int | None:
        exact = _number(text)
        return None if exact is None or "." in text else int(exact)


class Exact(_OfText):
    """A decimal number, of which no digit is lost."""

    reason = "programme_file.number"

    def _of(self, text: str) -> Decimal | None:
        return _number(text)

    def value(self, stored: Any) -> Value:  # noqa: ANN401
        if stored is None:
            return None
        exact: Decimal = stored.normalize()
        return exact or Decimal(0)  # 0, not 0E+2


class YesNo(_OfText):
    reason = "programme_file.yes_no"

    def _of(self, text: str) -> bool | None:
        return _YES_NO.get(text)


class Moment(_OfText):
    """A time with its distance from UTC."""

    reason = "programme_file.moment"

    def _of(self, text: str) -> datetime | None:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
        return None if found.tzinfo is None else found


class OneOf(_OfText):
    """A value of an enum of the contract."""

    reason = "programme_file.choice"

    def __init__(self, choices: type[StrEnum]) -> None:
        self._choices = choices

    def _of(self, text: str) -> StrEnum | None:
        return self._choices(text) if text in set(self._choices) else None

    def _params(self) -> Mapping[str, object]:
        return {"choices": ", ".join(self._choices)}

    def value(self, stored: Any) -> Value:  # noqa: ANN401
        return str(stored.value)


class ManyWords(Kind):
    """A list of texts, or one text."""

    def read(self, node: Node, path: Path, reading: Reading) -> tuple[str, ...]:
        if isinstance(node, Text):
            return (node.text,)
        if isinstance(node, List):
            texts = tuple(one.text for one in node.items if isinstance(one, Text))
            if len(texts) == len(node.items):
                return texts
        reading.refuse(path, node.place, "programme_file.texts")
        return ()


class ManyWholes(Kind):
    """A list of integers, or one integer."""

    def read(self, node: Node, path: Path, reading: Reading) -> tuple[int, ...]:
        if isinstance(node, Text):
            nodes: tuple[Node, ...] = (node,)
        elif isinstance(node, List):
            nodes = tuple(node.items)
        else:
            reading.refuse(path, node.place, "programme_file.wholes")
            return ()
        found = [Whole().read(one, (*path, str(n)), reading) for n, one in enumerate(nodes)]
        return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class Field:
    """`name` in the file is that of the contract's input; `attribute` is the draft's, which may be
    an attribute's attribute: `terms.period_days`.
    """

    name: str
    attribute: str
    kind: Kind
    default: Any = None


@dataclass(frozen=True)
class Shape(Kind):
    """A mapping with these fields, which `build` makes a value of the domain from."""

    build: Callable[..., Any]
    fields: tuple[Field, ...]

    def read(self, node: Node, path: Path, reading: Reading) -> Any:  # noqa: ANN401
        given = self.given(node, path, reading)
        return None if given is None else self.build(**given)

    def given(self, node: Node, path: Path, reading: Reading) -> dict[str, Any] | None:
        """What the mapping says, by the draft's attributes; None, and faults, where it cannot."""
        if not isinstance(node, Map):
            reading.refuse(path, node.place, "programme_file.mapping")
            return None
        before = len(reading.faults)
        reading.places.update(((*path, name), place) for name, place in node.keys.items())
        self._refuse_unknown(node, path, reading)
        given = {one.attribute: self._field(one, node, path, reading) for one in self.fields}
        return given if len(reading.faults) == before else None

    def _refuse_unknown(self, node: Map, path: Path, reading: Reading) -> None:
        known = {one.name for one in self.fields}
        for name, place in node.keys.items():
            if name not in known:
                reading.refuse(
                    (*path, name), place, "programme_file.unknown_field", name=name[:_SHOWN],
                    known=", ".join(one.name for one in self.fields),
                )  # fmt: skip

    def _field(self, one: Field, node: Map, path: Path, reading: Reading) -> Any:  # noqa: ANN401
        found = node.items.get(one.name)
        if found is None or (isinstance(found, Text) and found.missing):
            if one.default is REQUIRED:
                place = node.keys.get(one.name, node.place)
                reading.refuse((*path, one.name), place, "programme_file.missing", name=one.name)
            return one.default
        reading.places.setdefault((*path, one.name), found.place)
        return one.kind.read(found, (*path, one.name), reading)

    def value(self, stored: Any) -> dict[str, Value]:  # noqa: ANN401
        """The fields of a draft that do not have their defaults, in this order."""
        return {
            one.name: one.kind.value(found)
            for one in self.fields
            if (found := attrgetter(one.attribute)(stored)) != one.default
        }


class ListOf(Kind):
    """A list of mappings of one shape."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape

    def read(self, node: Node, path: Path, reading: Reading) -> tuple[Any, ...]:
        if not isinstance(node, List):
            reading.refuse(path, node.place, "programme_file.list")
            return ()
        return tuple(
            self._shape.read(one, (*path, str(place)), reading)
            for place, one in enumerate(node.items)
        )

    def value(self, stored: Any) -> Value:  # noqa: ANN401
        return tuple(self._shape.value(one) for one in stored)


def _number(text: str) -> Decimal | None:
    """`-1.50`, written as people write numbers: without exponent, infinity and underscores."""
    digits = text.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(text) <= _LONGEST_NUMBER):
        return None
    return None if text.endswith(".") or text.removeprefix("-").startswith(".") else Decimal(text)
