"""Characters are counted as people see them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.text import check_text, count_characters, has_controls

FAMILY = "👨‍👩‍👧‍👦"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("买家秀", 3),
        ("e\u0301", 1),
        (FAMILY, 1),
        (FAMILY * 3, 3),
        ("🇨🇳🇩🇪", 2),
        ("🇨🇳🇩", 2),
        (SCOTLAND, 1),
        ("👍🏽", 1),
        ("❤️", 1),
        ("1️⃣", 1),
        ("🧑🏻‍🤝‍🧑🏿", 1),
        ("한국", 2),
        ("\u1112\u1161\u11ab", 1),
        ("கி", 1),
        ("กำ", 1),
        ("ﾊﾞ", 1),
        ("a\u200db", 2),
        ("👨\u200d\u200d👩", 2),
        ("\u0600a", 1),
        ("\r\n", 1),
        ("\n\u0301", 2),
        ("葛\U000e0100", 1),
    ],
)
def test_a_cluster_is_one_character(text: str, expected: int) -> None:
    assert count_characters(text) == expected


@given(st.text())
def test_never_more_characters_than_code_points(text: str) -> None:
    assert (len(text) > 0) <= count_characters(text) <= len(text)


@given(st.text(), st.text())
def test_joining_texts_joins_two_characters_at_most(left: str, right: str) -> None:
    apart = count_characters(left) + count_characters(right)
    # A flag's half that finds its partner makes all later halves pair anew.
    flags = sum("\U0001f1e6" <= char <= "\U0001f1ff" for char in right)
    assert apart - 1 - flags <= count_characters(left + right) <= apart + flags


@given(st.text(alphabet=st.characters(whitelist_categories=["Lo", "Ll"], max_codepoint=0x9FFF)))
def test_composing_changes_no_count(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    composed = unicodedata.normalize("NFC", decomposed)
    assert count_characters(decomposed) == count_characters(composed)


@pytest.mark.parametrize("char", ["\0", "\x1b", "\x7f", "\x85", "\r", "\ud83d"])
def test_controls_and_lone_surrogates_are_no_text(char: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_text(f"a{char}b", limit=10, field=("bio",))
    assert (refused.value.reason, refused.value.field) == ("text.control", ("bio",))


def test_newline_and_tab_are_text() -> None:
    assert not has_controls("买家秀\n\t👨‍👩‍👧\u200b")


def test_the_limit_counts_characters() -> None:
    check_text(FAMILY * 30, limit=30, field=("displayName",))
    with pytest.raises(Invalid) as refused:
        check_text(FAMILY * 31, limit=30, field=("displayName",))
    assert refused.value.params == {"limit": 30}


def test_marks_without_end_are_no_text() -> None:
    check_text("a" + "\u0301" * 599, limit=30, field=("name",))
    with pytest.raises(Invalid) as refused:
        check_text("a" + "\u0301" * 600, limit=30, field=("name",))
    assert (refused.value.reason, refused.value.field) == ("text.too_long", ("name",))
