"""The plain part of YAML: what is read, and what is refused where it stands."""

from __future__ import annotations

import pytest

from server.programme.faults import NotAProgramme
from server.programme.tree import DEEPEST, LARGEST, List, Map, Text, parse

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


def refused(raw: str | bytes) -> tuple[str, int | None, int | None]:
    """Why, and where."""
    with pytest.raises(NotAProgramme) as caught:
        parse(raw if isinstance(raw, bytes) else raw.encode())
    [fault] = caught.value.faults
    place = fault.place
    return fault.reason, place and place.line, place and place.column


def test_texts_lists_and_mappings_know_where_they_stand() -> None:
    tree = parse(b"a: 1 # one\nb:\n  - x\n  - {y: 'z'}\n")
    assert isinstance(tree.items["b"], List)
    x, y = tree.items["b"].items
    assert isinstance(x, Text)
    assert (x.text, x.place.line, x.place.column) == ("x", 3, 5)
    assert isinstance(y, Map)
    assert (y.keys["y"].line, y.keys["y"].column) == (4, 6)


@pytest.mark.parametrize("written", ["no", "on", "1_000", "0o7", "2026-03-01", "1e3"])
def test_yaml_guesses_no_meaning(written: str) -> None:
    found = parse(f"a: {written}".encode()).items["a"]
    assert isinstance(found, Text)
    assert found.text == written


@pytest.mark.parametrize(
    ("written", "missing"),
    [("", True), ("~", True), ("null", True), ("''", False), ("'null'", False), ("0", False)],
)
def test_nothing_and_null_without_quotes_are_no_text(written: str, missing: bool) -> None:  # noqa: FBT001
    found = parse(f"a: {written}".encode()).items["a"]
    assert isinstance(found, Text)
    assert found.missing is missing


@pytest.mark.parametrize(
    ("raw", "reason", "line", "column"),
    [
        (BOMB, "alias", 1, 4),
        ("a: *b", "alias", 1, 4),
        ("a: !!python/object:os.system x", "tag", 1, 4),
        ("a: 1\nb: 2\na: 3", "twice", 3, 1),
        ("? [a]\n: b", "key_no_text", 1, 3),
        ("- a", "not_a_mapping", 1, 1),
        ("a: 1\n---\nb: 1", "two_documents", 2, 1),
        ("a: [1", "not_yaml", 1, 6),
        ("a: 1\n b: 2", "not_yaml", 2, 3),
        ('a: "\\0"', "character", 1, 4),
        ('a: "\\ud800"', "character", 1, 4),
        ("a: 1\nb: \x07", "not_yaml", 2, 4),
        ("a: " + "[" * DEEPEST, "too_deep", 1, 3 + DEEPEST),
        ("a: " + "[" * 100_000, "too_deep", 1, 3 + DEEPEST),
    ],
)
def test_what_is_not_plain_is_refused_where_it_stands(
    raw: str, reason: str, line: int, column: int
) -> None:
    assert refused(raw) == (f"programme_file.{reason}", line, column)


def test_what_is_no_text_or_too_large_is_refused() -> None:
    assert refused(b"a: \xff") == ("programme_file.not_utf8", None, None)
    assert refused(b"#" * (LARGEST + 1)) == ("programme_file.too_large", None, None)


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert parse(b"# nothing\n").items == {}
