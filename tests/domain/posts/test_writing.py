"""What a post may say, and which topics its author means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.posts.writing import (
    Parts,
    Writing,
    check_complete,
    check_parts,
    check_writing,
    given_beside,
    topic_key,
    topics_in,
    topics_of,
)
from infra.ids import new_id


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("今天的 #口红 好看", ["口红"]),
        ("真好看#穿搭#美妆", ["穿搭", "美妆"]),
        ("＃露营 周末", ["露营"]),
        ("#style#ootd today", ["style", "ootd"]),
        ("written in C# and a page#part", []),
        ("https://shop.example/#top &#39; # ## #!", []),
        ("#" + "长" * 30, ["长" * 30]),
        ("#" + "长" * 31, []),
        ("#2026 #双十一", ["2026", "双十一"]),
        ("#___ #·", []),
    ],
)
def test_topics_stand_in_the_text(text: str, topics: list[str]) -> None:
    assert list(topics_in(text)) == topics


def test_names_that_differ_in_case_or_width_are_one_topic() -> None:
    assert topics_of(Writing("#OOTD #ＯＯＴＤ", ("#ootd",))) == ("ootd",)


def test_what_stands_beside_the_text_outlives_it() -> None:
    topics = topics_of(Writing("#口红 真好", ("美妆",)))
    assert topics == ("美妆", "口红")
    assert given_beside("#口红 真好", topics) == ("美妆",)


@given(st.text())
def test_any_text_has_topics_that_are_good_names(text: str) -> None:
    for name in topics_in(text):
        assert topic_key(name)
        assert len({"#", "＃", "\n"} & set(name)) == 0


@pytest.mark.parametrize(
    ("writing", "reason", "field"),
    [
        (Writing("a" * 2001), "text.too_long", ("text",)),
        (Writing("a\x00b"), "text.control", ("text",)),
        (Writing("a\ud800"), "text.control", ("text",)),
        (Writing("a\x1b[0m"), "text.control", ("text",)),
        (Writing("a", rating=0), "post.rating", ("rating",)),
        (Writing("a", rating=6), "post.rating", ("rating",)),
        (Writing("a", ("b" * 31,)), "text.too_long", ("topics", "0")),
        (Writing("a", ("好", "  ")), "post.topic", ("topics", "1")),
        (Writing("a", ("a#b",)), "post.topic", ("topics", "0")),
        (Writing("a", tuple(f"t{n}" for n in range(21))), "post.too_many_topics", ("topics",)),
    ],
)
def test_what_cannot_be_said(writing: Writing, reason: str, field: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        check_writing(writing)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_lengths_are_of_what_people_see() -> None:
    check_writing(Writing("👨‍👩‍👧‍👦" * 2000))
    check_writing(Writing("z̷̡͓̈́a̸l̴g̵o̶ \u202eright to left\u202c\n\t"))
    with pytest.raises(Invalid):
        check_writing(Writing("👨‍👩‍👧‍👦" * 2001))


def test_at_most_nine_photos_each_once() -> None:
    ids = tuple(new_id() for _ in range(10))
    check_parts(Parts(ids[:9]))
    for parts in (Parts(ids), Parts(ids[:1] * 2), Parts((), ids[:1] * 2)):
        with pytest.raises(Invalid):
            check_parts(parts)


def test_a_post_shows_something() -> None:
    check_complete("", images=1)
    check_complete("好", images=0)
    with pytest.raises(Invalid):
        check_complete(" \n", images=0)


@pytest.mark.parametrize("text", ["\u200b", "\u202e \u2066", "\u3164", "\u2800\u2800", "\ufeff"])
def test_what_has_no_ink_shows_nothing(text: str) -> None:
    with pytest.raises(Invalid):
        check_complete(text, images=0)


def test_what_has_no_width_makes_no_other_topic() -> None:
    assert topic_key("露\u200b营\u2060") == topic_key("露营")
    assert topic_key("\u202eootd") == topic_key("OOTD")
