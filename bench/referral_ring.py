"""Rings of people who bring themselves, among honest members: who is found, and who is wronged.

    python -m bench.referral_ring [seed]

Everybody signs up, is seen by the shop and orders through the real services; every digest is made
of what they say, and the job that pays decides. A friend who is brought is *refused*, *held* for
staff, or *paid*. The rings differ in what their accounts share, down to one whose accounts share
nothing: it is not found, and the table says so. The honest are families, students of one network,
friends who unpack on one tablet, a popular member, and everybody else.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from rich.console import Console
from rich.table import Table

from bench.friends import Door, open_door
from community.referrals import confirming, store
from domain.activity import Report
from domain.referrals import ReferralState
from domain.referrals.traits import Trait, TraitKind
from gamification.engine import intake
from infra.ids import new_id
from members.sign_in import Came

_EACH: Final = 40
_POPULAR: Final = 60
_RING: Final = 8
"""Accounts that each fraudster makes."""


@dataclass(frozen=True)
class Person:
    """What somebody signs up with, and what the shop sees when they order."""

    account: str
    came: Came = field(default_factory=Came)
    card: str = field(default_factory=lambda: new_id().hex)
    home: str = field(default_factory=lambda: new_id().hex)


@dataclass(frozen=True)
class Group:
    """Who brings whom. `fraud` says whether the friends are their referrers."""

    name: str
    pairs: list[tuple[Person, list[Person]]]
    fraud: bool


Make = Callable[[random.Random, int], tuple[Person, list[Person]]]


def _address(draw: random.Random) -> str:
    return f"11.{draw.randrange(256)}.{draw.randrange(256)}.{draw.randrange(1, 255)}"


def _mail(draw: random.Random) -> str:
    return f"p{draw.getrandbits(48):x}@example.com"


def _alone(draw: random.Random) -> Person:
    return Person(_mail(draw), Came(_address(draw), f"{draw.getrandbits(64):x}"))


def strangers(draw: random.Random, _: int) -> tuple[Person, list[Person]]:
    return _alone(draw), [_alone(draw) for _ in range(2)]


def family(draw: random.Random, _: int) -> tuple[Person, list[Person]]:
    """One home and one network; each with a device and a card of their own."""
    network, home = _address(draw), new_id().hex

    def one() -> Person:
        return Person(_mail(draw), Came(network, f"{draw.getrandbits(64):x}"), home=home)

    return one(), [one() for _ in range(2)]


def students(draw: random.Random, number: int) -> tuple[Person, list[Person]]:
    """Forty halls behind one address."""
    network = f"12.0.0.{number % 2 + 1}"

    def one() -> Person:
        return Person(_mail(draw), Came(network, f"{draw.getrandbits(64):x}"))

    return one(), [one() for _ in range(3)]


def tablet(draw: random.Random, _: int) -> tuple[Person, list[Person]]:
    """A couple who share a tablet, a home and a card."""
    came, card, home = Came(_address(draw), f"{draw.getrandbits(64):x}"), new_id().hex, new_id().hex
    return Person(_mail(draw), came, card, home), [Person(_mail(draw), came, card, home)]


def mailbox(draw: random.Random, _: int) -> tuple[Person, list[Person]]:
    """Labels of one mailbox."""
    name = f"p{draw.getrandbits(48):x}"
    made = [Person(f"{name}+{n}@example.com", _alone(draw).came) for n in range(_RING)]
    return Person(f"{name}@example.com", _alone(draw).came), made


def telephone(draw: random.Random, _: int) -> tuple[Person, list[Person]]:
    """One device, another mailbox and another network each time."""
    device = f"{draw.getrandbits(64):x}"

    def one() -> Person:
        return Person(_mail(draw), Came(_address(draw), device))

    return one(), [one() for _ in range(_RING)]


def card(draw: random.Random, _: int) -> tuple[Person, list[Person]]:
    """Another device each time, and one card."""
    paid = new_id().hex

    def one() -> Person:
        return Person(_mail(draw), _alone(draw).came, paid)

    return one(), [one() for _ in range(_RING)]


def parcel(draw: random.Random, _: int) -> tuple[Person, list[Person]]:
    """Everything new but the home that parcels go to."""
    home = new_id().hex

    def one() -> Person:
        return Person(_mail(draw), _alone(draw).came, home=home)

    return one(), [one() for _ in range(_RING)]


def ghosts(draw: random.Random, _: int) -> tuple[Person, list[Person]]:
    """Nothing in common at all."""
    return _alone(draw), [_alone(draw) for _ in range(_RING)]


def groups(draw: random.Random) -> list[Group]:
    honest: dict[str, Make] = {
        "strangers": strangers,
        "families": family,
        "students of one network": students,
        "couples with one tablet and card": tablet,
    }
    rings: dict[str, Make] = {
        "labels of one mailbox": mailbox,
        "one device": telephone,
        "one card": card,
        "one postal address": parcel,
        "nothing in common": ghosts,
    }
    made = [
        Group(name, [make(draw, n) for n in range(_EACH)], fraud=False)
        for name, make in honest.items()
    ]
    popular = (_alone(draw), [_alone(draw) for _ in range(_POPULAR)])
    made.append(Group("a popular member, 60 in an hour", [popular], fraud=False))
    fewer = _EACH // 4
    made += [
        Group(name, [make(draw, n) for n in range(fewer)], fraud=True)
        for name, make in rings.items()
    ]
    return made


async def play(door: Door, found: list[Group], draw: random.Random) -> dict[str, Counter[str]]:
    """Lets everything happen, the groups mixed, and tells what became of the friends of each."""
    await door.promise()
    pairs = [(group.name, *pair) for group in found for pair in group.pairs]
    draw.shuffle(pairs)
    became: dict[str, Counter[str]] = {group.name: Counter() for group in found}
    brought: list[tuple[str, Person]] = []
    for name, referrer, friends in pairs:
        await door.enter(referrer.account, came=referrer.came)
        await _order(door, referrer)
        code = await _code(door, referrer)
        for friend in friends:
            await door.enter(friend.account, by=code, came=friend.came)
            brought.append((name, friend))
    draw.shuffle(brought)
    for _, friend in brought:
        await _order(door, friend)
    while await confirming.confirm_next(door.platform):
        pass
    for name, friend in brought:
        became[name][await _fate(door, friend)] += 1
    return became


async def _order(door: Door, person: Person) -> None:
    member = await _member(door, person)
    traits = [Trait(TraitKind.PAYMENT, person.card), Trait(TraitKind.ADDRESS, person.home)]
    await door.registering.note(member, traits)
    now, order = await door.platform.clock.now(), new_id().hex
    said = {"orderRef": order, "total": "100"}
    report = Report("order.paid", "shop", order, person.account, now, said)
    await intake.ingest(door.platform, door.till.programmes, [report])


async def _member(door: Door, person: Person) -> UUID:
    found: UUID = await door.till.database.fetchval(
        "SELECT member_id FROM account WHERE value = $1", person.account
    )
    return found


async def _code(door: Door, person: Person) -> str:
    member = await _member(door, person)
    return str(await door.till.database.fetchval("SELECT handle FROM member WHERE id = $1", member))


async def _fate(door: Door, person: Person) -> str:
    row = await store.of_referee(door.till.database, await _member(door, person))
    if row is None:
        return "lost"
    if row.held:
        return "held"
    return {ReferralState.REWARDED: "paid", ReferralState.REFUSED: "refused"}.get(row.state, "open")


def tell(found: list[Group], became: dict[str, Counter[str]]) -> None:
    table = Table("friends brought by", "", "in all", "refused", "held", "paid")
    sums = {True: Counter[str](), False: Counter[str]()}
    for group in found:
        counts = became[group.name]
        sums[group.fraud].update(counts)
        kind = "ring" if group.fraud else "honest"
        shown = [str(counts[one]) for one in ("refused", "held", "paid")]
        table.add_row(group.name, kind, str(counts.total()), *shown)
    console = Console(width=100)
    console.print(table)
    ring, honest = sums[True], sums[False]
    stopped = (ring["refused"] + ring["held"]) / ring.total()
    console.print(f"of the rings' accounts, not paid (detected): {stopped:.1%}")
    console.print(f"of the rings' accounts, refused outright: {ring['refused'] / ring.total():.1%}")
    console.print(f"of honest friends, refused: {honest['refused'] / honest.total():.1%}")
    console.print(
        f"of honest friends, held until staff look: {honest['held'] / honest.total():.1%}"
    )


async def main(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a simulation that can be repeated
    found = groups(draw)
    async with open_door() as door:
        tell(found, await play(door, found, draw))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
