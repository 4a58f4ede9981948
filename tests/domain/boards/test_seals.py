"""Seals of closed seasons: whatever changes, they change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.boards import Entry
from domain.boards.seals import FIRST, Head, extend, seal

START = datetime(2026, 3, 2, tzinfo=UTC)
HEAD = Head(UUID(int=1), "spent", START, START + timedelta(days=7), 2, 1)
ENTRIES = [Entry(1, UUID(int=7), 30, START), Entry(2, UUID(int=8), 20, START)]


def test_a_seal_is_the_same_wherever_it_is_computed() -> None:
    digest = extend(FIRST, ENTRIES)
    assert digest.hex() == "6a96ff64c5c3f3ff3fe6e9e35192128abee11d53fb277d5fcbc339569a827b12"
    assert (
        seal(HEAD, digest, b"").hex()
        == "e9ee8ea691f77b4d276ccdb0e3090654e0f13b9c21968dd7d6e13b5dcd4ca351"
    )


@pytest.mark.parametrize(
    "entries",
    [
        ENTRIES[::-1],
        ENTRIES[:1],
        [ENTRIES[0], replace(ENTRIES[1], score=21)],
        [ENTRIES[0], replace(ENTRIES[1], reached_at=START + timedelta(microseconds=1))],
        [ENTRIES[0], replace(ENTRIES[1], member_id=UUID(int=9))],
    ],
)
def test_other_entries_have_another_digest(entries: list[Entry]) -> None:
    assert extend(FIRST, entries) != extend(FIRST, ENTRIES)


@pytest.mark.parametrize(
    "head",
    [
        replace(HEAD, size=3),
        replace(HEAD, number=2),
        replace(HEAD, key="spend"),
        replace(HEAD, ends_at=START + timedelta(days=8)),
    ],
)
def test_another_head_has_another_seal(head: Head) -> None:
    assert seal(head, FIRST, b"") != seal(HEAD, FIRST, b"")


def test_a_seal_hangs_on_the_one_before() -> None:
    assert seal(HEAD, FIRST, b"x") != seal(HEAD, FIRST, b"")
