"""What differs only in how it is written folds to the same, and is found where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.moderation.text.folding import Folding

_SCRIPTS = {"剛": "刚", "價": "价"}


def folding() -> Folding:
    return Folding(lambda one: _SCRIPTS.get(one, one))


@pytest.mark.parametrize("text", ["性价比A1", "性價比Ａ１", "性 价*比 a-①", "性\u200b价比❤a。1"])
def test_disguises_fold_to_the_same(text: str) -> None:
    assert folding().fold(text).text == "性价比a1"


def test_what_is_found_is_shown_as_its_author_wrote_it() -> None:
    folded = folding().fold("好：Ｐ * 價 ㎏!")
    start = folded.text.index("p价")
    assert folded.source[slice(*folded.span(start, start + 2))] == "Ｐ * 價"
    assert folded.source[slice(*folded.span(folded.text.index("kg"), len(folded.text)))] == "㎏"


@given(st.text())
def test_every_character_stands_where_it_came_from(text: str) -> None:
    made = folding()
    folded = made.fold(text)
    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    for character, place in zip(folded.text, folded.places, strict=True):
        assert character in made.fold(text[place]).text
