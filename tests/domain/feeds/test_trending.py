from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.feeds import KEPT, Talked, heat, trending

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def post(
    number: int = 1, hours: float = 1, likes: int = 0, comments: int = 0, shares: int = 0,
    author: int | None = None,
) -> Talked:  # fmt: skip
    at = NOW - timedelta(hours=hours)
    writer = UUID(int=number if author is None else author)
    return Talked(UUID(int=number), writer, at, likes, comments, shares)


def test_the_formula_gives_what_it_says() -> None:
    assert heat(post(hours=2), NOW) == 1 / 4**1.8
    assert heat(post(hours=0, likes=7, comments=1, shares=1), NOW) == 16**0.8 / 2**1.8


def test_a_share_weighs_as_five_likes_and_a_comment_as_three() -> None:
    assert heat(post(shares=1), NOW) == heat(post(likes=5), NOW) > heat(post(comments=1), NOW)
    assert heat(post(comments=1), NOW) == heat(post(likes=3), NOW)


def test_what_is_old_fades_however_much_it_was_liked() -> None:
    praised, quiet = post(1, hours=24 * 30, likes=10_000), post(2, hours=1, likes=2)
    assert trending([praised, quiet], NOW) == [quiet.id, praised.id]


def test_one_author_does_not_fill_the_feed() -> None:
    many = [post(n, likes=10, author=99) for n in range(1, 5)]
    other = post(9, likes=4)
    assert trending([*many, other], NOW)[1] == other.id


def test_of_equal_posts_the_newer_comes_first() -> None:
    future = [post(n, hours=-n) for n in range(1, 4)]  # a clock that is ahead: no age
    assert trending(future, NOW) == [UUID(int=3), UUID(int=2), UUID(int=1)]


@given(st.lists(st.integers(0, 500), max_size=40), st.integers(0, 3))
def test_every_post_is_there_once(likes: list[int], authors: int) -> None:
    posts = [post(n, likes=one, author=n % (authors + 1)) for n, one in enumerate(likes)]
    assert sorted(trending(posts, NOW)) == [one.id for one in posts]


def test_the_feed_ends_after_a_thousand() -> None:
    assert len(trending([post(n) for n in range(KEPT + 5)], NOW)) == KEPT
