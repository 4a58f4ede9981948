"""How much an expression may do, judged before it ever runs.

The runtime stops by itself after 10,000 iterations, but has no limit on time or memory: text
can be doubled over and over, and `map` and `filter` copy their list for every element. So each
part of an expression gets an upper bound of its size, and three sums must stay in bounds:

- iterations, taking a list from the attributes (or from `split`) as 50 long: two nested loops
  over an order's items pass, three do not. A larger order may still run into the runtime's
  limit, which fails that one activity;
- weight, the characters and elements of any one value: at most 16 million, where all attributes
  together weigh 64 Ki;
- cost, in characters or elements read or copied, with lists from the attributes at their worst
  length of 1,000: at most 100 million. The worst expressions that pass hold the process for about
  0.4 s on 1,000 items, and for microseconds on ordinary orders.

A part of a list is taken to weigh the average of its elements, which keeps sums over all
elements right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.expressions import ExpressionFault, ExpressionRefused, FaultCode
from gamification.expressions.binding import LONGEST_LIST
from gamification.expressions.faults import position_at
from gamification.expressions.syntax_tree import Kind, Node, SyntaxTree

MOST_ITERATIONS: Final = 10_000  # as in the runtime
MOST_WEIGHT: Final = 16_000_000
MOST_COST: Final = 100_000_000
USUAL_LIST: Final = 50
ATTRIBUTES_WEIGHT: Final = 65_536  # limit of intake
_TEXT_WEIGHT: Final = 200  # longest type, source, tier key, customerRef
_NUMBER_TEXT: Final = 32  # string(), of anything that is no text
_COPY_COST: Final = 14  # of one list element, measured against reading a character
_ELEMENT_COST: Final = 2  # of comparing one, measured likewise
_FORMAT_WIDTH: Final = 200  # `%.1000f`, the widest clause, per character that it takes to write

_COMPARISONS: Final = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"})
_CHEAP: Final = frozenset({"_&&_", "_||_", "!_", "-_", "_-_", "_*_", "_/_", "_%_"})
_READING: Final = frozenset(
    {"@in", "_in_", "size", "contains", "startsWith", "endsWith", "matches", "indexOf"}
    | {"lastIndexOf", "int", "uint", "double", "bool", "timestamp", "duration", "type"}
    | {"@not_strictly_false"}
)
_SINGLE: Final = _COMPARISONS | _CHEAP | _READING  # give a number, a bool or a time


@dataclass(frozen=True, slots=True)
class _Size:
    """`length`: usual number of elements; `longest`: of any list inside, at worst."""

    length: float = 1
    longest: float = 0
    weight: float = 1

    def part(self, weight: float | None = None) -> _Size:
        return _Size(
            min(USUAL_LIST, self.longest), self.longest, self.weight if weight is None else weight
        )


@dataclass(frozen=True, slots=True)
class _Runs:
    """How often a part is run: usually and at worst."""

    usual: float = 1
    most: float = 1


_SCALAR: Final = _Size()
_Scope = Mapping[str, _Size]


def check_budget(tree: SyntaxTree, source: str) -> None:
    """Raises: ExpressionRefused, at the part that goes over."""
    _Estimate(source).size(tree.root, {}, _Runs())


class _Estimate:
    def __init__(self, source: str) -> None:
        self._source = source
        self._cost = 0.0
        self._iterations = 0.0

    def size(self, node: Node, scope: _Scope, runs: _Runs) -> _Size:
        match node.kind:
            case Kind.CONSTANT:
                size = _Size(weight=node.size)
            case Kind.NAME:
                size = scope.get(node.name) or _variable(node.name)
            case Kind.LOOP:
                size = self._loop(node, scope, runs)
            case _:
                parts = [self.size(child, scope, runs) for child in node.children]
                size = self._composed(node, parts, runs)
        if size.weight > MOST_WEIGHT:
            raise self._over(node, "this value may grow far beyond the activity it is made of")
        return size

    def _composed(self, node: Node, parts: list[_Size], runs: _Runs) -> _Size:
        match node.kind:
            case Kind.HAS:
                return _SCALAR
            case Kind.SELECT:
                return parts[0].part()
            case Kind.LIST:
                longest = max((len(parts), *(part.longest for part in parts)))
                return _Size(len(parts), longest, len(parts) + sum(part.weight for part in parts))
            case _:
                self._spend(node, runs.most * _reads(node, parts))
                return _result(node, parts)

    def _loop(self, node: Node, scope: _Scope, runs: _Runs) -> _Size:
        over, start, step = node.children
        found = self.size(over, scope, runs)
        self._iterations += runs.usual * found.length
        if self._iterations > MOST_ITERATIONS:
            hint = f"loops within loops: more than {MOST_ITERATIONS:,} iterations"
            raise self._over(node, hint)
        most = min(MOST_ITERATIONS, runs.most * found.longest)
        inner = {
            **scope,
            "@result": _Size(0, 0, 0),
            node.name: found.part(found.weight / max(1, found.length)),
        }
        body = self.size(step, inner, _Runs(runs.usual * found.length, most))
        if start.kind is not Kind.LIST:  # exists, all, exists_one
            return _SCALAR
        if found.longest > LONGEST_LIST:
            hint = "map and filter take lists of at most 1,000; give split() a limit"
            raise self._over(node, hint)
        self._spend(node, most * found.longest / 2 * _COPY_COST)
        longest = max(found.longest, body.longest)
        return _Size(found.length, longest, found.length * body.weight)

    def _spend(self, node: Node, cost: float) -> None:
        self._cost += cost
        if self._cost > MOST_COST:
            raise self._over(node, "too much work on an order of 1,000 items")

    def _over(self, node: Node, hint: str) -> ExpressionRefused:
        place = position_at(self._source, node.offset)
        return ExpressionRefused(ExpressionFault(place, FaultCode.OVER_BUDGET, hint))


def _variable(name: str) -> _Size:
    if name == "activity.attributes":
        return _Size(USUAL_LIST, LONGEST_LIST, ATTRIBUTES_WEIGHT)
    return _Size(weight=_TEXT_WEIGHT)


def _reads(node: Node, parts: list[_Size]) -> float:
    """How many characters and elements a call looks at."""
    if node.name in _COMPARISONS:  # unlike sizes differ at once
        factor = _ELEMENT_COST if all(part.longest for part in parts) else 1
        return factor * min(part.weight for part in parts)
    if node.name in _CHEAP or node.name in {"_?_:_", "_[_]"}:
        return 1
    if node.children and node.children[0].name == "@result":
        return 1  # map and filter appending: the loop has paid for it
    return sum(part.weight for part in parts)


def _result(node: Node, parts: list[_Size]) -> _Size:
    if node.name in _SINGLE or node.name.startswith(("math.", "get")):
        return _SCALAR
    weight = sum(part.weight for part in parts)
    match node.name:
        case "_?_:_":
            return _largest(parts[1:])
        case "_[_]":
            return parts[0].part()
        case "_+_":
            length = sum(part.length for part in parts)
            return _Size(length, sum(part.longest for part in parts), weight)
        case "split":
            return _split(node.children[-1].constant, weight)
        case _:
            return _Size(weight=_grown(node.name, parts, weight))


def _split(limit: object, weight: float) -> _Size:
    longest = limit if isinstance(limit, int) and limit >= 0 else weight  # a negative one is none
    return _Size(min(longest, USUAL_LIST), longest, weight)


def _grown(function: str, parts: list[_Size], weight: float) -> float:
    """The longest text that a function can make of its operands."""
    match function:
        case "replace":
            return weight + parts[0].weight * parts[2].weight
        case "join":
            return weight + parts[0].longest * weight
        case "format":
            return weight + parts[0].weight * _FORMAT_WIDTH
        case "bytes" | "strings.quote":
            return 4 * weight
        case _:
            return weight + _NUMBER_TEXT


def _largest(parts: list[_Size]) -> _Size:
    return _Size(
        max(part.length for part in parts),
        max(part.longest for part in parts),
        max(part.weight for part in parts),
    )
