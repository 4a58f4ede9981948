"""The verbs of likes. Doing them again changes nothing.

Members who like at the same time are served together: however hot a post, its row is locked, and
its counter changed, once for up to 256 of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from community import recording
from community.posts import live
from community.reactions import store, tallies
from community.reactions.store import Like, Subject
from domain.activity import Activity
from domain.calendar import day_of
from domain.errors import NotAllowed, NotFound, Refused, Suspended
from domain.posts.visibility import Reader
from domain.reactions import DISCOUNTED, LIKED, Target, Verdict, judge
from domain.values import value
from infra.database import Transaction
from infra.platform import Platform
from members import suspensions

_QUEUE: Final = "likes"
_CALLED: Final = "like"


@value
class Wish:
    """What a member wants: to like a thing, or not to."""

    reader: Reader
    member_id: UUID
    target: Target
    subject_id: UUID
    liked: bool

    @property
    def like(self) -> Like:
        return self.member_id, self.subject_id


async def wish(platform: Platform, zone: ZoneInfo, wanted: Wish) -> None:
    """Likes a thing, or takes a like back; days are those of the programme's zone.

    Raises: NotFound for what the member may not see, NotAllowed for what is not published,
    Suspended for whoever may not like at present.
    """
    await platform.together.ask(_QUEUE, partial(serve, platform, zone), wanted)


async def serve(
    platform: Platform, zone: ZoneInfo, wishes: Sequence[Wish]
) -> Sequence[Refused | None]:
    """Grants wishes in their order, in one transaction; for each why it is refused, if it is."""

    async def work(tx: Transaction) -> list[Refused | None]:
        for target in Target:  # posts before comments: so does whoever writes or deletes one
            await _hold(tx, target, wishes)
        now = await platform.clock.now(tx)
        found = await _found(tx, wishes, now)
        silenced = await suspensions.in_force(tx, {one.member_id for one in wishes}, now)
        refusals = [
            _refusal(one, found.get(place), silenced.get(one.member_id))
            for place, one in enumerate(wishes)
        ]
        granted = {
            one.like: (one, found[place])  # of several of one member for a thing the last
            for place, one in enumerate(wishes)
            if refusals[place] is None
        }
        for target in Target:
            wanted = [one for one in granted.values() if one[0].target is target]
            if wanted:
                await _grant(tx, platform, target, wanted, now=now, zone=zone)
        return refusals

    return await platform.database.in_transaction(work)


async def _hold(tx: Transaction, target: Target, wishes: Sequence[Wish]) -> None:
    ids = {one.subject_id for one in wishes if one.target is target}
    if ids:
        await store.hold(tx, target, ids)


async def _found(tx: Transaction, wishes: Sequence[Wish], now: datetime) -> dict[int, Subject]:
    """What wishes are about, by their places, as far as those who have them may see it."""
    found: dict[int, Subject] = {}
    for target in Target:
        places = [place for place, one in enumerate(wishes) if one.target is target]
        if places:
            asked = [(wishes[place].reader, wishes[place].subject_id) for place in places]
            seen = zip(places, await store.visible(tx, target, asked, now), strict=True)
            found |= {place: subject for place, subject in seen if subject is not None}
    return found


def _refusal(
    one: Wish, subject: Subject | None, silenced: suspensions.Suspension | None
) -> Refused | None:
    if subject is None:
        return NotFound("node.not_found", field=(f"{one.target}Id",))
    if one.liked and silenced is not None:
        return Suspended("member.suspended", why=silenced.reason)
    if one.liked and not subject.open:
        return NotAllowed("like.not_published", field=(f"{one.target}Id",))
    return None


async def _grant(
    tx: Transaction,
    platform: Platform,
    target: Target,
    wanted: Sequence[tuple[Wish, Subject]],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    liked = [one.like for one, _ in wanted if one.liked]
    not_liked = [one.like for one, _ in wanted if not one.liked]
    added = await store.add(tx, target, liked, now) if liked else set[Like]()
    gone = await store.remove(tx, not_liked) if not_liked else set[Like]()
    if not added and not gone:
        return
    changes = Counter(subject_id for _, subject_id in added)
    changes.subtract(Counter(subject_id for _, subject_id in gone))
    await store.count(tx, target, changes)
    subjects = {subject.id: subject for _, subject in wanted}
    new = [(one.member_id, subject) for one, subject in wanted if one.like in added]
    await _tell(tx, new, now=now, zone=zone)
    if target is Target.POST:
        for subject_id in changes:
            post = subjects[subject_id]
            live.announce(tx, platform.pubsub, post.author_id, [post.id])


async def _tell(
    tx: Transaction, new: Sequence[tuple[UUID, Subject]], *, now: datetime, zone: ZoneInfo
) -> None:
    """Records likes that are the first of their giver for the thing, with what they count for."""
    drafts = [
        (giver, subject.author_id, _received(giver, subject, now))
        for giver, subject in new
        if giver != subject.author_id
    ]
    told = await recording.told(tx, [draft for _, _, draft in drafts])
    first = [one for one in drafts if one[2].external_id not in told]
    if not first:
        return
    pairs = [(giver, author) for giver, author, _ in first]
    given = await tallies.add(tx, pairs, day_of(now, zone))
    await recording.record(
        tx, [_judged(draft, judge(given.give(giver, author))) for giver, author, draft in first]
    )


def _received(giver: UUID, subject: Subject, now: datetime) -> Activity:
    """A like that counts."""
    about = {"postId": recording.post(subject.post_id)}
    if subject.target is Target.COMMENT:
        about["commentId"] = recording.comment(subject.id)
    return recording.happened(
        subject.author_id,
        LIKED,
        subject.id,
        giver,
        now=now,
        called=_CALLED,
        actorId=recording.member(giver),
        **about,
    )


def _judged(draft: Activity, verdict: Verdict) -> Activity:
    """The like as it is recorded: its author reads of one that counts for nothing as well."""
    if verdict is Verdict.COUNTS:
        return draft
    reason = {"reason": verdict.value}
    return replace(draft, type=DISCOUNTED, attributes={**draft.attributes, **reason})
