"""What the people of the demo's community do, each act by the verb that its API calls too."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from community.comments import service as comments
from community.follows import service as follows
from community.moderation.queue.store import ItemRow
from community.posts import deciding, store, writing
from community.posts.writing import Asked
from community.products import store as products
from community.reactions import service as reactions
from community.reactions.service import Wish
from community.shares import service as shares
from domain.activity import Report
from domain.orders import PAID
from domain.posts.visibility import Reader
from domain.posts.writing import Parts, Writing
from domain.reactions import Target
from gamification.engine.intake import ingest
from gamification.programme.current import Programmes
from infra.platform import Platform
from server.demo_community import reviewing
from server.demo_community.pictures import Pictures
from server.demo_community.script import Ending, Piece, Script
from server.demo_community.timeline import (
    Act,
    Approve,
    Buy,
    Feature,
    Follow,
    Like,
    Say,
    Share,
    Write,
)

_SHOP: Final = "demo-shop"
_MANY: Final = 1_000
_LEFT: Final = timedelta(hours=12)  # what came into the queue later is there for those who try it


@dataclass(frozen=True, slots=True)
class World:
    """Who and what there is, by what the script calls it: members by key, posts by their place,
    remarks by their post's place and their own.
    """

    members: dict[str, UUID]
    moderator_id: UUID
    posts: dict[int, UUID] = field(default_factory=dict[int, UUID])
    remarks: dict[tuple[int, int], UUID] = field(default_factory=dict[tuple[int, int], UUID])


async def find_posts(platform: Platform, script: Script, world: World) -> None:
    """Those of the posts that are there already, which their authors know by their texts."""
    for key in sorted({piece.by for piece in script.pieces}):
        own = await store.own(platform.database, world.members[key], before=None, limit=_MANY)
        known = {row.text: row.id for row in own}
        for place, piece in enumerate(script.pieces):
            if piece.by == key and piece.text in known:
                world.posts[place] = known[piece.text]


class Doing:
    """Does acts, one after the other. Doing one again changes nothing."""

    def __init__(
        self,
        platform: Platform,
        programmes: Programmes,
        pictures: Pictures,
        *,
        script: Script,
        world: World,
        begun: datetime,
    ) -> None:
        self._platform = platform
        self._programmes = programmes
        self._pictures = pictures
        self._script = script
        self._world = world
        self._begun = begun

    async def do(self, act: Act, at: datetime) -> None:
        """Raises: Unavailable."""
        match act:
            case Buy(who, place):
                await self._buy(who, place, at)
            case Write(place):
                await self._write(place)
            case Approve(place):
                await self._approve(place)
            case Feature(place):
                post_id = self._world.posts[place]
                work = partial(
                    deciding.feature, platform=self._platform, post_id=post_id, featured=True
                )
                await self._platform.database.in_transaction(work)
            case Say(place, number):
                await self._say(place, number)
            case Like():
                await self.like([act])
            case Follow(who, whom):
                members = self._world.members
                await follows.follow(self._platform, members[who], members[whom])
            case Share(who, place):
                me = self._world.members[who]
                await shares.share(self._platform, Reader(me), me, self._world.posts[place])

    async def like(self, likes: Sequence[Like]) -> None:
        """Gives likes of one moment together.

        Raises: Unavailable.
        """
        zone = (await self._programmes.current(self._platform.database)).settings.zone
        wishes = [
            Wish(
                reader=Reader(self._world.members[one.who]),
                member_id=self._world.members[one.who],
                target=Target.POST,
                subject_id=self._world.posts[one.place],
                liked=True,
            )
            for one in likes
        ]
        await asyncio.gather(*(reactions.wish(self._platform, zone, one) for one in wishes))

    async def _buy(self, who: str, place: int, at: datetime) -> None:
        """An order of the shop over everything that a post is about."""
        bought = [self._script.product(sku) for sku in self._script.pieces[place].skus]
        [person] = [one for one in self._script.authors if one.key == who]
        report = Report(
            type=PAID,
            source=_SHOP,
            external_id=f"community-{place}",
            customer_ref=person.customer,
            occurred_at=at,
            attributes={
                "orderRef": f"community-{place}",
                "total": str(sum(one.price or 0 for one in bought)),
                "currency": "USD",
                "itemCount": len(bought),
                "items": [
                    {
                        "sku": one.sku,
                        "name": one.name,
                        "category": one.category,
                        "quantity": 1,
                        "price": str(one.price),
                    }
                    for one in bought
                ],
            },
        )
        [result] = await ingest(self._platform, self._programmes, [report])
        if result.refused is not None:
            raise result.refused

    async def _write(self, place: int) -> None:
        if place in self._world.posts:
            return
        piece = self._script.pieces[place]
        author_id = self._world.members[piece.by]
        photos = [await self._pictures.send(author_id, one) for one in piece.photos]
        programme = await self._programmes.current(self._platform.database)
        self._world.posts[place] = await writing.create(
            self._platform,
            Asked(
                author_id=author_id,
                writing=Writing(piece.text, (), piece.stars),
                parts=Parts(tuple(photos), await self._products(piece)),
                draft=piece.ending is Ending.DRAFT,
                key=f"community-{place}",
            ),
            new_author_reviews=programme.settings.new_author_reviews,
        )

    async def _products(self, piece: Piece) -> tuple[UUID, ...]:
        found = [await products.by_sku(self._platform.database, sku) for sku in piece.skus]
        return tuple(one.id for one in found if one is not None)

    async def _approve(self, place: int) -> None:
        """Lets a post through, and with it whatever waits and is not left for those who try."""
        post_id, left = self._world.posts[place], self._left()

        def is_fine(item: ItemRow) -> bool:
            early = item.created_at < self._begun - _LEFT and item.subject_id not in left
            return early or item.subject_id == post_id

        await reviewing.go_through(self._platform, self._world.moderator_id, is_fine)

    def _left(self) -> set[UUID]:
        """The posts that the story leaves waiting."""
        pieces, posts = self._script.pieces, self._world.posts
        return {one for place, one in posts.items() if pieces[place].ending is Ending.WAITING}

    async def _say(self, place: int, number: int) -> None:
        remark = self._script.pieces[place].remarks[number]
        author_id = self._world.members[remark.by]
        answered = None if remark.to is None else self._world.remarks[place, remark.to]
        self._world.remarks[place, number] = await comments.add(
            self._platform,
            comments.Draft(
                reader=Reader(author_id),
                author_id=author_id,
                post_id=self._world.posts[place],
                text=remark.text,
                reply_to_id=answered,
                key=f"community-{place}-{number}",
            ),
        )
