"""Sums over the variables of an operation, made once for a document, worked out for each request.

A `Sum` is a number plus multiples of factors, which variables decide. What a factor multiplies
may itself depend on one; it then becomes a row of its own, worked out before. So whatever stands
in a fragment is worked out once, however often the fragment is spread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import Any, Final, Protocol, TypeAlias

from graphql import ValueNode

Variables: TypeAlias = Mapping[str, Any]
"""The variables of a request as they were sent, right or wrong."""

_MISSING: Final = object()
_SMALL: Final = {int, bool, type(None), object}
"""Classes of values that are worth remembering, `_MISSING` among them."""


class Factor(Protocol):
    """A number that one variable decides. Equal factors are the same number."""

    @property
    def variable(self) -> str: ...

    def of(self, value: object) -> int:
        """The number for a value as it was sent. Never raises."""
        ...

    def of_none(self) -> int:
        """The number where the variable was not sent and has no default."""
        ...

    def of_literal(self, node: ValueNode) -> int:
        """The number for the variable's default."""
        ...


_Key: TypeAlias = "tuple[Factor | None, int | None]"
_ONE: Final[_Key] = (None, None)


@dataclass(frozen=True, slots=True)
class Sum:
    """Integer multiples of (factor or one) × (row or one)."""

    terms: Mapping[_Key, int]

    @classmethod
    def number(cls, value: int) -> Sum:
        return cls({_ONE: value} if value else {})

    @property
    def constant(self) -> int | None:
        """Its value, unless variables decide."""
        return self.terms.get(_ONE, 0) if self.terms.keys() <= {_ONE} else None

    def plus(self, other: Sum) -> Sum:
        terms = dict(self.terms)
        for key, count in other.terms.items():
            terms[key] = terms.get(key, 0) + count
        return Sum(terms)

    def scaled(self, by: int) -> Sum:
        return Sum({key: count * by for key, count in self.terms.items()} if by else {})


@dataclass(slots=True)
class Rows:
    """Sums that others refer to, each only to earlier ones."""

    sums: list[Sum] = field(default_factory=list[Sum])

    def shared(self, total: Sum) -> Sum:
        """The same in one term, for whoever uses it many times."""
        if len(total.terms) <= 1:
            return total
        self.sums.append(total)
        return Sum({(None, len(self.sums) - 1): 1})

    def times(self, total: Sum, by: Factor | int) -> Sum:
        """A sum multiplied."""
        if isinstance(by, int):
            return total.scaled(by)
        if any(factor is not None for factor, _ in total.terms):
            self.sums.append(total)
            return Sum({(by, len(self.sums) - 1): 1})
        return Sum({(by, row): count for (_, row), count in total.terms.items()})


_Row: TypeAlias = tuple[tuple[int, int, int], ...]


class Formula:
    """A sum ready to be worked out: `defaults` are the factors' numbers for absent variables."""

    __slots__ = ("_factors", "_last", "_names", "_rows", "constant")

    def __init__(self, total: Sum, rows: Sequence[Sum], defaults: Mapping[Factor, int]) -> None:
        self.constant = total.constant
        sums = _needed(total, rows) if self.constant is None else {}
        used = {factor: None for one in sums.values() for factor, _ in one.terms if factor}
        self._names = [factor.variable for factor in used]
        self._factors = [(factor, defaults.get(factor, factor.of_none())) for factor in used]
        # Number 0 of both is one itself.
        factors = {None: 0} | {factor: number for number, factor in enumerate(used, start=1)}
        places = {None: 0} | {row: number for number, row in enumerate(sums, start=1)}
        self._rows: list[_Row] = [
            tuple((count, factors[factor], places[row]) for (factor, row), count in terms.items())
            for terms in (one.terms for one in sums.values())
        ]
        self._last: tuple[list[object], int] = ([], 0)

    def of(self, variables: Variables) -> int:
        """The value for these variables. Never raises, whatever they are."""
        if self.constant is not None:
            return self.constant
        values = [variables.get(name, _MISSING) for name in self._names]
        last, total = self._last  # most clients send the same page sizes, most of the time
        if last and all(map(is_, values, last)):
            return total
        total = self._worked_out(values)
        if all(value.__class__ in _SMALL for value in values):
            self._last = (values, total)
        return total

    def _worked_out(self, values: list[object]) -> int:
        factors = [1]
        for (factor, absent), value in zip(self._factors, values, strict=True):
            factors.append(absent if value is _MISSING else factor.of(value))
        rows = [1]
        for terms in self._rows:
            rows.append(sum(count * factors[by] * rows[row] for count, by, row in terms))
        return rows[-1]


def _needed(total: Sum, rows: Sequence[Sum]) -> dict[int, Sum]:
    """The total, last, and before it the rows that it refers to, by their numbers."""
    needed = {len(rows): total}
    for number in range(len(rows), -1, -1):
        if number in needed:
            needed |= {row: rows[row] for _, row in needed[number].terms if row is not None}
    return dict(sorted(needed.items()))
