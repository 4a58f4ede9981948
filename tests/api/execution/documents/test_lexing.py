"""The quick lexer gives graphql-core's tokens and faults, for any text."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind
from hypothesis import example, given
from hypothesis import strategies as st

from api.execution.documents.lexing import QuickLexer, QuickSource, parse_document

_PIECES = [
    *("{", "}", "(", ")", "[", "]", ":", "!", "$", "@", "|", "&", "=", "...", "..", "."),
    *(" ", "  ", ",", "\t", "\n", "\r", "\r\n", "\n\n\r", "\ufeff", "\x00", "\x1f", "中", "😀"),
    *("name", "_a1", "a" * 90, "0", "01", "-", "-5", "123", "1.5", "1.", ".5", "1e9", "1E-", "1a"),
    *("#", "# note", "#" + "x" * 100, "#" + "x" * 100 + "\ud800", '"', '""', '"""', '""""', "'"),
    *('"text"', '"a\\nb"', '"\\u4e2d"', '"\\u{1F600}"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\x"'),
    *('"\\u12"', '"open', '"a\nb"', '"\ud800"', '"tab\there"', '"\\', "\\", "\ud83d\ude00"),
    *('"""block"""', '"""\n  a\n    b\r\n  c\n"""', '"""a \\""" b"""', '"""open\n', '"""\\"""'),
    *('"""a"b""c"""', '"""\ud800"""', '"""\\n"""'),
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), max_size=12).map("".join)


def read(lexer: Lexer) -> list[Any]:
    """Everything that a lexer tells until its end or its first fault."""
    told: list[Any] = []
    try:
        while lexer.token.kind is not TokenKind.EOF:
            token = lexer.advance()
            told.append((token.kind, token.start, token.end, token.line, token.column, token.value))
    except GraphQLSyntaxError as fault:
        told.append((fault.message, fault.positions, fault.locations))
    return told


@given(TEXTS)
@example('"""' + "\n" * 3 + 'x"""\n\r\n y')
@example("# one\n" * 3)
def test_the_tokens_are_the_same(text: str) -> None:
    assert read(QuickLexer(QuickSource(text))) == read(Lexer(Source(text)))


@given(TEXTS, st.integers(0, 60))
def test_places_are_the_same(text: str, position: int) -> None:
    assert QuickSource(text).get_location(position) == Source(text).get_location(position)


@pytest.mark.parametrize("text", ["{" + " a" * 10 + "}", "# x\n" * 20 + "{ a }"])
def test_tokens_and_comments_have_their_limit(text: str) -> None:
    with pytest.raises(GraphQLSyntaxError, match=r"Parsing aborted\."):
        parse_document(text, most_tokens=8)
