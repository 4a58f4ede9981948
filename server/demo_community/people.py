"""The people of the demo's community: they join and say who they are."""

from __future__ import annotations

from uuid import UUID

from community.media.places import Avatars
from infra.database import Transaction
from infra.platform import Platform
from members import profile, store
from members.enrolment import enrol, record_joining
from members.profile import UNSET, ProfileChanges
from server.demo_community.pictures import Pictures
from server.demo_community.script import Person, Script


async def join(platform: Platform, script: Script) -> dict[str, UUID]:
    """Enrols everybody; their members by what the script calls them."""
    refs = [one.customer for one in script.people]

    async def work(tx: Transaction) -> list[UUID]:
        now = await platform.clock.now(tx)
        enrolled = await enrol(tx, refs, now)
        await record_joining(tx, enrolled, now)
        return [one.member_id for one in enrolled]

    ids = await platform.database.in_transaction(work)
    return {one.key: id_ for one, id_ in zip(script.people, ids, strict=True)}


async def introduce(
    platform: Platform, pictures: Pictures, person: Person, member_id: UUID
) -> None:
    """Fills in a profile, once; one that was changed since stays as it is."""
    known = (await store.profiles(platform.database, [member_id]))[member_id]
    if person.name is None or known.display_name == person.name:
        return
    changes = ProfileChanges(
        display_name=person.name,
        bio=UNSET if person.bio is None else person.bio,
        locale=UNSET if person.locale is None else person.locale,
        avatar_image_id=UNSET
        if person.face is None
        else await pictures.send(member_id, person.face),
    )
    await profile.update(
        platform.database,
        member_id,
        changes,
        change_avatar=Avatars(platform),
        now=await platform.clock.now(),
    )
