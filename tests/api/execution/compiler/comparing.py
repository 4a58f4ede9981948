"""What it means that two executions of a document are the same.

Compared to the letter: `data` with the order of its keys; errors of variables; and, where nothing
had to be waited for, the list of errors with message, path and locations.

Where there was something to wait for, the specification leaves open in which order fields are
resolved, and so which of several failures nulls a place that they share, and which failures below
it are told before. Errors are then compared by region, which is the place nearest to the root
where the data is null on an error's path. Both executions have the same regions; a region where
only its own field failed has the same errors; in any other, each error told is one of those that
the interpreter finds when it is told not to propagate errors.
"""

# ruff: noqa: ANN401 - data of any shape

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, GraphQLError

Told = tuple[str, str, str]
Region = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Executed:
    """What came of an operation: a result, or what is wrong with its variables."""

    data: Any
    errors: list[GraphQLError]
    started: bool

    @classmethod
    def of(cls, result: ExecutionResult | list[GraphQLError]) -> Executed:
        if isinstance(result, list):
            return cls(None, result, started=False)
        return cls(result.data, list(result.errors or ()), started=True)


def difference(
    compiled: Executed, interpreted: Executed, possible: Executed, *, waited: bool
) -> str | None:
    """What differs, in a line or two; None for nothing."""
    if compiled.started != interpreted.started:
        return f"started: {compiled.started} but {interpreted.started}"
    if _text(compiled.data) != _text(interpreted.data):
        return f"data: {_text(compiled.data)}\n but: {_text(interpreted.data)}"
    ours, theirs = ([_told(one) for one in side.errors] for side in (compiled, interpreted))
    if ours == theirs:
        return None
    if not waited or not compiled.started:
        return f"errors: {ours}\n   but: {theirs}"
    return _differing_region(compiled, interpreted, {_told(one) for one in possible.errors})


def _differing_region(compiled: Executed, interpreted: Executed, possible: set[Told]) -> str | None:
    ours, theirs = _regions(compiled), _regions(interpreted)
    if ours.keys() != theirs.keys():
        return f"regions: {ours}\n    but: {theirs}"
    for region, errors in ours.items():
        here = json.dumps(list(region))
        alone = all(path == here for _, path, _ in errors + theirs[region])
        if alone and Counter(errors) != Counter(theirs[region]):
            return f"errors at {here}: {errors}\n but: {theirs[region]}"
        invented = set(errors) - possible
        if invented:
            return f"errors below {here} that nothing raised: {invented}\n possible: {possible}"
    return None


def _regions(executed: Executed) -> dict[Region, list[Told]]:
    regions: defaultdict[Region, list[Told]] = defaultdict(list)
    for error in executed.errors:
        regions[_region(executed.data, error)].append(_told(error))
    return regions


def _region(data: Any, error: GraphQLError) -> Region:
    path: list[str | int] = []
    for key in error.path or ():
        if data is None:
            break
        data = data[key]
        path.append(key)
    if data is not None:
        raise AssertionError(f"an error where the data is not null: {error.formatted}")
    return tuple(path)


def _told(error: GraphQLError) -> Told:
    locations = [(at.line, at.column) for at in error.locations or ()]
    return error.message, json.dumps(error.path), repr(locations)


def _text(data: Any) -> str:
    return json.dumps(data, default=repr)
