"""The copy of the standings in Redis. Everything here may be lost and is rebuilt from PostgreSQL.

Readers answer None while the copy of a season is not complete. All raise Unavailable while Redis
is away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.boards import Entry
from domain.calendar import BEGINNING
from gamification.leaderboards import scripts
from gamification.leaderboards.packing import Layout, entry_of, member_field, record
from gamification.leaderboards.store import StandingKey, StandingState
from infra.redis import Call, Redis, reaching_redis

LAPSE: Final = timedelta(seconds=5)
"""How long a rebuild may be silent before another may take it over."""

_MICROSECOND: Final = timedelta(microseconds=1)
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a board's season, all on one node of a cluster."""

    board_id: UUID
    season_starts_at: datetime

    @property
    def live(self) -> str:
        start = (self.season_starts_at - BEGINNING) // _MICROSECOND
        return f"{{lb:{self.board_id.hex}:{start}}}"

    @property
    def long(self) -> str:
        return f"{self.live}:long"

    @property
    def recent(self) -> str:
        return f"{self.live}:recent"

    @property
    def ready(self) -> str:
        return f"{self.live}:ready"

    @property
    def new(self) -> str:
        return f"{self.live}:new"

    @property
    def new_long(self) -> str:
        return f"{self.live}:new:long"

    @property
    def new_recent(self) -> str:
        return f"{self.live}:new:recent"

    @property
    def building(self) -> str:
        return f"{self.live}:building"

    @property
    def both(self) -> tuple[str, ...]:
        """Of the copy that is read, and of the one that is being built."""
        live = (self.live, self.long, self.recent, self.ready)
        return (*live, self.new, self.new_long, self.new_recent, self.building)

    @property
    def being_built(self) -> tuple[str, ...]:
        return (self.building, self.new, self.new_long, self.new_recent)


@dataclass(frozen=True, slots=True)
class Refused:
    """States that may be older than what is there, and the floors that say so."""

    keys: list[StandingKey]
    floors: Mapping[Keys, Floors]


Floors = tuple[bytes, bytes]
"""Of the copy that is read and of the one that is being built."""


async def push(
    redis: Redis, states: Iterable[StandingState], floors: Mapping[Keys, Floors] | None = None
) -> Refused:
    """Writes states over older ones; a late or repeated push changes nothing.

    What is refused should be read again and pushed with the floors that were told.
    """
    newest: dict[Keys, dict[UUID, StandingState]] = {}
    for state in states:
        members = newest.setdefault(Keys(state.board_id, state.season_starts_at), {})
        known = members.get(state.member_id)
        if known is None or known.version < state.version:
            members[state.member_id] = state
    told: dict[Keys, Floors] = {}
    refused: list[StandingKey] = []
    for keys, members in newest.items():
        by_field = {member_field(one): one for one in members}
        for batch in _batches(list(members.values())):
            given = (floors or {}).get(keys, (b"", b""))
            live, new, *fields = await scripts.PUSH.run(
                redis, keys.both, *given, scripts.RECENT, *map(record, batch)
            )
            told.setdefault(keys, (live, new))
            ids = dict.fromkeys(by_field[one] for one in fields)
            refused += [(one, keys.board_id, keys.season_starts_at) for one in ids]
    return Refused(refused, told)


def _batches(states: Sequence[StandingState]) -> Iterator[Sequence[StandingState]]:
    for start in range(0, len(states), scripts.BATCH):
        yield states[start : start + scripts.BATCH]


async def tops(
    redis: Redis, wanted: Sequence[Keys], *, first: int, offset: int
) -> list[list[Entry] | None]:
    """Entries from rank `offset` + 1 on, of each season."""
    places = (offset, offset + first - 1)
    calls = [((keys.live, keys.ready), places) for keys in wanted]
    answers = await scripts.TOP.run_each(redis, calls)
    return [None if found is None else _entries(found[0], found[1], offset) for found in answers]


async def top(redis: Redis, keys: Keys, *, first: int, offset: int) -> list[Entry] | None:
    """Entries from rank `offset` + 1 on."""
    return (await tops(redis, [keys], first=first, offset=offset))[0]


async def arounds(
    redis: Redis, wanted: Sequence[tuple[Keys, UUID]], radius: int
) -> list[list[Entry] | None]:
    """Each member's entry between its neighbours; empty for whoever is not ranked."""
    calls = [
        ((keys.live, keys.long, keys.ready), (member_field(member_id), radius))
        for keys, member_id in wanted
    ]
    answers = await scripts.AROUND.run_each(redis, calls)
    return [_entries(found[0], found[2], found[1]) if found else found for found in answers]


async def chosen(
    redis: Redis, keys: Keys, member_ids: Sequence[UUID], *, first: int
) -> list[Entry] | None:
    """The first of these members who are ranked, with the ranks that they have among all."""
    fields = [member_field(one) for one in member_ids]
    names = (keys.live, keys.long, keys.ready)
    answer = await scripts.CHOSEN.run(redis, names, first, *fields)
    if answer is None:
        return None
    ready, *found = answer
    layout = Layout.parse(ready.split(b" ", 1)[1])
    entries = (
        entry_of(layout, place + 1, element, packed)
        for element, packed, place in zip(found[::3], found[1::3], found[2::3], strict=True)
    )
    return sorted(entries, key=lambda entry: entry.rank)[:first]


async def sizes(redis: Redis, wanted: Sequence[Keys]) -> list[int | None]:
    """How many members are ranked in each season."""
    calls: list[Call] = [((keys.live, keys.ready), ()) for keys in wanted]
    return await scripts.SIZE.run_each(redis, calls)


async def size(redis: Redis, keys: Keys) -> int | None:
    """How many members are ranked."""
    return (await sizes(redis, [keys]))[0]


def _entries(ready: bytes, written: Sequence[bytes], place: int) -> list[Entry]:
    layout = Layout.parse(ready.split(b" ", 1)[1])
    pairs = zip(written[::2], written[1::2], strict=True)
    return [
        entry_of(layout, rank, name, packed) for rank, (name, packed) in enumerate(pairs, place + 1)
    ]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A copy that is being built: who does it, and how it is laid out."""

    keys: Keys
    token: str
    layout: Layout

    @property
    def marker(self) -> str:
        return f"{self.token} {self.layout}"


async def begin(redis: Redis, rebuild: Rebuild) -> bool:
    """Starts a rebuild, unless one is under way. From now on pushes reach the new copy as well."""
    lapse = LAPSE // _MILLISECOND
    return bool(await scripts.BEGIN.run(redis, rebuild.keys.being_built, rebuild.marker, lapse))


async def set_floor(redis: Redis, rebuild: Rebuild, version: int) -> bool:
    """Tells a rebuild the last version drawn, read since it began; False when it lapsed."""
    keys = (rebuild.keys.building, rebuild.keys.new_recent)
    return bool(await scripts.FLOOR.run(redis, keys, rebuild.marker, version))


async def load(redis: Redis, rebuild: Rebuild, records: Sequence[bytes]) -> bool:
    """Writes up to `scripts.BATCH` records into the new copy; False when the rebuild lapsed."""
    names, lapse = rebuild.keys.being_built, LAPSE // _MILLISECOND
    return bool(await scripts.LOAD.run(redis, names, rebuild.marker, lapse, *records))


async def finish(redis: Redis, rebuild: Rebuild, *, server: str, keep: timedelta | None) -> bool:
    """Puts the new copy in the place of the old one; False when the rebuild lapsed.

    `keep` is how long Redis holds it; None for good.
    """
    keys, ready = rebuild.keys, f"{server} {rebuild.layout}"
    names = (*keys.being_built, keys.live, keys.long, keys.recent, keys.ready)
    kept = 0 if keep is None else keep // _MILLISECOND
    return bool(await scripts.FINISH.run(redis, names, rebuild.marker, ready, kept))


async def abandon(redis: Redis, rebuild: Rebuild) -> None:
    """Ends an unfinished rebuild, so that the next need not wait until it lapses."""
    await scripts.ABANDON.run(redis, (rebuild.keys.building,), rebuild.marker)


async def server_run(redis: Redis) -> str:
    """Names this run of the server: another name means that it restarted or was replaced."""
    async with reaching_redis():
        facts = await redis.info("server")  # pyright: ignore[reportUnknownMemberType]
    return str(facts["run_id"])


async def completed_by(redis: Redis, seasons: Sequence[Keys]) -> list[str | None]:
    """For each season the run of the server that has completed its copy."""
    async with reaching_redis():
        pipeline = redis.pipeline(transaction=False)
        for keys in seasons:
            pipeline.get(keys.ready)
        found: list[bytes | None] = await pipeline.execute()
    return [None if marker is None else marker.split()[0].decode() for marker in found]


async def distrust(redis: Redis, keys: Keys) -> None:
    """Nobody reads the copy until it is rebuilt."""
    async with reaching_redis():
        await redis.delete(keys.ready)
