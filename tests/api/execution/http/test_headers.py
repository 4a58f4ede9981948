"""Headers as the server hands them in."""

from __future__ import annotations

from typing import Any

from api.execution.http.headers import headers_of, text_of

SCOPE: dict[str, Any] = {
    "headers": [(b"accept", b"text/html"), (b"x-note", b"caf\xe9"), (b"accept", b"*/*")]
}


def test_of_several_headers_by_one_name_the_first_counts() -> None:
    assert text_of(headers_of(SCOPE), b"accept") == "text/html"


def test_values_are_latin_1() -> None:
    assert text_of(headers_of(SCOPE), b"x-note") == "café"


def test_a_header_that_was_not_sent_is_none() -> None:
    assert text_of(headers_of(SCOPE), b"authorization") is None
