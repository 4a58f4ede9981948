"""`schema.graphql`: the schema as it is served, kept in the project and checked against it.

`python -m api.export` writes it. With `--check` nothing is written, and three things are checked:
the file is what is served; nothing that clients rely on (`contract.graphql`) is broken; every
type, field and enum value is described. What the contract has and no slice serves yet is
listed in `not_yet_served.txt`, which may only shrink.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    find_breaking_changes,
    find_dangerous_changes,
    is_introspection_type,
    is_specified_scalar_type,
)
from graphql import (
    build_schema as build,
)
from graphql.utilities import BreakingChangeType

from api.schema import build_schema

ROOT: Final = Path(__file__).resolve().parent.parent
SCHEMA: Final = ROOT / "schema.graphql"
CONTRACT: Final = ROOT / "api" / "contract" / "contract.graphql"
NOT_YET: Final = ROOT / "api" / "contract" / "not_yet_served.txt"

_ABSENT: Final = {
    BreakingChangeType.TYPE_REMOVED,
    BreakingChangeType.FIELD_REMOVED,
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM,
    BreakingChangeType.ARG_REMOVED,
    BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED,
    BreakingChangeType.TYPE_REMOVED_FROM_UNION,
}


def printed_schema() -> str:
    """The served schema in SDL."""
    return build_schema().as_str().rstrip() + "\n"


def breaks(contract: GraphQLSchema, served: GraphQLSchema) -> tuple[list[str], list[str]]:
    """What of the contract is not served at all, and what is served incompatibly."""
    absent: list[str] = []
    broken: list[str] = []
    for change in find_breaking_changes(contract, served):
        (absent if change.type in _ABSENT else broken).append(change.description)
    broken += [change.description for change in find_dangerous_changes(contract, served)]
    return sorted(absent), sorted(broken)


def undescribed(served: GraphQLSchema) -> Iterator[str]:
    """Names of types, fields and enum values that say nothing about themselves."""
    for name, type_ in served.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        if not type_.description and name not in {"Query", "Mutation", "Subscription"}:
            yield name
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in type_.fields.items():
                if not field.description:
                    yield f"{name}.{field_name}"
        if isinstance(type_, GraphQLEnumType):
            for value_name, value in type_.values.items():
                if not value.description:
                    yield f"{name}.{value_name}"


def problems() -> Iterator[str]:
    """Everything that is wrong with the schema, one line each."""
    printed = printed_schema()
    if not SCHEMA.exists() or SCHEMA.read_text("utf-8") != printed:
        yield "schema.graphql is not what is served: run `python -m api.export` and look at it"
    served = build(printed)
    yield from (f"says nothing about itself: {name}" for name in undescribed(served))
    absent, broken = breaks(build(CONTRACT.read_text("utf-8")), served)
    yield from (f"breaks clients: {line}" for line in broken)
    expected = NOT_YET.read_text("utf-8").splitlines()
    yield from (f"no longer served: {line}" for line in absent if line not in expected)
    yield from (f"is served now, strike it off: {line}" for line in expected if line not in absent)


def main() -> int:
    if "--check" not in sys.argv:
        SCHEMA.write_text(printed_schema(), "utf-8")
        return 0
    found = list(problems())
    for line in found:
        sys.stderr.write(f"{line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
