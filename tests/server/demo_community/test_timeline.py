"""The demo's community as it is written: complete, before the start, and as lively as life."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Final

from server.demo_community.script import Ending, read_script
from server.demo_community.timeline import (
    LEAD,
    Approve,
    Buy,
    Feature,
    Like,
    Say,
    Share,
    Timed,
    Write,
    timeline,
)
from server.demo_plan import FOLDER
from tests.support.shop import SHANGHAI

BEGUN: Final = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
SCRIPT: Final = read_script(FOLDER)
TOLD: Final = timeline(SCRIPT, BEGUN, SHANGHAI)


def first(kind: type[Write | Approve], place: int) -> datetime:
    return next(at for at, act in TOLD if isinstance(act, kind) and act.place == place)


def places(told: list[Timed], kind: type[Like]) -> Counter[int]:
    return Counter(act.place for _, act in told if isinstance(act, kind))


def test_everybody_and_everything_that_is_named_is_there() -> None:
    authors = {one.key for one in SCRIPT.authors}
    skus = {one.sku for one in SCRIPT.products}
    for piece in SCRIPT.pieces:
        assert {piece.by, *(said.by for said in piece.remarks)} <= authors
        assert set(piece.skus) <= skus
        assert all(file.is_file() for file in piece.photos)
    assert all(one.face is None or one.face.is_file() for one in SCRIPT.authors)


def test_no_text_and_no_customer_comes_twice() -> None:
    assert max(Counter(piece.text for piece in SCRIPT.pieces).values()) == 1
    assert max(Counter(one.customer for one in SCRIPT.people).values()) == 1


def test_remarks_answer_earlier_ones() -> None:
    for piece in SCRIPT.pieces:
        for place, said in enumerate(piece.remarks):
            assert said.to is None or 0 <= said.to < place


def test_the_same_start_gives_the_same_story() -> None:
    assert timeline(SCRIPT, BEGUN, SHANGHAI) == TOLD


def test_all_of_it_lies_in_the_weeks_before_the_start() -> None:
    assert all(BEGUN - LEAD < at < BEGUN for at, _ in TOLD)


def test_what_is_bought_is_bought_before_it_is_shown() -> None:
    for at, act in TOLD:
        if isinstance(act, Buy):
            assert at < first(Write, act.place)


def test_what_others_do_with_a_post_they_do_after_its_review() -> None:
    for at, act in TOLD:
        if isinstance(act, Like | Say | Share | Feature):
            assert at >= first(Approve, act.place)


def test_what_is_not_published_is_neither_approved_nor_liked() -> None:
    hidden = {n for n, one in enumerate(SCRIPT.pieces) if one.ending is not Ending.PUBLISHED}
    assert len(hidden) > 3
    assert not [act for _, act in TOLD if isinstance(act, Like | Approve) and act.place in hidden]


def test_a_fifth_of_the_posts_has_almost_half_of_the_likes() -> None:
    counts = [count for _, count in places(TOLD, Like).most_common()]
    assert 0.42 < sum(counts[: len(counts) // 5]) / sum(counts) < 0.75
