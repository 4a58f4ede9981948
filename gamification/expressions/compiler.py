"""From source text to a checked condition or formula, each compiled once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar

from domain.expressions import (
    ALWAYS,
    ActivityFacts,
    Binding,
    Condition,
    ExpressionFault,
    ExpressionRefused,
    FaultCode,
    Formula,
    MemberFacts,
)
from gamification.expressions.binding import BoundActivity
from gamification.expressions.budget import check_budget
from gamification.expressions.environment import new_arena, new_environment
from gamification.expressions.faults import fault_of, position_at
from gamification.expressions.running import CelCondition, formula_of
from gamification.expressions.runtime import Expression
from gamification.expressions.shortcuts import shortcut_of
from gamification.expressions.syntax_tree import SyntaxTree

LONGEST_SOURCE: Final = 2_000  # characters
_BOOLS: Final = frozenset({"BOOL", "DYN"})
_NUMBERS: Final = frozenset({"INT", "UINT", "DOUBLE", "DYN"})

_Compiled = TypeVar("_Compiled", CelCondition, Formula)


class Expressions:
    """Compiles expressions and binds activities to them; remembers the last `remembered` sources.

    Not for use by several threads at once.
    """

    def __init__(self, remembered: int = 1_000) -> None:
        self._environment = new_environment()
        self._remembered = remembered
        self._conditions: OrderedDict[str, CelCondition] = OrderedDict()
        self._formulas: OrderedDict[str, Formula] = OrderedDict()

    def compile_condition(self, source: str | None) -> Condition:
        """A condition; none or an empty one holds always. Raises: ExpressionRefused."""
        if source is None or not source.strip():
            return ALWAYS
        return self._recall(self._conditions, source, self._new_condition)

    def compile_formula(self, source: str) -> Formula:
        """Raises: ExpressionRefused."""
        return self._recall(self._formulas, source, self._new_formula)

    def names(self, source: str | None) -> frozenset[str]:
        """What a condition asks for, such as `member.tier`. Raises: ExpressionRefused."""
        if source is None or not source.strip():
            return frozenset()
        self.compile_condition(source)
        return self._names(source)

    def names_of_formula(self, source: str) -> frozenset[str]:
        """What a formula asks for. Raises: ExpressionRefused."""
        self.compile_formula(source)
        return self._names(source)

    def bind(self, activity: ActivityFacts, member: MemberFacts, /) -> Binding:
        """One activity, for any number of this object's expressions; keep it no longer."""
        return BoundActivity(self._environment, activity, member)

    def _names(self, source: str) -> frozenset[str]:
        return SyntaxTree.of(self._environment.compile(source)).names

    def _recall(
        self,
        known: OrderedDict[str, _Compiled],
        source: str,
        compile_new: Callable[[str], _Compiled],
    ) -> _Compiled:
        found = known.get(source)
        if found is None:
            found = known[source] = compile_new(source)
            if len(known) > self._remembered:
                known.popitem(last=False)
        else:
            known.move_to_end(source)
        return found

    def _new_condition(self, source: str) -> CelCondition:
        expression, tree = self._check(source)
        found = expression.return_type().name()
        if found not in _BOOLS:
            hint = f"a condition is true or false, this is {found.lower()}"
            if "has(" in source:
                hint += "; has() is only for what may be absent, inside activity.attributes"
            raise _wrong_result(source, hint)
        return CelCondition(source, expression, shortcut_of(tree))

    def _new_formula(self, source: str) -> Formula:
        expression, tree = self._check(source)
        found = expression.return_type().name()
        if found not in _NUMBERS:
            raise _wrong_result(source, f"a formula gives a number, this is {found.lower()}")
        nothing = self._environment.Activation({}, arena=new_arena())
        constant = nothing if tree.names_nothing else None
        return formula_of(source, expression, constant, shortcut_of(tree))

    def _check(self, source: str) -> tuple[Expression, SyntaxTree]:
        _check_text(source)
        try:
            expression = self._environment.compile(source)
        except RuntimeError as error:
            raise ExpressionRefused(fault_of(source, str(error))) from None
        tree = SyntaxTree.of(expression)
        check_budget(tree, source)
        return expression, tree


def _check_text(source: str) -> None:
    """Refuses what the compiler would misread: it stops at NUL and cannot take surrogates."""
    if len(source) > LONGEST_SOURCE:
        raise ExpressionRefused(
            ExpressionFault(
                position_at(source, LONGEST_SOURCE),
                FaultCode.TOO_LONG,
                f"at most {LONGEST_SOURCE} characters",
            )
        )
    for offset, char in enumerate(source):
        if char == "\0" or "\ud800" <= char <= "\udfff":
            hint = f"U+{ord(char):04X} is not text"
            raise ExpressionRefused(
                ExpressionFault(position_at(source, offset), FaultCode.SYNTAX, hint)
            )


def _wrong_result(source: str, hint: str) -> ExpressionRefused:
    start = len(source) - len(source.lstrip())
    return ExpressionRefused(
        ExpressionFault(position_at(source, start), FaultCode.WRONG_RESULT, hint)
    )
