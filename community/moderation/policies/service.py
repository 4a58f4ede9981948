"""The verb of policies: save one. What is decided refers to the version it was decided by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from community.moderation.log import store as log
from community.moderation.log.store import StaffAction
from community.moderation.policies import store
from community.moderation.policies.store import OWN, PolicyRow
from domain.errors import Invalid
from domain.text import check_text
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform

LONGEST_NAME: Final = 100
LONGEST_TEXT: Final = 2_000
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy as an admin wants it; names and texts are by language, `OWN` among them."""

    key: str
    names: Mapping[str, str]
    texts: Mapping[str, str]
    editable: bool = field(default=False)


async def save(platform: Platform, admin_id: UUID, draft: Draft) -> PolicyRow:
    """Makes a policy, or a new version of it; nothing where nothing changes.

    Raises: Invalid.
    """
    _check(draft)

    async def work(tx: Transaction) -> PolicyRow:
        id_ = await store.hold(tx, new_id(), draft.key)
        now = await platform.clock.now(tx)
        before = await store.by_key(tx, draft.key)
        version = 1 if before is None else before.version + 1
        wanted = PolicyRow(id_, draft.key, version, draft.names, draft.texts, draft.editable)
        if before is not None and replace(wanted, version=before.version) == before:
            return before
        await store.add_version(tx, wanted, by=admin_id, now=now)
        await log.write(
            tx,
            StaffAction(
                actor_id=admin_id,
                action="SAVE_POLICY",
                subject_kind="POLICY",
                subject_id=id_,
                before={} if before is None else _told(before),
                after=_told(wanted),
                done_at=now,
            ),
        )
        return wanted

    return await platform.database.in_transaction(work)


def _check(draft: Draft) -> None:
    if not _KEY.fullmatch(draft.key):
        raise Invalid("programme.key", field=("key",))
    for name, texts, limit in (
        ("name", draft.names, LONGEST_NAME),
        ("text", draft.texts, LONGEST_TEXT),
    ):
        for language, text in texts.items():
            place = (name,) if language == OWN else ("translations", name)
            check_text(text, limit=limit, field=place)
            if not text.strip():
                raise Invalid("text.blank", field=place)


def _told(policy: PolicyRow) -> dict[str, object]:
    return {
        "key": policy.key,
        "version": policy.version,
        "names": dict(policy.names),
        "texts": dict(policy.texts),
        "editable": policy.editable,
    }
