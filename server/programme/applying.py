"""Comparing the shop with a programme file, and making it what the file says.

Both are the same work: everything is saved in one transaction, by the verbs of the API, and to
compare is to take it back. So `diff` refuses what `apply` would refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.errors import Conflict
from domain.programme_document import LONE, Change, Kind, compare
from gamification.expressions import Expressions
from gamification.programme import store
from infra.database import Transaction
from infra.platform import Platform
from server.programme.faults import Fault, NotAProgramme
from server.programme.reading import Drafts, ProgrammeFile, document_of
from server.programme.saving import Saving, without
from server.programme.shop import put_away, read_shop

_SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: `prune` puts away what the file lacks, `keep` commits it.

    `if_version` is the version of the programme that it is meant for, None for any.
    """

    file: ProgrammeFile
    prune: bool = False
    keep: bool = True
    if_version: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What differs, or differed. `put_away` are those of the EXTRA ones that pruning can end.

    `version` is the one that the programme has now.
    """

    version: int
    changes: tuple[Change, ...]
    put_away: tuple[Change, ...]


class _TakenBack(Exception):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


async def carry_out(platform: Platform, expressions: Expressions, order: Order) -> Outcome:
    """Makes the shop what the file says, or tells what that would change.

    The programme's version rises once, and not at all where nothing differs.

    Raises: NotAProgramme with every refusal, Conflict for another version, Unavailable.
    """

    async def work(tx: Transaction) -> Outcome:
        outcome = await _work(tx, platform, expressions, order)
        if not order.keep:
            raise _TakenBack(outcome)
        return outcome

    try:
        return await platform.database.in_transaction(work)
    except _TakenBack as trial:
        return trial.outcome


async def _work(
    tx: Transaction, platform: Platform, expressions: Expressions, order: Order
) -> Outcome:
    version = await store.locked_version(tx)  # first: designers wait, as they do for each other
    if order.if_version not in {None, version}:
        raise Conflict("programme_file.version", wanted=order.if_version, version=version)
    shop, now = await read_shop(tx), await platform.clock.now(tx)
    settings = shop[_SETTINGS][LONE]
    saving = Saving(
        platform=replace(platform, database=platform.database.joining(tx)),
        expressions=expressions,
        file=order.file,
        zone=ZoneInfo(settings.time_zone),
        currency=settings.currency,
    )
    changes = tuple(_in_force(_compare(shop, order.file), shop, now))
    ending = [
        one for one in changes if one.kind is Kind.EXTRA
        and without(shop[one.section][one.key], now, saving.zone) is not None
    ]  # fmt: skip
    await saving.save(changes)
    if order.prune:
        await saving.put_away(ending, shop, now)
    if not saving.faults:
        saving.faults.extend(_not_kept(await read_shop(tx), order.file))
    if saving.faults:
        raise NotAProgramme(saving.faults)
    differs = (order.prune and ending) or any(one.kind is not Kind.EXTRA for one in changes)
    if order.keep and differs:
        version = await store.bump(tx)
    return Outcome(version, changes, tuple(ending))


def _compare(shop: Drafts, file: ProgrammeFile) -> tuple[Change, ...]:
    """What differs; settings that the file leaves out stay as they are."""
    known, wanted = document_of(shop), dict(file.document)
    if _SETTINGS in wanted:
        given = wanted[_SETTINGS].get(LONE, {})
        wanted[_SETTINGS] = {LONE: {**known[_SETTINGS][LONE], **given}}
    return compare(known, wanted)


def _in_force(changes: tuple[Change, ...], shop: Drafts, now: datetime) -> Iterator[Change]:
    """Without what the file lacks because it was put away."""
    for one in changes:
        if one.kind is not Kind.EXTRA or not put_away(shop[one.section][one.key], now):
            yield one


def _not_kept(shop: Drafts, file: ProgrammeFile) -> Iterator[Fault]:
    """What the shop cannot keep to the letter, such as a seventh decimal place."""
    for change in _compare(shop, file):
        for one in () if change.kind is Kind.EXTRA else change.differences:
            path = (change.section, *filter(None, [change.key]), *one.field.split("."))
            params = {"kept": "" if one.old is None else one.old}
            yield Fault(path, file.place(path), "programme_file.not_kept", params)
