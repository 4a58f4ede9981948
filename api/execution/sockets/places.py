"""At most so many sockets a member, counted across all processes.

Each member has a sorted set in Redis: their sockets by the end of their leases. Processes renew
the leases of the sockets that they hold; those of a killed process lapse. While Redis is away
each process counts its own.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from infra.redis import Redis, Script

MOST: Final = 20
"""Sockets of one member. Source: behaviour.md, "Requests"."""
LEASE: Final = 45.0
"""Seconds after which the sockets of a killed process stop counting."""

# KEYS: the member's sockets. ARGV: lease in ms, most, socket. Counting and taking are one step.
_TAKE: Final = Script("""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
""")

# KEYS: the member's sockets. ARGV: lease in ms, sockets. Those that lost their place while Redis
# was away get it back, even beyond the limit: nobody is thrown out for our troubles.
_RENEW: Final = Script("""
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], ends, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
""")


class Places:
    """The places of all members. Everything raises Unavailable while Redis is away."""

    def __init__(self, redis: Redis, *, most: int = MOST, lease: float = LEASE) -> None:
        self.most = most
        self.lease = lease
        self._redis = redis
        self._milliseconds = int(lease * 1000)

    async def take(self, member_id: UUID, socket_id: str) -> bool:
        """Whether there was a place; it is the socket's until its lease ends."""
        keys = [_key(member_id)]
        taken = await _TAKE.run(self._redis, keys, self._milliseconds, self.most, socket_id)
        return bool(taken)

    async def renew(self, member_id: UUID, socket_ids: list[str]) -> None:
        """Begins the leases of these sockets anew."""
        await _RENEW.run(self._redis, [_key(member_id)], self._milliseconds, *socket_ids)

    async def give_back(self, member_id: UUID, socket_id: str) -> None:
        """Frees a place at once."""
        await _GIVE_BACK.run(self._redis, [_key(member_id)], socket_id)


_GIVE_BACK: Final = Script("return redis.call('ZREM', KEYS[1], ARGV[1])")


def _key(member_id: UUID) -> str:
    return f"{{sockets:{member_id}}}"
