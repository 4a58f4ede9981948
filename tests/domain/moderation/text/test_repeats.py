"""Prints find texts again that are much alike, and are the same in every process."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.moderation.text.repeats import SHORTEST, alike, print_of

PRINT = -3518839422210889269
TEXTS = st.text(st.sampled_from("好看用很快服务态度不错下次再来物流包装"), min_size=SHORTEST)


@given(TEXTS)
def test_a_text_is_like_itself_and_has_its_print(text: str) -> None:
    assert alike(text, text) == 1
    assert print_of(text) == print_of(text)


@given(TEXTS, TEXTS)
def test_how_much_alike_lies_between_and_goes_both_ways(one: str, other: str) -> None:
    assert 0 <= alike(one, other) == alike(other, one) <= 1


def test_a_print_is_the_same_for_ever() -> None:
    found = print_of("这款面霜非常滋润冬天用刚刚好")
    assert found is not None
    assert found.whole == PRINT


def test_short_texts_have_none() -> None:
    assert print_of("好" * (SHORTEST - 1)) is None


def test_of_texts_that_are_much_alike_nearly_all_have_a_pair_in_common() -> None:
    chance = Random(5)  # noqa: S311 - a repeatable draw is wanted
    found = total = 0
    for _ in range(400):
        text = [chr(0x4E00 + chance.randrange(3_000)) for _ in range(100)]
        other = list(text)
        for _ in range(chance.randint(1, 3)):
            other[chance.randrange(100)] = "换"
        one, two = "".join(text), "".join(other)
        if alike(one, two) >= 0.8:
            total += 1
            first, second = print_of(one), print_of(two)
            assert first is not None
            assert second is not None
            found += not set(first.pairs).isdisjoint(second.pairs)
    assert total > 200
    assert found >= 0.97 * total
