"""What is written comes in: read phase by phase, held where a phase holds, queued where one asks.

All of it is in the transaction that sends, edits or comments: a text that has to wait is never
shown for a moment, and its item is there when it begins to wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Final

import structlog

from community.moderation.intake import settings, twins
from community.moderation.intake.lexicons import Lexicons
from community.moderation.intake.pictures import Pictures
from community.moderation.intake.reading import read_folded
from community.moderation.intake.settings import InForce
from community.moderation.queue.putting import put
from community.moderation.standing import records_of
from community.moderation.word_lists import announcing
from domain.errors import Unavailable
from domain.moderation.intake.findings import (
    Finding,
    Repeated,
    of_newcomer,
    of_photos,
    of_record,
    of_repeats,
    of_sample,
    share_of,
)
from domain.moderation.intake.sampling import is_drawn
from domain.moderation.intake.signals import SAMPLE, Place, signals
from domain.moderation.priority import Signal
from domain.moderation.standing import Record, trust
from domain.moderation.subjects import Origin, Subject, SubjectKind, stronger
from domain.moderation.text.phases import Status, strongest
from domain.moderation.text.repeats import print_of
from infra.database import Sql, Transaction
from infra.platform import Platform, Why, Written

if TYPE_CHECKING:
    from community.moderation.intake.lexicon import Lexicon
    from domain.moderation.text.folding import Folded

_RETRY_SECONDS: Final = 5
_log = structlog.stdlib.get_logger(__name__)


class Intake:
    """Lives as long as the process; `key` decides which posts are drawn for the sample."""

    def __init__(self, key: bytes, pictures: Pictures | None = None) -> None:
        self._key = key
        self._pictures = pictures or Pictures(None)
        self._lexicons = Lexicons()

    async def receive(self, platform: Platform, tx: Transaction, written: Written) -> bool:
        """Whether it has to wait. See `infra.platform.Review`."""
        found = await self._findings(tx, written)
        status = strongest(found)
        if status is not Status.PASS:
            place = Place(written.text, written.beside, written.revision)
            subject = Subject(written.kind, written.id, written.author_id)
            said = list(signals(found, place))
            await put(tx, platform, subject, _origin(said), said, now=written.at)
        self._pictures.look(platform, tx, written)
        return status is Status.HOLD

    async def get_ready(self, sql: Sql) -> None:
        """Makes the lists ready that are in force, so that nobody has to wait for it."""
        await self._lexicons.at(sql, (await settings.in_force(sql)).lists)

    def is_ready_for(self, version: int) -> bool:
        """Whether nobody has to wait who reads by lists at this version."""
        return self._lexicons.are_ready(version)

    async def keep_ready(self, platform: Platform) -> None:
        """Gets ready, and again whenever lists are saved, until cancelled."""
        while True:
            try:
                async with announcing.saved(platform.pubsub) as times:
                    await self.get_ready(platform.database)
                    async for _ in times:
                        await self.get_ready(platform.database)
            except Unavailable:  # whoever writes meanwhile sees to it
                _log.warning("intake.not_told")
                await asyncio.sleep(_RETRY_SECONDS)

    async def _findings(self, tx: Transaction, written: Written) -> list[Finding]:
        now_in_force = await settings.in_force(tx)
        lexicon = await self._lexicons.at(tx, now_in_force.lists)
        place = Place(written.text, written.beside, written.revision)
        record = (await records_of(tx, [written.author_id], written.at)).get(written.author_id)
        record = record or Record()
        folded = lexicon.fold(place.whole)
        own = lexicon.fold(written.text) if written.beside else folded
        found: list[Finding] = [
            *read_folded(lexicon, folded),
            of_repeats(await _repeats(tx, written, own, lexicon, now_in_force)),
            of_photos(await twins.photos(tx, written) if written.image_ids else ()),
            of_record(record),
            of_newcomer(written.why),
        ]
        if written.kind is SubjectKind.POST and strongest(found) is Status.PASS:
            share = share_of(trust(record), now_in_force.settings.sample_share)
            found.append(of_sample(share, drawn=is_drawn(self._key, written.id, share)))
        return found


async def _repeats(
    tx: Transaction, written: Written, folded: Folded, lexicon: Lexicon, now_in_force: InForce
) -> Sequence[Repeated]:
    print_ = print_of(folded.text)
    if print_ is not None:
        text = twins.Text(written, folded.text, print_)
        similar = now_in_force.settings.similar_from
        return await twins.repeats(
            tx, text, similar=similar, fold=lambda one: lexicon.fold(one).text
        )
    if written.revision > 1:  # it may have been longer
        await twins.forget(tx, written.id)
    return ()


_ORIGINS: Final = {
    Why.NEW_AUTHOR: Origin.NEW_AUTHOR,
    Why.REPAIRED: Origin.NEW_AUTHOR,
    SAMPLE: Origin.SAMPLE,
}


def _origin(said: Iterable[Signal]) -> Origin:
    """The strongest of what the signals are for: something noticed, where it is nothing else."""
    return reduce(stronger, (_ORIGINS.get(one.key, Origin.AUTOMATIC) for one in said))
