"""A new shop has reasons to decide by, in every language; a shop with its own is left alone."""

from __future__ import annotations

from community.moderation.policies import ready_made, store
from community.moderation.policies.service import LONGEST_NAME, LONGEST_TEXT
from infra.i18n import Locale
from tests.support.moderators import Moderators


def test_each_is_said_in_every_language_and_in_no_more_than_may_be_said() -> None:
    for policy in ready_made.ready_made():
        for locale in Locale:
            assert 0 < len(policy.name_in(locale.value)) <= LONGEST_NAME
            assert 0 < len(policy.text_in(locale.value)) <= LONGEST_TEXT
        said = [policy.name_in(locale.value) for locale in Locale]
        assert len(set(said)) > 1, f"{policy.key} is translated"


async def test_a_new_shop_has_them_once(office: Moderators) -> None:
    sql, now = office.platform.database, await office.platform.clock.now()
    for _ in range(2):
        await ready_made.add(sql, now)
    found = await store.present(sql)
    assert {one.key for one in found} == {one.key for one in ready_made.ready_made()}
    assert {one.version for one in found} == {1}


async def test_they_can_be_decided_by(office: Moderators) -> None:
    await ready_made.add(office.platform.database, await office.platform.clock.now())
    office.reviews = 1
    post = await office.write()
    await office.settle_item(post, "REJECT", policy="photo")
    await office.edit(post, text="换了一张")
    assert (await office.post(post)).state == "IN_REVIEW", "it may be mended"


async def test_a_shop_with_policies_of_its_own_keeps_to_them(office: Moderators) -> None:
    await office.policy("ours")
    sql = office.platform.database
    await ready_made.add(sql, await office.platform.clock.now())
    assert [one.key for one in await store.present(sql)] == ["ours"]
