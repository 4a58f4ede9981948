"""What the compiler complains about, as a place, a code and a hint.

The runtime reports faults only as text: one or more `ERROR: <input>:LINE:COLUMN: MESSAGE`, each
with a drawing. The first is read; whatever cannot be read becomes a syntax fault at the start,
so that a new wording of the runtime costs a good hint, never a crash.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from domain.expressions import ExpressionFault, FaultCode, Position
from gamification.expressions.environment import VARIABLES

_REPORT: Final = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): ([^\n]*)")
_UNKNOWN: Final = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD: Final = re.compile(r"no matching overload for '([^']*)' applied to '\((.*)\)'")
_TOKEN: Final = re.compile(
    r"(?:token recognition error at: '|(?:mismatched|extraneous) input ')(.*)"
)

_FUNCTIONS: Final = (
    *("all", "bool", "bytes", "ceil", "charAt", "contains", "double", "duration", "endsWith"),
    *("exists", "exists_one", "filter", "floor", "format", "getDate", "getDayOfMonth"),
    *("getDayOfWeek", "getDayOfYear", "getFullYear", "getHours", "getMinutes", "getMonth"),
    *("getSeconds", "greatest", "has", "indexOf", "int", "join", "lastIndexOf", "least"),
    *("lowerAscii", "map", "matches", "replace", "reverse", "round", "size", "split"),
    *("startsWith", "string", "substring", "timestamp", "trim", "uint", "upperAscii"),
)
_SPELT_OTHERWISE: Final = {
    "=": "==", "and": "&&", "or": "||", "not": "!", "is": "==", "True": "true", "False": "false",
    "None": "null", "AND": "&&", "OR": "||", "NOT": "!", "&": "&&", "|": "||",
    "‘": "'", "’": "'", "“": '"', "”": '"', "，": ",", "（": "(", "）": ")", "。": ".",
    "＝": "==", "＞": ">", "＜": "<", "！": "!", "：": ":", "？": "?",
}  # fmt: skip
_ATTRIBUTES: Final = ("amount", "channel", "currency", "itemCount", "items", "orderRef", "total")
_NUMBERS: Final = frozenset({"int", "uint", "double"})


def position_at(source: str, offset: int) -> Position:
    """The place of a character; beyond the end counts as the end."""
    offset = max(0, min(offset, len(source)))
    line_start = source.rfind("\n", 0, offset) + 1
    return Position(source.count("\n", 0, offset) + 1, offset - line_start + 1, offset)


def fault_of(source: str, report: str) -> ExpressionFault:
    """The first fault of a report, placed in the source."""
    if "recursion" in report or "node count exceeded" in report:
        hint = "nested too deeply; the parser follows 32 levels"
        return ExpressionFault(position_at(source, 0), FaultCode.TOO_DEEP, hint)
    found = _REPORT.search(report)
    if found is None:
        return ExpressionFault(position_at(source, 0), FaultCode.SYNTAX, "this is not CEL")
    offset = _offset(source, int(found[1]), int(found[2]))
    return _explained(source, offset, found[3].removesuffix(" [INVALID_ARGUMENT]"))


def _explained(source: str, offset: int, message: str) -> ExpressionFault:
    place = position_at(source, offset)
    if unknown := _UNKNOWN.search(message):
        return _unknown_name(source, offset, unknown[1])
    if overload := _OVERLOAD.search(message):
        return _wrong_overload(place, overload[1], overload[2])
    if "Syntax error" in message:
        return _syntax(place, message)
    is_type = message.startswith("expression of type")
    code = FaultCode.WRONG_TYPE if is_type else FaultCode.SYNTAX
    return ExpressionFault(place, code, message[:200])


def _offset(source: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = source.find("\n", start) + 1
    return max(0, min(start + column - 1, len(source)))


def _unknown_name(source: str, offset: int, name: str) -> ExpressionFault:
    """The compiler points at the last dot of a name, or at a call's bracket; move to its start."""
    last = name.rpartition(".")[2]
    prefix = len(name) - len(last) - 1
    start = next(
        (
            at
            for at in (offset - max(prefix, 0), offset - len(name))
            if at >= 0 and source.startswith(name, at)
        ),
        offset,
    )
    called = source[start + len(name) :].lstrip().startswith("(")
    suggestion = _SPELT_OTHERWISE.get(name) or (
        _closest(name, _FUNCTIONS) if called else _meant_variable(name)
    )
    hint = f"did you mean {suggestion}?" if suggestion else _vocabulary(name, called=called)
    return ExpressionFault(position_at(source, start), FaultCode.UNKNOWN_NAME, hint, suggestion)


def _meant_variable(name: str) -> str:
    root, _, field = name.partition(".")
    root = _closest(root, ("activity", "member")) or root
    if not field:
        every = (*VARIABLES, *(f"activity.attributes.{key}" for key in _ATTRIBUTES))
        return next((known for known in every if known.endswith(f".{name}")), "")
    field, _, rest = field.partition(".")
    fields = [known.partition(".")[2] for known in VARIABLES if known.startswith(f"{root}.")]
    if close := _closest(field, fields):
        return f"{root}.{close}" + (f".{rest}" if rest and close == "attributes" else "")
    if root == "activity":
        return f"activity.attributes.{name.partition('.')[2]}"
    return "activity." + name if root == "attributes" else ""


def _closest(name: str, known: tuple[str, ...] | list[str]) -> str:
    by_lower = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[found[0]] if found else ""


def _vocabulary(name: str, *, called: bool) -> str:
    if called:
        return f"there is no function {name}"
    root = name.partition(".")[0]
    known = [variable for variable in VARIABLES if variable.startswith(f"{root}.")]
    return "known names: " + ", ".join(known or VARIABLES)


def _wrong_overload(place: Position, function: str, types: str) -> ExpressionFault:
    operator = function.strip("_").replace("_?_:_", "?:")
    hint = f"{operator} does not take ({types})"
    kinds = set(types.split(", "))
    if kinds <= _NUMBERS:
        hint += "; write whole numbers on both sides, or convert with double()"
    elif "string" in kinds and kinds & _NUMBERS:
        hint += "; text stands in quotes, numbers do not"
    return ExpressionFault(place, FaultCode.WRONG_TYPE, hint)


def _syntax(place: Position, message: str) -> ExpressionFault:
    if "'<EOF>' expecting" in message:
        return ExpressionFault(place, FaultCode.SYNTAX, "the expression ends too early")
    token = _TOKEN.search(message)
    text = token[1].split("' expecting")[0].rstrip("'") if token else ""
    bare = text.strip()
    suggestion = _SPELT_OTHERWISE.get(bare) or _SPELT_OTHERWISE.get(bare[:1], "")
    hint = f"write {suggestion} here" if suggestion else f"not expected here: {text[:40]}"
    return ExpressionFault(place, FaultCode.SYNTAX, hint, suggestion)
