"""What it costs a sign-up to ask who brought whom, in a shop of a million members; and a poster.

Every member is known by a mailbox, a device and a network, and one in five was brought by another.
Sign-ups with the code of a busy referrer, and sign-ups where nobody asks, take turns, so that both
meet the same machine. What is compared is the whole sign-in, a transaction with its commit.
"""

from __future__ import annotations

import statistics
import time
from typing import Final

from bench.figures import Figure, Figures
from bench.friends import Door, open_door
from community.referrals.invariants import INVARIANTS
from community.referrals.invitations.drawing import as_png, draw
from community.referrals.invitations.words import Words
from domain.errors import LaurelsError
from infra.database import Sql
from infra.ids import new_id
from members.sign_in import Came, SignIn

_MEMBERS: Final = 1_000_000
_BROUGHT: Final = 200_000
_STEP: Final = 20_000
_ROUNDS: Final = 400
_WARM: Final = 20
_POSTERS: Final = 20
_MOST_ADDED: Final = 1.0
_MOST_POSTER: Final = 150.0

# The first thousand brought two hundred each; networks are shared by forty, as in a street.
_SEED: Final = """
INSERT INTO member (id, customer_ref, handle, display_name, roles, joined_at)
SELECT md5('m' || n)::uuid, 'seed-' || n, 'seed-' || n, 'seed', '{SHOPPER}', now()
FROM generate_series($1::integer, $2::integer) n
"""
_TRAITS: Final = """
INSERT INTO referral_trait (member_id, kind, digest, seen_at)
SELECT md5('m' || n)::uuid, k.kind,
  decode(md5(k.kind || CASE k.kind WHEN 'NETWORK' THEN n / 40 ELSE n END), 'hex'), now()
FROM generate_series($1::integer, $2::integer) n, unnest('{EMAIL,DEVICE,NETWORK}'::text[]) k (kind)
"""
_REFERRALS: Final = """
INSERT INTO referral (id, referrer_id, referee_id, origin, state, created_at)
SELECT md5('r' || n)::uuid, md5('m' || (1 + n % 1000))::uuid, md5('m' || (1000 + n))::uuid,
  'SIGN_UP', 'REGISTERED', now() - n * interval '1 minute'
FROM generate_series($1::integer, $2::integer) n
"""


async def measure() -> list[Figure]:
    figures = Figures()
    async with open_door() as door:
        sql = door.till.database
        await door.promise()
        await _fill(sql, _SEED, _MEMBERS)
        await _fill(sql, _TRAITS, _MEMBERS)
        await _fill(sql, _REFERRALS, _BROUGHT)
        for table in ("member", "referral", "referral_trait"):
            await sql.execute(f"VACUUM ANALYZE {table}")
        plain, asked = await _sign_ups(door)
        for one in INVARIANTS:
            if await sql.fetch(one.violations):
                raise LaurelsError(one.name)
    figures.add("a sign-up where nobody asks, median", plain, "ms")
    figures.add("a sign-up with a code, median", asked, "ms")
    name = "what referrals add to a sign-up at 1,000,000 members"
    figures.hold(name, asked - plain, "ms", at_most=_MOST_ADDED)
    figures.hold("a poster as a PNG, median", _poster(), "ms", at_most=_MOST_POSTER)
    return figures.all


async def _fill(sql: Sql, statement: str, rows: int) -> None:
    """In steps that no limit of a statement's time stops."""
    for first in range(1, rows + 1, _STEP):
        await sql.execute(statement, first, min(first + _STEP - 1, rows))


async def _sign_ups(door: Door) -> tuple[float, float]:
    """Medians in milliseconds, without and with a code."""
    plain, asked = list[float](), list[float]()
    for n in range(_ROUNDS):
        plain.append(await _sign_up(door, door.plain))
        came = Came(network=f"198.51.100.{n % 250}", device=new_id().hex)
        asked.append(await _sign_up(door, door.asking, by=f"seed-{1 + n % 1000}", came=came))
    return statistics.median(plain[_WARM:]), statistics.median(asked[_WARM:])


async def _sign_up(
    door: Door, sign_in: SignIn, *, by: str | None = None, came: Came | None = None
) -> float:
    """How long somebody takes who signs up with a code that was sent, in milliseconds."""
    account = f"new-{new_id().hex}@example.com"
    code = await door.code(account, sign_in)
    now = await door.platform.clock.now()
    began = time.perf_counter()
    await sign_in.sign_in(account, code, now=now, referral_code=by, came=came or Came())
    return (time.perf_counter() - began) * 1000


def _poster() -> float:
    """The median of drawing and writing one, in milliseconds; each with a code of its own."""
    took = list[float]()
    for n in range(_POSTERS):
        words = Words(
            title=f"林小满{n} 邀请您加入 月桂商店",
            programme="月桂商店 · Laurels",
            code_name="邀请码",
            code=f"lotus-7k2m{n}",
            scan="扫码加入",
            link=f"https://shop.example.com/i/lotus-7k2m{n}",
        )
        began = time.perf_counter()
        as_png(draw(words))
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[1:])
