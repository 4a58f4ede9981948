"""Token buckets: who may spend how much, counted over all processes.

A bucket holds `capacity` tokens and regains `refill` of them a second. What is kept of it in Redis
is one number: when it will be full again. One that is full has no key, so nothing is left of those
who went away. Time is Redis's own, hence one for all processes, and has nothing to do with the
programme's clock.

Buckets of one withdrawal are taken from together or not at all. Their keys share a hash tag.

While Redis is away each process has buckets of its own, as large. So a client may get that much of
each process, for as long as it lasts; refusing everybody, or nobody, would be worse.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from domain.errors import Unavailable
from infra.line import Line
from infra.redis import Redis, Script

_log = structlog.stdlib.get_logger(__name__)
_SECOND: Final = 1_000_000  # in microseconds, which all times here are in
_PATIENCE: Final = 0.25  # seconds that Redis may take
_PAUSE: Final = 1.0  # seconds until one that was away is asked again
_MOST_KEPT: Final = 100_000  # buckets of a process


@dataclass(frozen=True, slots=True)
class Policy:
    """The size of a kind of buckets. `refill` is tokens a second and divides a million."""

    name: str
    capacity: int
    refill: int

    @property
    def price(self) -> int:
        """Microseconds in which one token comes back."""
        return _SECOND // self.refill

    @property
    def window(self) -> int:
        """Microseconds in which an empty bucket fills."""
        return self.capacity * self.price


@dataclass(frozen=True, slots=True)
class Bucket:
    """The bucket of somebody: of a member by id, of an address."""

    policy: Policy
    owner: str

    @property
    def key(self) -> str:
        return f"{{bucket}}:{self.policy.name}:{self.owner}"


@dataclass(frozen=True, slots=True)
class Level:
    """What is left in a bucket, and the seconds until it is full again."""

    policy: Policy
    left: int
    full_in: float


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What came of a withdrawal: 0 seconds of `wait`, or nothing was taken and that is too early.

    `levels` are those of the buckets afterwards, in their order.
    """

    wait: float
    levels: tuple[Level, ...]

    @property
    def granted(self) -> bool:
        return self.wait == 0


# KEYS: buckets. ARGV: for each the microseconds that the tokens take to come back, and those in
# which an empty bucket fills. Answers how long to wait, then for each how long until it is full.
# A clock that was set back must not keep anybody waiting for longer than a bucket takes to fill.
_TAKE: Final = Script("""
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local busy, wait = {}, 0
for i, key in ipairs(KEYS) do
  local taken, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local full = tonumber(redis.call('GET', key) or now)
  busy[i] = math.min(math.max(full - now, 0), window)
  wait = math.max(wait, busy[i] + taken - window)
end
if wait == 0 then
  for i, key in ipairs(KEYS) do
    busy[i] = math.max(busy[i] + tonumber(ARGV[2 * i - 1]), 0)
    if busy[i] == 0 then
      redis.call('DEL', key)
    else
      redis.call('SET', key, string.format('%.0f', now + busy[i]), 'PX', math.ceil(busy[i] / 1000))
    end
  end
end
return {wait, unpack(busy)}
""")


class Buckets:
    """All buckets of a deployment."""

    def __init__(self, redis: Redis) -> None:
        self._line = Line(redis)
        self._own = OwnBuckets()
        self._away_until = 0.0

    async def aclose(self) -> None:
        await self._line.aclose()

    async def take(self, tokens: int, buckets: Sequence[Bucket]) -> Withdrawal:
        """Takes so many tokens from each of the buckets, or from none; fewer than none are given
        back. Never raises.
        """
        now = time.monotonic()
        if now < self._away_until:
            return self._own.take(tokens, buckets)
        arguments = [n for one in buckets for n in (tokens * one.policy.price, one.policy.window)]
        try:
            async with asyncio.timeout(_PATIENCE):
                keys = [one.key for one in buckets]
                wait, *busy = await _TAKE.run(self._line, keys, *arguments)
        except (Unavailable, TimeoutError):
            if self._away_until <= now:
                _log.warning("buckets.own", reason="Redis is away")
            self._away_until = time.monotonic() + _PAUSE
            return self._own.take(tokens, buckets)
        return _withdrawal(wait, busy, buckets)


class OwnBuckets:
    """Buckets of one process, for as long as there are no others. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: dict[str, int] = {}

    def take(self, tokens: int, buckets: Sequence[Bucket]) -> Withdrawal:
        now = int(self._clock() * _SECOND)
        busy = [max(self._full_at.get(one.key, now) - now, 0) for one in buckets]
        taken = [tokens * one.policy.price for one in buckets]
        windows = [one.policy.window for one in buckets]
        wait = max(0, *(b + t - w for b, t, w in zip(busy, taken, windows, strict=True)))
        if wait == 0:
            busy = [max(b + t, 0) for b, t in zip(busy, taken, strict=True)]
            self._make_room(now)
            self._full_at |= {one.key: now + b for one, b in zip(buckets, busy, strict=True)}
        return _withdrawal(wait, busy, buckets)

    def _make_room(self, now: int) -> None:
        if len(self._full_at) < _MOST_KEPT:
            return
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        if len(self._full_at) >= _MOST_KEPT:  # so many spend at once: the oldest are forgiven
            for key in list(self._full_at)[: _MOST_KEPT // 2]:
                del self._full_at[key]


def _withdrawal(wait: int, busy: Sequence[int], buckets: Sequence[Bucket]) -> Withdrawal:
    levels = tuple(
        Level(one.policy, (one.policy.window - b) // one.policy.price, b / _SECOND)
        for one, b in zip(buckets, busy, strict=True)
    )
    return Withdrawal(wait / _SECOND, levels)
