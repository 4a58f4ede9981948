"""Disguises hide the word and draw no more than they are given."""

from __future__ import annotations

import pytest

from domain.moderation.text.evasions import Disguises, Evasion


def disguises(drawn: int) -> Disguises:
    return Disguises(
        traditional=lambda text: text.replace("单", "單"),
        homophones={"刷": ["耍"], "单": ["担", "丹"]},
        draw=lambda below: drawn % below,
    )


@pytest.mark.parametrize(
    ("word", "evasion", "expected"),
    [
        ("刷B", Evasion.FULLWIDTH, "刷Ｂ"),
        ("刷单", Evasion.TRADITIONAL, "刷單"),
        ("刷单了", Evasion.SPACING, "刷  单  了"),
        ("刷单了", Evasion.SYMBOLS, "刷.单.了"),
        ("刷单了", Evasion.HOMOPHONES, "耍丹了"),
    ],
)
def test_a_word_is_disguised(word: str, evasion: Evasion, expected: str) -> None:
    assert disguises(1).of(word, evasion) == expected


@pytest.mark.parametrize("evasion", set(Evasion))
def test_what_cannot_be_disguised_is_none(evasion: Evasion) -> None:
    assert disguises(0).of("好", evasion) is None
