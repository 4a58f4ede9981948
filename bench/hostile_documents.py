"""Requests that are made to keep a server busy, each with the codes it may be answered by.

They are written against the served schema, and what each is about is its name. All of them fit
into the largest body that a shopper may send.
"""

# One attack a line reads better than lines of 100 characters.
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

COMPLEX: Final = "QUERY_TOO_COMPLEX"
PARSE: Final = "GRAPHQL_PARSE_FAILED"
INVALID: Final = "GRAPHQL_VALIDATION_FAILED"
INPUT: Final = "BAD_USER_INPUT"
DATA: Final = "data"
"""Stands for an answer without errors."""

SETTING: Final = """mutation {
  saveLeaderboard(input: {
    key: "board" name: "Board" unit: "CNY" period: ALL_TIME
    metric: { trigger: ["order.paid"] measure: COUNT }
  }) { userErrors { message } }
}"""
"""What an admin does first, so that there is something to ask for."""

_ROOM: Final = 250_000  # bytes, a little below the limit of a body


@dataclass(frozen=True, slots=True)
class Attack:
    """One request. `answers` are the codes of which any may come first, `DATA` among them."""

    name: str
    query: str
    answers: tuple[str, ...]
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def payload(self, number: int = 0) -> dict[str, Any]:
        """The request, told apart from earlier ones, so that no memory of them helps."""
        return {"query": f"{self.query} #{number}", "variables": self.variables}

    def body(self, number: int = 0) -> bytes:
        return json.dumps(self.payload(number)).encode()


def attacks() -> Mapping[str, list[Attack]]:
    """All of them, by what they pile up."""
    return {
        "fragments": _fragments(),
        "fields": _fields(),
        "nesting": _nesting(),
        "lengths": _lengths(),
        "values": _values(),
        "pages": _pages(),
    }


def _fragments() -> list[Attack]:
    chain = "fragment F{0} on Member {{ {1} }}"
    circle = " ".join(chain.format(n, f"...F{(n + 1) % 400}") for n in range(400))
    web = " ".join(
        chain.format(n, " ".join(f"...F{m}" for m in range(40) if m != n)) for n in range(40)
    )
    line = " ".join(chain.format(n, f"...F{n + 1}") for n in range(420))
    return [
        Attack("bomb of 26 fragments", _bomb(26, "...F{0} ...F{0}"), (COMPLEX,)),
        Attack("bomb of 26 fragments with aliases", _bomb(26, _TWICE), (COMPLEX,)),
        Attack("bomb of 26 inline fragments", _bomb(26, _INLINE), (COMPLEX,)),
        Attack("fragment within itself", f"{{ me {{ ...F0 }} }} {chain.format(0, '...F0')}", (INVALID,)),
        Attack("circle of 400 fragments", f"{{ me {{ ...F0 }} }} {circle}", (INVALID, COMPLEX)),
        Attack("web of 40 fragments", f"{{ me {{ ...F0 }} }} {web}", (INVALID, COMPLEX)),
        Attack("line of 420 fragments", f"{{ me {{ ...F0 }} }} {line} {chain.format(420, 'id')}", (DATA, COMPLEX)),
        Attack("400 unused fragments", "{ me { id } } " + _each(400, "fragment F{0} on Member {{ id }}"), (COMPLEX,)),
        Attack("200 unused fragments", "{ me { id } } " + _each(200, "fragment F{0} on Member {{ id name: id }}"), (INVALID, COMPLEX)),
    ]  # fmt: skip


def _fields() -> list[Attack]:
    return [
        Attack("10,000 aliases", "{" + _each(10_000, "a{0}: me {{ id }}") + "}", (COMPLEX,)),
        Attack("1,400 aliases", "{ me {" + _each(980, "a{0}: id") + "} }", (COMPLEX,)),
        Attack("10,000 times one field", "{ me {" + " id" * 10_000 + "} }", (COMPLEX,)),
        Attack("2,900 times one field", "{ me {" + " id" * 2_900 + "} }", (COMPLEX,)),
        Attack("one object 500 times", "{" + " me { id }" * 500 + "}", (COMPLEX,)),
        Attack("conflicts of one name", "{ me {" + _each(230, "a: points {{ entries(first: {0}) {{ nodes {{ id }} }} }}") + "} }", (COMPLEX,)),
        Attack("conflicts in nested fields", "{ " + _nested("me { points { x: pending x: held ", 60) + " }", (COMPLEX, INVALID)),
        Attack("10,000 directives", "{ me" + " @include(if: true)" * 10_000 + " { id } }", (COMPLEX,)),
        Attack("400 directives", "{ me" + " @include(if: true)" * 400 + " { id } }", (COMPLEX,)),
        Attack("2,900 unknown directives", "{ me {" + " id @a" * 950 + "} }", (COMPLEX,)),
        Attack("2,900 unknown fields", "{" + _each(2_900, "no{0}") + "}", (COMPLEX, INVALID)),
        Attack("700 arguments of one name", "{ leaderboard(" + 'key: "a" ' * 700 + ") { id } }", (INVALID,)),
        Attack("400 operations", _each(400, "query Q{0} {{ me {{ id }} }}"), (INPUT, COMPLEX)),
        Attack("400 operations of one name", "query Q { me { id } } " * 400, (INVALID, COMPLEX)),
        Attack("700 variables", "query (" + _each(700, "$v{0}: Int") + ") { me { id } }", (COMPLEX,)),
        Attack("300 variables in one list", _listed(300), (COMPLEX,), {f"v{n}": "x" for n in range(300)}),
        Attack("100 variables in one list", _listed(100), (INPUT, DATA), {f"v{n}": "x" for n in range(100)}),
        Attack("one variable 900 times", "query ($v: String!) {" + " leaderboard(key: $v) { id }" * 300 + "}", (COMPLEX,), {"v": "x"}),
    ]  # fmt: skip


def _nesting() -> list[Attack]:
    types = "{ __schema { types {" + " fields { type {" * 5 + " name " + "} }" * 5 + "} } }"
    return [
        Attack("50,000 braces", "{a" * 50_000 + "}" * 50_000, (COMPLEX, PARSE)),
        Attack("990 levels of fields", "{a" * 990 + "}" * 990, (COMPLEX, PARSE)),
        Attack("700 inline fragments", "{ me " + "{ ... " * 700 + "{ id }" + "}" * 700 + "}", (COMPLEX, PARSE)),
        Attack("list of 100,000 levels", _board("[" * 100_000 + "]" * 100_000), (COMPLEX, PARSE)),
        Attack("list of 1,400 levels", _board("[" * 1_400 + "]" * 1_400), (COMPLEX, PARSE)),
        Attack("list of 1,400 open levels", _board("[" * 1_400), (COMPLEX, PARSE)),
        Attack("object of 700 levels", _board("{a:" * 700 + "1" + "}" * 700), (COMPLEX, PARSE)),
        Attack("type of 1,400 levels", f"query ($v: {'[' * 1_400}Int{']' * 1_400}) {{ me {{ id }} }}", (COMPLEX, PARSE)),
        Attack("list of 90 levels", _board("[" * 90 + "]" * 90), (INVALID, COMPLEX)),
        Attack("types of types of types", types, (COMPLEX, INVALID)),
        Attack("variable of 900 levels", _ADJUST, (INPUT,), {"v": _deep(900)}),
    ]  # fmt: skip


def _lengths() -> list[Attack]:
    return [
        Attack("one comment of 250 kB", "{ me { id } } #" + "x" * _ROOM, (DATA,)),
        Attack("120,000 comments", "#\n" * (_ROOM // 3) + "{ me { id } }", (COMPLEX,)),
        Attack("250 kB of blanks", " " * _ROOM + "{ me { id } }", (DATA,)),
        Attack("250 kB of commas", "," * _ROOM + "{ me { id } }", (DATA,)),
        Attack("250 kB of lines", "\n" * (_ROOM // 2) + "{ me { id } }", (DATA,)),
        Attack("250 kB of lines, and a fault", "\n" * (_ROOM // 2) + "{ me { id }", (PARSE,)),
        Attack("a name of 250 kB", "{" + "x" * _ROOM + "}", (INVALID, INPUT)),
        Attack("20 names of 12 kB", "{" + _each(20, "a{0}" + "x" * 12_000) + "}", (INVALID,)),
        Attack("a string of 250 kB", _board('"' + "x" * _ROOM + '"'), (DATA, INPUT)),
        Attack("a string of 30,000 escapes", _board('"' + r"\u4e2d" * 30_000 + '"'), (DATA, INPUT)),
        Attack("a block string of 80,000 lines", _board('"""' + " \n" * 80_000 + 'x"""'), (DATA, INPUT)),
        Attack("a string without an end", _board('"' + "x" * _ROOM), (PARSE,)),
        Attack("a name in Chinese", "{ 会员 { 编号 } }", (PARSE,)),
        Attack("half a character", _board(r'"\ud83d"'), (PARSE,)),
        Attack("a name of operation of 200 kB", f"query {'Q' * 200_000} {{ me {{ id }} }}", (DATA, INPUT)),
    ]  # fmt: skip


def _values() -> list[Attack]:
    many = {f"v{n}": n for n in range(12_000)}
    ids = "query ($v: [ID!]!) { nodes(ids: $v) { id } }"
    return [
        Attack("a number of 200,000 digits", _top("9" * 200_000), (INVALID, INPUT, PARSE)),
        Attack("a number of 4,000 digits", _top("9" * 4_000), (INVALID, INPUT)),
        Attack("a float of 200,000 digits", _top("1." + "9" * 200_000), (INVALID, INPUT, PARSE)),
        Attack("a float beyond all floats", _top("1e999999"), (INVALID, INPUT)),
        Attack("a Long of 200,000 digits", _budget("9" * 200_000), (INVALID, INPUT, PARSE)),
        Attack("a Decimal of 200,000 digits", _worth("9" * 200_000), (INVALID, INPUT, PARSE)),
        Attack("a Decimal in a string of digits", _worth('"' + "9" * 200_000 + '"'), (INVALID, INPUT)),
        Attack("12,000 unknown variables", "{ me { id } }", (DATA,), many),
        Attack("5,000 ids", ids, (INPUT,), {"v": ["bWVtYmVyOjE=" * 3] * 5_000}),
        Attack("5,000 different ids", ids, (INPUT,), {"v": [f"id-{n}" for n in range(5_000)]}),
        Attack("an id of 200 kB", ids, (INPUT, DATA), {"v": ["x" * 200_000]}),
        Attack("a cursor of 200 kB", _ENTRIES, (INPUT, DATA), {"v": "x" * 200_000}),
        Attack("a list of 50,000 values", _ADJUST, (INPUT,), {"v": [1] * 50_000}),
    ]  # fmt: skip


def _pages() -> list[Attack]:
    page = "pastSeasons(first: 100) { nodes { top(first: 100) { member { handle } } } }"
    entries = "points { entries(first: 100) { nodes { explanation { activity { member {"
    return [
        Attack("a page of 2,147,483,647", _top("2147483647"), (INPUT, COMPLEX)),
        Attack("a page by a variable", _TOP_BY_VARIABLE, (INPUT, COMPLEX), {"v": 2**31 - 1}),
        Attack("a page of less than nothing", _top("-2147483648"), (INPUT, COMPLEX)),
        Attack("pages of pages", f"{{ leaderboards {{ {page} }} }}", (COMPLEX, DATA)),
        Attack("pages of pages of pages", "{ me { " + entries * 2 + " id " + "}" * 14, (COMPLEX, DATA, INPUT)),
    ]  # fmt: skip


_TWICE: Final = "a: tier {{ id }} ...F{0} b: tier {{ id }} ...F{0}"
_INLINE: Final = "... on Member {{ ...F{0} }} ... {{ ...F{0} }}"
_ADJUST: Final = (
    "mutation ($v: Long!) { adjustPoints(input:"
    ' { memberId: "x", amount: $v, reason: "x", idempotencyKey: "x" }) { userErrors { code } } }'
)
_ENTRIES: Final = "query ($v: String) { leaderboards { pastSeasons(after: $v) { nodes { id } } } }"
_TOP_BY_VARIABLE: Final = "query ($v: Int) { leaderboards { top(first: $v) { rank } } }"


def _bomb(levels: int, body: str) -> str:
    parts = [f"fragment F{n} on Member {{ {body.format(n + 1)} }}" for n in range(levels)]
    return " ".join(["{ me { ...F0 } }", *parts, f"fragment F{levels} on Member {{ id }}"])


def _each(times: int, form: str) -> str:
    return " ".join(form.format(n) for n in range(times))


def _nested(opening: str, times: int) -> str:
    return opening * times + "id" + "}" * opening.count("{") * times


def _listed(times: int) -> str:
    names = " ".join(f"$v{n}" for n in range(times))
    defined = " ".join(f"$v{n}: ID!" for n in range(times))
    return f"query ({defined}) {{ nodes(ids: [{names}]) {{ id }} }}"


def _board(value: str) -> str:
    return f"{{ leaderboard(key: {value}) {{ id }} }}"


def _top(value: str) -> str:
    return f"{{ leaderboards {{ top(first: {value}) {{ rank }} }} }}"


def _budget(value: str) -> str:
    rule = f'key: "x", name: "x", state: DRAFT, trigger: "x", points: "1", budget: {value}'
    return f"mutation {{ saveEarnRule(input: {{ {rule} }}) {{ userErrors {{ code }} }} }}"


def _worth(value: str) -> str:
    return f"mutation {{ saveProgramme(input: {{ pointWorth: {value} }}) {{ userErrors {{ code }} }} }}"


def _deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def bodies() -> Mapping[str, Callable[[], bytes]]:
    """Bodies that are no requests, or hide one well; the answer to any is `BAD_USER_INPUT`."""
    return {
        "250 kB of brackets": lambda: b"[" * _ROOM,
        "250 kB of open objects": lambda: b'{"a":' * (_ROOM // 5),
        "100,000 levels with an escape": lambda: b'["\\u0041",' + b"[" * 100_000,
        "100,000 closed levels": lambda: b"[" * 100_000 + b"]" * 100_000,
        "1,000 requests": lambda: b"[" + b'{"query":"{ me { id } }"},' * 1_000 + b"1]",
        "not UTF-8": lambda: b'{"query":"' + b"\xff" * _ROOM + b'"}',
        "a number of 200,000 digits": lambda: b'{"query":' + b"9" * 200_000 + b"}",
        "an escape and a number of 200,000 digits": (
            lambda: b'{"query":"{ me { id } }\\ud800","variables":{"v":' + b"9" * 200_000 + b"}}"
        ),
        "250 kB of nothing": lambda: b" " * _ROOM,
    }
