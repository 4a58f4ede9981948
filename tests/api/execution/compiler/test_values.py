"""Values and nulls: what is shown, what bubbles, and what is told about it."""

from __future__ import annotations

from enum import Enum
from typing import Any, NewType

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from tests.api.execution.compiler.both import both

Odd = NewType("Odd", int)


def write_odd(value: object) -> int | None:
    return value if isinstance(value, int) and value % 2 else None


@strawberry.enum
class Size(Enum):
    SMALL = "s"
    LARGE = strawberry.enum_value("l", name="BIG")


@strawberry.type
class Leafy:
    text: str = "text"
    maybe_text: str | None = "text"
    whole: int = 1
    real: float = 1.5
    yes: bool = True
    id: strawberry.ID = strawberry.ID("1")
    size: Size = Size.LARGE
    odd: Odd | None = Odd(1)
    texts: list[str] = strawberry.field(default_factory=lambda: ["a", "b"])
    grid: list[list[int] | None] | None = None


@strawberry.type
class Query:
    @strawberry.field
    def leafy(self) -> Leafy | None:
        return SHOWN[-1]

    @strawberry.field
    def leafies(self) -> list[Leafy]:
        return SHOWN

    @strawberry.field
    async def must(self) -> Leafy:
        return SHOWN[-1]


SHOWN: list[Any] = []
SCHEMA = strawberry.Schema(
    query=Query,
    config=StrawberryConfig(scalar_map={Odd: strawberry.scalar(name="Odd", serialize=write_odd)}),
)


@pytest.fixture(autouse=True)
def _emptied() -> None:
    SHOWN.clear()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("text", "买家秀", "买家秀"),
        ("text", 7, "7"),
        ("text", True, "true"),
        ("whole", 2**31 - 1, 2**31 - 1),
        ("whole", "12", 12),
        ("whole", True, 1),
        ("real", 3, 3),
        ("yes", 0, False),
        ("id", 12, "12"),
        ("size", Size.LARGE, "BIG"),
        ("size", "s", "SMALL"),
        ("odd", 3, 3),
        ("odd", None, None),
        ("maybe_text", None, None),
        ("texts", ("a",), ["a"]),
        ("grid", [[1], None, []], [[1], None, []]),
    ],
)
async def test_a_value_is_shown_as_its_type_has_it(
    field: str, value: object, expected: object
) -> None:
    SHOWN.append(Leafy(**{field: value}))  # type: ignore[arg-type]
    name = {"maybe_text": "maybeText"}.get(field, field)
    result = await both(SCHEMA, f"{{ leafy {{ {name} }} }}")
    assert result.errors is None
    assert result.data == {"leafy": {name: expected}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", None),
        ("text", {}),
        ("text", ValueError("instead of a value")),
        ("whole", 2**31),
        ("whole", 1.5),
        ("real", float("nan")),
        ("real", float("inf")),
        ("yes", "yes"),
        ("size", "other"),
        ("odd", 2),
        ("texts", None),
        ("texts", "text"),
        ("texts", 5),
        ("texts", ["a", None]),
        ("grid", [[1, None], [2, "x"], [3]]),
    ],
)
async def test_a_value_that_its_type_cannot_show_is_an_error_at_its_place(
    field: str, value: object
) -> None:
    SHOWN.append(Leafy(**{field: value}))  # type: ignore[arg-type]
    result = await both(SCHEMA, f"{{ leafy {{ {field} }} }}")
    assert result.errors


async def test_a_missing_attribute_is_an_error() -> None:
    SHOWN.append(object())
    result = await both(SCHEMA, "{ leafy { text maybeText } }")
    assert result.data == {"leafy": None}


async def test_whatever_has_the_attributes_will_do_for_an_object() -> None:
    class Row:
        text = "duck"

    SHOWN.extend([Row(), Row(), Leafy()])
    result = await both(SCHEMA, "{ leafies { text } }")
    assert result.data == {"leafies": [{"text": "duck"}, {"text": "duck"}, {"text": "text"}]}


async def test_the_first_null_of_a_list_takes_everything_up_to_the_root() -> None:
    SHOWN.extend([Leafy(), Leafy(text=None), Leafy(whole=None)])  # type: ignore[arg-type]
    result = await both(SCHEMA, "{ leafies { text whole } }")
    assert result.data is None
    assert [error.path for error in result.errors or ()] == [["leafies", 1, "text"]]


async def test_a_null_found_after_waiting_takes_its_siblings() -> None:
    SHOWN.append(None)
    result = await both(SCHEMA, "{ leafy { text } must { text } }")
    assert result.data is None


async def test_an_error_below_a_place_that_becomes_null_later_is_told_as_well() -> None:
    SHOWN.append(Leafy(maybe_text=ValueError("first"), text=None))  # type: ignore[arg-type]
    result = await both(SCHEMA, "{ leafy { maybeText text } }")
    paths = [error.path for error in result.errors or ()]
    assert paths == [["leafy", "maybeText"], ["leafy", "text"]]


async def test_one_exception_in_several_places_is_told_at_each() -> None:
    error = ValueError("the same")
    SHOWN.append(Leafy(grid=[[1], error, error, [error]]))  # type: ignore[list-item]
    result = await both(SCHEMA, "{ leafy { grid a: grid } }")
    assert result.data["leafy"]["a"] == [[1], None, None, None]
    assert len(result.errors or ()) == 6
