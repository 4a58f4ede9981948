"""Which likes count for the programme."""

from hypothesis import given
from hypothesis import strategies as st

from domain.reactions import MOST_A_DAY, Given, Verdict, judge


def test_the_first_like_of_somebody_counts() -> None:
    assert judge(Given()) is Verdict.COUNTS


def test_nobodys_own_like_counts() -> None:
    assert judge(Given(), own=True) is Verdict.OWN


def test_of_one_givers_likes_for_one_author_ever_fewer_count() -> None:
    counted = [n + 1 for n in range(40) if judge(Given(by_giver=n)) is Verdict.COUNTS]
    assert counted == [1, 2, 4, 8, 16, 32]


@given(st.integers(0, 500), st.integers(0, 99), st.integers(1, 500))
def test_who_was_liked_by_the_author_gives_nothing(by_giver: int, today: int, back: int) -> None:
    assert judge(Given(today, by_giver, back)) is Verdict.EXCHANGED


def test_a_giver_runs_out_of_likes_that_count_on_a_day() -> None:
    assert judge(Given(today=MOST_A_DAY - 1)) is Verdict.COUNTS
    assert judge(Given(today=MOST_A_DAY)) is Verdict.CAPPED


def test_two_who_like_each_others_hundred_posts_give_each_other_one_like_at_most() -> None:
    given_by = {"ana": 0, "bo": 0}
    counted = 0
    for n in range(200):
        giver, author = ("ana", "bo") if n % 2 else ("bo", "ana")
        verdict = judge(Given(0, given_by[giver], given_by[author]))
        counted += verdict is Verdict.COUNTS
        given_by[giver] += 1
    assert counted == 1


@given(st.integers(1, 2_000))
def test_a_thousand_likes_of_one_fan_are_worth_ten(likes: int) -> None:
    counted = sum(judge(Given(by_giver=n)) is Verdict.COUNTS for n in range(likes))
    assert counted == likes.bit_length()
