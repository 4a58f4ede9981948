"""`schema.graphql`: the schema as it is served, kept in the project and checked against it.

`python -m api.export` writes it. With `--check` nothing is written, and three things are checked:
the file is what is served; nothing that clients rely on (`contract.graphql`) is broken; every
element keeps the rules of `schema_rules`. What the contract has and no slice serves yet is listed
in `not_yet_served.txt`, which may only shrink.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from graphql import GraphQLSchema, find_breaking_changes, find_dangerous_changes
from graphql import build_schema as build
from graphql.utilities import BreakingChangeType, DangerousChangeType

from api import schema_rules
from api.schema import build_schema

ROOT: Final = Path(__file__).resolve().parent.parent
SCHEMA: Final = ROOT / "schema.graphql"
CONTRACT: Final = ROOT / "api" / "contract" / "contract.graphql"
NOT_YET: Final = ROOT / "api" / "contract" / "not_yet_served.txt"

# What a client need not send: the contract may be extended.
_ADDED: Final = {
    DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED,
    DangerousChangeType.OPTIONAL_ARG_ADDED,
}
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
    broken += [
        change.description
        for change in find_dangerous_changes(contract, served)
        if change.type not in _ADDED
    ]
    return sorted(absent), sorted(broken)


def problems() -> Iterator[str]:
    """Everything that is wrong with the schema, one line each."""
    printed = printed_schema()
    if not SCHEMA.exists() or SCHEMA.read_text("utf-8") != printed:
        yield "schema.graphql is not what is served: run `python -m api.export` and look at it"
    served = build(printed)
    yield from _broken_rules(served)
    absent, broken = breaks(build(CONTRACT.read_text("utf-8")), served)
    yield from (f"breaks clients: {line}" for line in broken)
    expected = NOT_YET.read_text("utf-8").splitlines()
    yield from (f"no longer served: {line}" for line in absent if line not in expected)
    yield from (f"is served now, strike it off: {line}" for line in expected if line not in absent)


def _broken_rules(served: GraphQLSchema) -> Iterator[str]:
    for name in schema_rules.undescribed(served):
        yield f"says nothing about itself: {name}"
    for name in schema_rules.unspecified(served):
        yield f"names no specification of its form (specified_by_url): {name}"
    for name in schema_rules.abandoned(served):
        yield f"deprecated without “Use `…` instead, since YYYY-MM-DD.”: {name}"


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
