"""The policies that a new shop begins with, in three languages: reasons for its first decisions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from community.moderation.policies import store
from community.moderation.policies.store import OWN, PolicyRow
from infra.database import Database, Transaction
from infra.i18n import Locale
from infra.ids import new_id

_FILE: Final = Path(__file__).with_name("ready_made.toml")
_NOBODY: Final = UUID(int=0)
"""By whom they were saved: they came with Laurels."""


def ready_made() -> list[PolicyRow]:
    """Each at its first version; the shop's own language is Simplified Chinese."""
    written: Mapping[str, Mapping[str, Any]] = tomllib.loads(_FILE.read_text("utf-8"))
    return [_policy(key, said) for key, said in written.items()]


def _policy(key: str, said: Mapping[str, Any]) -> PolicyRow:
    others = [one.value for one in Locale if one is not Locale.ZH_CN]
    languages = {OWN: Locale.ZH_CN.value} | {one: one for one in others}
    return PolicyRow(
        id=new_id(),
        key=key,
        version=1,
        names={language: said[place][0] for language, place in languages.items()},
        texts={language: said[place][1] for language, place in languages.items()},
        editable=bool(said["editable"]),
    )


async def add(database: Database, now: datetime) -> None:
    """Gives them to a shop that has no policy at all; again changes nothing."""

    async def work(tx: Transaction) -> None:
        if await store.present(tx):
            return
        for policy in ready_made():
            await store.hold(tx, policy.id, policy.key)
            await store.add_version(tx, policy, by=_NOBODY, now=now)

    await database.in_transaction(work)
