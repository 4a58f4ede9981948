"""The verb of word lists: save one. What is sent from its commit on is read by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from community.moderation.log import store as log
from community.moderation.log.store import StaffAction
from community.moderation.word_lists import announcing, store
from community.moderation.word_lists.store import WordListRow
from domain.errors import Invalid, LimitReached
from domain.moderation.text.words import WordAction
from domain.text import check_text, is_blank
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform

LONGEST_WORD: Final = 50  # user-perceived characters
MOST_WORDS: Final = 10_000
MOST_LISTS: Final = 50
MOST_IN_ALL: Final = 20_000
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class WordListDraft:
    """A list as an admin wants it. Words that are there twice count once; none turn it off."""

    key: str
    action: WordAction
    words: tuple[str, ...]


async def save(platform: Platform, admin_id: UUID | None, draft: WordListDraft) -> WordListRow:
    """Makes a list, or replaces the one of the same key; nothing where nothing changes.

    `admin_id` None is whoever works at the deployment itself: that is not in the log of staff.

    Raises: Invalid, LimitReached.
    """
    check(draft)
    words = tuple(dict.fromkeys(draft.words))

    async def work(tx: Transaction) -> WordListRow:
        await store.hold(tx)
        now = await platform.clock.now(tx)
        known = {one.key: one for one in await store.present(tx)}
        before = known.get(draft.key)
        _check_room(known, draft.key, words)
        if before is None:
            wanted = WordListRow(new_id(), draft.key, draft.action, words, 1)
        else:
            wanted = replace(before, action=draft.action, words=words)
            if wanted == before:
                return before
            wanted = replace(wanted, version=before.version + 1)
        await store.put(tx, wanted, now)
        announcing.announce(tx, platform.pubsub)
        if admin_id is not None:
            await log.write(
                tx,
                StaffAction(
                    actor_id=admin_id,
                    action="SAVE_WORD_LIST",
                    subject_kind="WORD_LIST",
                    subject_id=wanted.id,
                    before={} if before is None else _told(before, removed=_only(before, wanted)),
                    after=_told(wanted, added=_only(wanted, before)),
                    done_at=now,
                ),
            )
        return wanted

    return await platform.database.in_transaction(work)


def check(draft: WordListDraft) -> None:
    """Raises: Invalid."""
    if not _KEY.fullmatch(draft.key):
        raise Invalid("programme.key", field=("key",))
    check_words(draft.words)


def check_words(words: Sequence[str]) -> None:
    """Raises: Invalid for too many, or one that is too long, or of nothing that can be found."""
    if len(words) > MOST_WORDS:
        raise Invalid("word_list.too_many", field=("words",), limit=MOST_WORDS)
    for place, word in enumerate(words):
        field = ("words", str(place))
        check_text(word, limit=LONGEST_WORD, field=field)
        if is_blank(word) or not any(one.isalnum() for one in word):
            raise Invalid("word_list.word", field=field)


def _check_room(known: dict[str, WordListRow], key: str, words: Sequence[str]) -> None:
    if key not in known and len(known) >= MOST_LISTS:
        raise LimitReached("word_list.lists", field=("key",), limit=MOST_LISTS)
    others = sum(len(one.words) for one in known.values() if one.key != key)
    if others + len(words) > MOST_IN_ALL:
        raise LimitReached("word_list.in_all", field=("words",), limit=MOST_IN_ALL)


def _told(one: WordListRow, **words: Sequence[str]) -> dict[str, object]:
    """A side of a change: words that both sides have are only counted."""
    said = {"key": one.key, "action": one.action.value, "version": one.version}
    return {**said, "size": len(one.words), **words}


def _only(one: WordListRow, other: WordListRow | None) -> list[str]:
    lacking = set(other.words) if other is not None else set[str]()
    return [word for word in one.words if word not in lacking]
