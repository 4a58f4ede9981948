"""Reads a document's characters by regular expressions, where graphql-core looks at each alone.

The tokens are the same, and so are the faults: whatever is not plain is left to graphql-core's own
lexer. What it saves is time on what is long for no reason: a name, a comment, a string or blanks
of 250 KB kept the interpreter busy for 50 ms before anything could be refused.
"""

from __future__ import annotations

import json
import re
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLSyntaxError,
    Lexer,
    Source,
    SourceLocation,
    Token,
    TokenKind,
)
from graphql.language.block_string import dedent_block_string_lines
from graphql.language.parser import Parser

_IGNORED: Final = re.compile("[ \t,\ufeff\r\n]*+")
_NAME: Final = re.compile("[A-Za-z0-9_]*+")
_DIGITS: Final = re.compile("[0-9]*+")
_COMMENT: Final = re.compile("#[^\r\n\ud800-\udfff]*+")
_STRING: Final = re.compile(  # but for the quote at its end
    '"(?:[^"\\\\\r\n\ud800-\udfff]++'
    r'|\\["\\/bfnrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})*+'
)
_BLOCK: Final = re.compile(
    r'"""((?:[^"\\' + "\ud800-\udfff" + r']++|"(?!"")|\\"""|\\(?!"""))*+)"""'
)
_BREAK: Final = re.compile("\r\n|[\r\n]")
_LONG: Final = 80  # characters of a comment; a shorter one is counted by graphql-core


def parse_document(text: str, *, most_tokens: int) -> DocumentNode:
    """The tree of a text of at most so many tokens, and comments.

    Raises: GraphQLSyntaxError.
    """
    source = QuickSource(text)
    lexer = QuickLexer(source)
    parser = Parser(
        source,
        lexer=lexer,
        max_lexical_tokens=most_tokens,
        max_comments=most_tokens,
        allow_empty_selection_sets=False,
    )
    try:
        return parser.parse_document()
    except RecursionError:
        pass  # its traceback would keep a thousand frames
    at = lexer.token.start
    raise GraphQLSyntaxError(source, at, "Nested too deeply. Parsing aborted.")


class QuickSource(Source):
    """Finds the line of a place by counting, which a text of 100,000 lines does not slow down."""

    def get_location(self, position: int) -> SourceLocation:
        body = self.body
        returns = body.count("\r", 0, position) - body.count("\r\n", 0, position)
        line = 1 + body.count("\n", 0, position) + returns
        start = 1 + max(body.rfind("\n", 0, position), body.rfind("\r", 0, position))
        if body[position - 1 : position + 1] == "\r\n" and position:
            start = position + 1
        return SourceLocation(line, position + 1 - start)


class QuickLexer(Lexer):
    """graphql-core's lexer, with its loops over characters replaced."""

    def read_next_token(self, start: int) -> Token:
        end = _end(_IGNORED, self.source.body, start)
        if end > start:
            self._pass_lines(start, end)
        return super().read_next_token(end)

    def read_name(self, start: int) -> Token:
        body = self.source.body
        end = _end(_NAME, body, start)
        return self.create_token(TokenKind.NAME, start, end, body[start:end])

    def read_digits(self, start: int, first_char: str) -> int:
        end = _end(_DIGITS, self.source.body, start)
        return end if end > start else super().read_digits(start, first_char)

    def read_comment(self, start: int) -> Token:
        body = self.source.body
        end = _end(_COMMENT, body, start)
        if end - start < _LONG:
            return super().read_comment(start)
        return self.create_token(TokenKind.COMMENT, start, end, body[start + 1 : end])

    def read_string(self, start: int) -> Token:
        body = self.source.body
        end = _end(_STRING, body, start)
        match body[end : end + 1]:
            case '"':
                # Without surrogates, and with controls let in, JSON's strings are GraphQL's.
                value: str = json.loads(body[start : end + 1], strict=False)
                return self.create_token(TokenKind.STRING, start, end + 1, value)
            case "" | "\r" | "\n":
                raise GraphQLSyntaxError(self.source, end, "Unterminated string.")
            case _:
                return super().read_string(start)

    def read_block_string(self, start: int) -> Token:
        block = _BLOCK.match(self.source.body, start)
        if block is None:
            return super().read_block_string(start)
        lines = _BREAK.split(block[1].replace('\\"""', '"""'))
        value = "\n".join(dedent_block_string_lines(lines))
        token = self.create_token(TokenKind.BLOCK_STRING, start, block.end(), value)
        self._pass_lines(start, block.end())
        return token

    def _pass_lines(self, start: int, end: int) -> None:
        """Keeps count of the lines that end between two places."""
        body = self.source.body
        last = max(body.rfind("\n", start, end), body.rfind("\r", start, end))
        if last >= 0:
            returns = body.count("\r", start, end) - body.count("\r\n", start, end)
            self.line += body.count("\n", start, end) + returns
            self.line_start = last + 1


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return start if match is None else match.end()
