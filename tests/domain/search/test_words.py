from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search import Word, asked_grams, asked_words, fold, forgiving, kept_grams, words_of
from domain.search.words import singular, spelled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２", "abc12"),
        ("Café CRÈME", "cafe creme"),
        ("Straße", "strasse"),
        ("が", "が"),
        ("z\u0300\u0301\u0302a\u0323lgo", "zalgo"),
        ("ﾐﾙｸ", "ミルク"),
        ("한국", "한국"),
    ],
)
def test_a_text_has_one_spelling(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize("text", ["iPhone15", "iPhone 15", "iphone-15", "IPHONE　１５"])
def test_letters_and_digits_are_words_of_their_own(text: str) -> None:
    assert words_of(fold(text)) == [Word("iphone", close=False), Word("15", close=False)]


def test_chinese_stays_in_one_run_until_something_else_comes() -> None:
    found = [word.text for word in words_of("很好用spf50防晒霜，回购🍓了")]
    assert found == ["很好用", "spf", "50", "防晒霜", "回购", "🍓", "了"]


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("shoes", "shoe"), ("berries", "berry"), ("boxes", "boxe"), ("glass", "glass"),
        ("bus", "bus"), ("gas", "gas"), ("virus", "virus"), ("shoe", "shoe"),
    ],
)  # fmt: skip
def test_plurals_are_read_as_singulars(word: str, one: str) -> None:
    assert singular(word) == one


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    words = words_of(fold(text))
    assert all(word.text in spelled(words) for word in words)
    assert not kept_grams(words) & {"", " "}


@given(st.text(alphabet="防晒霜推荐口红abc12 ", min_size=1), st.text(alphabet="防晒霜口红ab1 "))
def test_a_text_has_every_gram_of_any_part_of_it(before: str, after: str) -> None:
    for part in words_of(fold(before)):
        assert set(asked_grams([part])) <= kept_grams(words_of(fold(f"{before} {after}")))


def test_a_question_asks_for_pairs_and_a_lone_character_for_itself() -> None:
    assert asked_grams(words_of("防晒霜 茶 tea")) == ["防晒", "晒霜", "茶", "tea"]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("有没有好用的防晒霜？", ["好用", "防晒霜"]),
        ("口红推荐", ["口红"]),
        ("推荐", ["推荐"]),
        ("的", ["的"]),
        ("the best tea", ["the", "best", "tea"]),
    ],
)
def test_what_questions_are_made_of_is_not_asked_for(question: str, asked: list[str]) -> None:
    assert [word.text for word in asked_words(fold(question))] == asked


def test_a_kind_reading_leaves_out_one_pair_of_the_longest_run() -> None:
    ways = forgiving(words_of("咖啡机拿铁 杯"))
    assert ways[2] == ["杯", "咖啡", "啡机", "拿铁"]
    assert len(ways) == 4


def test_short_questions_have_no_kind_reading() -> None:
    assert forgiving(words_of("防晒霜 tea")) == []
