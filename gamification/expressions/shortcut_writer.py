"""Writes the function of a shortcut, statement by statement, from a checked expression."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from gamification.expressions.binding import MONEY
from gamification.expressions.syntax_tree import Constant, Kind, Node

EXACT: Final = 1 << 53
"""Up to here whole numbers and doubles compare alike in any arithmetic."""


class Unknown(Exception):
    """A part of an expression that only the runtime knows."""


@dataclass(frozen=True, slots=True)
class _Operand:
    """A value in the function: Python that has it at no cost, and what is known of it."""

    text: str
    type: type | None = None
    constant: Constant | None = None


_FACTS: Final = {
    "activity.type": _Operand("bound.activity.type", str),
    "activity.source": _Operand("bound.activity.source", str),
    "activity.attributes": _Operand("bound.activity.attributes"),
    "member.tier": _Operand("bound.member.tier", str),
    "member.tierLevel": _Operand("bound.member.tier_level", int),
    "member.orderCount": _Operand("bound.member.order_count", int),
    "member.segment": _Operand("bound.member.segment", str),
    "member.customerRef": _Operand("bound.member.customer_ref", str),
}
_EQUALITY: Final = {"_==_": "==", "_!=_": "!="}
_ORDER: Final = {"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">="}
_LOGIC: Final = {"_&&_": False, "_||_": True}  # the operand that settles it
_ARITHMETIC: Final = {"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/"}
_OF_TEXTS: Final = {
    "startsWith": "{0}.startswith({1})",
    "endsWith": "{0}.endswith({1})",
    "contains": "{1} in {0}",
}
_NUMBERS: Final = (int, float)


class Writer:
    """The body of one function, written in the order in which it runs."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 1
        self._count = 0
        self._element: tuple[str, str] | None = None  # in a loop: its variable, and ours

    def function(self, result: _Operand) -> str:
        return "\n".join(["def shortcut(bound):", *self._lines, f" return {result.text}"])

    def value(self, node: Node) -> _Operand:
        match node.kind:
            case Kind.CONSTANT:
                return _constant(node.constant)
            case Kind.NAME:
                return self._name(node.name)
            case Kind.SELECT:
                return self._select(self._owner(node), node.name)
            case Kind.HAS:
                return self._keep(f"{node.name!r} in {self._owner(node)}", bool)
            case Kind.LOOP:
                return self._any_or_all(node)
            case Kind.CALL:
                return self._call(node)
            case _:
                raise Unknown

    def _write(self, line: str) -> None:
        self._lines.append(" " * self._depth + line)

    def _ask_if(self, condition: str) -> None:
        """Ends the function: the runtime has to be asked."""
        self._write(f"if {condition}: return None")

    def _keep(self, expression: str, type_: type | None = None) -> _Operand:
        self._count += 1
        self._write(f"v{self._count} = {expression}")
        return _Operand(f"v{self._count}", type_)

    @contextmanager
    def _under(self, head: str) -> Iterator[None]:
        self._write(head)
        self._depth += 1
        yield
        self._depth -= 1

    def _name(self, name: str) -> _Operand:
        if self._element and self._element[0] == name:
            found = _Operand(self._element[1])
            self._in_64_bits(found)
            return found
        if name not in _FACTS:
            raise Unknown
        return _FACTS[name]

    def _owner(self, node: Node) -> str:
        owner = self._keep(self.value(node.children[0]).text)
        self._ask_if(f"{owner.text}.__class__ is not dict")
        return owner.text

    def _select(self, owner: str, name: str) -> _Operand:
        found = self._keep(f"{owner}.get({name!r})")  # null is nothing that is known here
        if name in MONEY:
            self._write(f"if {found.text}.__class__ is str: {found.text} = money({found.text})")
        self._in_64_bits(found)
        return found

    def _in_64_bits(self, found: _Operand) -> None:
        text = found.text
        self._ask_if(f"{text}.__class__ is int and not -INT64 <= {text} < INT64")

    def _any_or_all(self, node: Node) -> _Operand:
        """`exists` and `all`; what they find settles them, whatever the elements after it are."""
        over, start, step = node.children
        sought = _LOGIC.get(step.name)
        loops = sought is not None and start.constant is (not sought)
        if self._element or not loops or step.children[0].name != "@result":
            raise Unknown
        elements = self._keep(self.value(over).text).text
        self._ask_if(f"{elements}.__class__ is not list or len({elements}) > LONGEST")
        answer = self._keep(repr(not sought), bool)
        self._element = (node.name, f"element{self._count}")
        with self._under(f"for {self._element[1]} in {elements}:"):
            found = self._truth(step.children[1])
            self._write(f"if {found} is {sought}: {answer.text} = {sought}; break")
        self._element = None
        return answer

    def _truth(self, node: Node) -> str:
        found = self.value(node)
        if found.type is not bool:
            self._ask_if(f"{found.text}.__class__ is not bool")
        return found.text

    def _call(self, node: Node) -> _Operand:
        write = _CALLS.get(node.name)
        if write is not None:
            return write(self, node)
        one, other = (self.value(part) for part in _two(node))
        if node.name in _OF_TEXTS:
            return self._of_texts(_OF_TEXTS[node.name], one, other)
        if node.name in _EQUALITY or node.name in _ORDER:
            return self._comparison(node.name, one, other)
        if node.name in _ARITHMETIC:
            return self._arithmetic(_ARITHMETIC[node.name], one, other)
        raise Unknown

    def negation(self, node: Node) -> _Operand:
        return self._keep(f"not {self._truth(node.children[0])}", bool)

    def logic(self, node: Node) -> _Operand:
        left, right = node.children
        settles = _LOGIC[node.name]
        answer = self._keep(self._truth(left), bool)
        with self._under(f"if {answer.text} is {not settles}:"):
            self._write(f"{answer.text} = {self._truth(right)}")
        return answer

    def choice(self, node: Node) -> _Operand:
        asked, then, otherwise = node.children
        answer = self._keep(self._truth(asked))
        with self._under(f"if {answer.text}:"):
            one = self.value(then)
            self._write(f"{answer.text} = {one.text}")
        with self._under("else:"):
            other = self.value(otherwise)
            self._write(f"{answer.text} = {other.text}")
        return _Operand(answer.text, one.type if one.type is other.type else None)

    def among(self, node: Node) -> _Operand:
        """One of some texts that are written out."""
        asked, among = node.children
        texts = [child.constant for child in among.children]
        if among.kind is not Kind.LIST or not all(isinstance(text, str) for text in texts):
            raise Unknown
        found = self.value(asked)
        self._must_be(found, str)
        return self._keep(f"{found.text} in {{*{texts!r}}}", bool)

    def index(self, node: Node) -> _Operand:
        key = node.children[1].constant
        if not isinstance(key, str):
            raise Unknown
        return self._select(self._owner(node), key)

    def size(self, node: Node) -> _Operand:
        found = self._keep(self.value(node.children[0]).text)
        self._ask_if(f"{found.text}.__class__ is not list and {found.text}.__class__ is not str")
        return self._keep(f"len({found.text})", int)

    def _of_texts(self, form: str, one: _Operand, other: _Operand) -> _Operand:
        self._must_be(one, str)
        self._must_be(other, str)
        return self._keep(form.format(one.text, other.text), bool)

    def _comparison(self, name: str, one: _Operand, other: _Operand) -> _Operand:
        if one.type in _NUMBERS or other.type in _NUMBERS or name in _ORDER:
            self._must_be_exact(one)
            self._must_be_exact(other)
        elif one.type is None and other.type is None:
            self._ask_if(f"not both({one.text}, {other.text})")
        else:
            self._must_be(one, other.type or one.type)
            self._must_be(other, one.type or other.type)
        return self._keep(f"{one.text} {(_EQUALITY | _ORDER)[name]} {other.text}", bool)

    def _arithmetic(self, sign: str, one: _Operand, other: _Operand) -> _Operand:
        self._must_be_number(one)
        self._must_be_number(other)
        if sign == "/":  # by zero fails or is infinite, and whole numbers divide to whole ones
            self._ask_if(
                f"not {other.text} or {one.text}.__class__ is {other.text}.__class__ is int"
            )
        found = self._keep(f"{one.text} {sign} {other.text}")
        if float in (one.type, other.type):
            return _Operand(found.text, float)
        self._in_64_bits(found)
        return found

    def _must_be(self, operand: _Operand, type_: type | None) -> None:
        if operand.type is None and type_ is not None:
            self._ask_if(f"{operand.text}.__class__ is not {type_.__name__}")
        elif operand.type is not type_:
            raise Unknown

    def _must_be_number(self, operand: _Operand) -> None:
        if operand.type is None:
            text = operand.text
            self._ask_if(f"{text}.__class__ is not float and {text}.__class__ is not int")
        elif operand.type not in _NUMBERS:
            raise Unknown

    def _must_be_exact(self, operand: _Operand) -> None:
        """A number small enough to compare with one of the other type; not NaN."""
        self._must_be_number(operand)
        if operand.constant is None:
            self._ask_if(f"not -EXACT <= {operand.text} <= EXACT")
        elif isinstance(operand.constant, str) or not -EXACT <= operand.constant <= EXACT:
            raise Unknown


_CALLS: Final[Mapping[str, Callable[[Writer, Node], _Operand]]] = {
    "_&&_": Writer.logic,
    "_||_": Writer.logic,
    "!_": Writer.negation,
    "_?_:_": Writer.choice,
    "@in": Writer.among,
    "_[_]": Writer.index,
    "size": Writer.size,
}


def _two(node: Node) -> tuple[Node, Node]:
    if len(node.children) != 2:  # noqa: PLR2004
        raise Unknown
    return node.children[0], node.children[1]


def _constant(constant: Constant | None) -> _Operand:
    if constant is None or (isinstance(constant, float) and not math.isfinite(constant)):
        raise Unknown
    return _Operand(f"({constant!r})", type(constant), constant)
