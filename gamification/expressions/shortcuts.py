"""What most expressions come to, found without the runtime at a fraction of its cost.

Most rules ask for little: a total, a channel, a tier, whether any item is of some category. Such
an expression, once the runtime's checker has let it pass, is also written as a Python function:

    member.tierLevel >= 2 && activity.attributes.channel == 'app'

    def shortcut(bound):
        v1 = bound.member.tier_level >= 2
        if v1 is True:
            v2 = bound.activity.attributes
            if v2.__class__ is not dict: return None
            v3 = v2.get('channel')
            if v3.__class__ is int and not -INT64 <= v3 < INT64: return None
            if v3.__class__ is not str: return None
            v4 = v3 == 'app'
            v1 = v4
        return v1

It answers only what has one plain meaning: values that are there, of the very types that an
operator is for. Everything else, above all whatever would fail, is None, and the runtime is asked
as if there were no shortcut: only the runtime says what an error is. An expression with a part
that is not known here has no shortcut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from gamification.expressions.binding import LONGEST_LIST, BoundActivity, money
from gamification.expressions.shortcut_writer import EXACT, Unknown, Writer
from gamification.expressions.syntax_tree import SyntaxTree

Shortcut: TypeAlias = Callable[[BoundActivity], object]
"""The value of an expression for a binding; None where the runtime has to be asked."""


def shortcut_of(tree: SyntaxTree) -> Shortcut | None:
    """The function for an expression; None where there is none."""
    writer = Writer()
    try:
        result = writer.value(tree.root)
    except Unknown:
        return None
    found: dict[str, Shortcut] = {}
    # What is run is written here, but for texts and numbers, which are written by `repr`.
    exec(writer.function(result), dict(_NAMES), found)  # noqa: S102
    return found["shortcut"]


def _both_are_plain(one: object, other: object) -> bool:
    """Whether both are texts, or both true or false."""
    return type(one) is type(other) and type(one) in {str, bool}


_NAMES: Final[Mapping[str, object]] = {
    "money": money,
    "both": _both_are_plain,
    "INT64": 1 << 63,  # a whole number from here on is another value to the runtime
    "EXACT": EXACT,
    "LONGEST": LONGEST_LIST,
}
