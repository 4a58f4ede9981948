"""Who brings themselves, a circle, or a customer of long ago is not paid for it."""

import asyncio
from datetime import timedelta

import pytest

from community.referrals import sights
from domain.errors import AlreadyDone, Invalid, NotAllowed, NotEligible, NotFound, Refused
from domain.referrals.traits import Trait, TraitKind
from members.sign_in import Came
from tests.support.circle import Circle
from tests.support.dying import survive

BO = "bo@example.com"
CY = "cy@example.com"
PHONE = Came(device="a phone")
CARD = Trait(TraitKind.PAYMENT, "card of ana")
HOME = Trait(TraitKind.ADDRESS, "1 Hill Road")


async def refused(circle: Circle, who: str, by: str) -> str:
    with pytest.raises(Refused) as error:
        await circle.claim(who, by)
    assert error.value.field == ("code",)
    return error.value.reason


async def test_a_code_can_be_claimed_after_signing_up(circle: Circle) -> None:
    await circle.sign_up(BO)
    assert (await circle.claim(BO, "ana")).referrer_id == await circle.member("ana")
    await circle.order(BO)
    await circle.confirm()
    assert await circle.available("ana") == 10


async def test_what_cannot_be_claimed(circle: Circle) -> None:
    await circle.sign_up(BO)
    with pytest.raises(NotFound):
        await circle.registering.claim(await circle.member(BO), "nobody-7k2mq")
    with pytest.raises(Invalid):
        await circle.registering.claim(await circle.member(BO), "no code!")
    with pytest.raises(NotAllowed):
        await circle.claim(BO, BO)
    with pytest.raises(NotEligible):
        await circle.claim("ana", BO)


async def test_the_first_touch_counts(circle: Circle) -> None:
    await circle.sign_up(CY)
    await circle.sign_up(BO, "ana")
    with pytest.raises(AlreadyDone):
        await circle.claim(BO, CY)
    assert (await circle.referral(BO)).referrer_id == await circle.member("ana")


async def test_the_link_that_was_opened_first_counts(circle: Circle) -> None:
    await circle.sign_up(CY)
    await circle.sign_up(BO, "ana", came=Came(invite=await circle.code(CY)))
    assert (await circle.referral(BO)).referrer_id == await circle.member(CY)


@pytest.mark.parametrize("kept", ["nobody-7k2mq", "no code!", "\0"])
async def test_a_kept_code_of_nobody_gives_way_to_a_given_one(circle: Circle, kept: str) -> None:
    await circle.sign_up(BO, "ana", came=Came(invite=kept))
    assert (await circle.referral(BO)).referrer_id == await circle.member("ana")


async def test_who_signs_in_again_is_not_brought(circle: Circle) -> None:
    await circle.sign_up(BO)
    await circle.sign_up(BO, "ana")
    assert await circle.count("referral") == 0


async def test_a_chain_that_leads_back_is_refused(circle: Circle) -> None:
    await circle.sign_up(BO)
    await circle.sign_up(CY, BO)
    await circle.sign_up("di@example.com", CY)
    assert await refused(circle, BO, "di@example.com") == "referral.cycle"
    assert await refused(circle, BO, CY) == "referral.cycle"


async def test_two_who_claim_each_other_at_once_make_no_circle(circle: Circle) -> None:
    await circle.sign_up(BO)
    await circle.sign_up(CY)
    claims = (circle.claim(BO, CY), circle.claim(CY, BO))
    done = await asyncio.gather(*claims, return_exceptions=True)
    assert sorted(isinstance(one, NotAllowed) for one in done) == [False, True]


async def test_a_customer_who_signs_up_late_is_no_new_friend(circle: Circle) -> None:
    await circle.order(BO)  # the shop knows them by their address
    await circle.sign_up(BO, "ana")
    assert await circle.state(BO) == ("REFUSED", "ALREADY_CUSTOMER")


async def test_an_old_order_that_is_told_later_refuses(circle: Circle) -> None:
    await circle.promise(confirm_days=2)
    await circle.sign_up(BO, "ana")
    await circle.order(BO)
    long_ago = circle.now - timedelta(days=300)
    await circle.tell(circle.paid("old", "5", BO, at=long_ago))
    await circle.let_pass(days=4)
    await circle.confirm()
    assert await circle.state(BO) == ("REFUSED", "ALREADY_CUSTOMER")
    assert await circle.available("ana") == 0


async def test_another_spelling_of_ones_own_mailbox_is_oneself(circle: Circle) -> None:
    await circle.sign_up("a.na.smith@gmail.com")
    await circle.sign_up("anasmith+2@googlemail.com", "a.na.smith@gmail.com")
    expected = ("REFUSED", "SAME_PERSON")
    assert await circle.state("anasmith+2@googlemail.com") == expected


async def test_ones_own_phone_is_held_until_staff_have_looked(circle: Circle) -> None:
    await circle.sign_up(CY, came=PHONE)
    await circle.sign_up(BO, CY, came=PHONE)
    await circle.order(BO)
    await circle.confirm()
    found = await circle.referral(BO)
    assert (found.state, found.held) == ("QUALIFIED", True)
    await circle.decide(BO, allow=True)
    await circle.confirm()
    assert (await circle.state(BO), await circle.available(CY)) == (("REWARDED", None), 10)


async def test_a_held_friend_is_in_the_moderators_queue(circle: Circle) -> None:
    await circle.sign_up(CY, came=PHONE)
    bo = await circle.sign_up(BO, CY, came=PHONE)
    rows = await circle.platform.database.fetch(
        "SELECT i.subject_kind, i.subject_id, s.key FROM review_item i"
        " JOIN review_signal s ON s.item_id = i.id"
    )
    assert [tuple(row) for row in rows] == [("MEMBER", bo, "referral:device_of_referrer")]


async def test_what_the_shop_has_seen_since_counts_before_it_is_paid(circle: Circle) -> None:
    await circle.promise(confirm_days=2)
    await circle.sign_up(BO, "ana")
    await circle.order(BO)
    for who in ("ana", BO):
        await circle.seen(who, CARD, HOME)
    await circle.let_pass(days=4)
    await circle.confirm()
    found = await circle.referral(BO)
    assert (found.state, found.held) == ("QUALIFIED", True)


async def test_a_family_that_shares_a_home_is_honest(circle: Circle) -> None:
    home = Came(network="203.0.113.7")
    await circle.sign_up(CY, came=home)
    await circle.sign_up(BO, CY, came=home)
    for who in (CY, BO):
        await circle.seen(who, HOME)
    await circle.order(BO)
    await circle.confirm()
    assert await circle.state(BO) == ("REWARDED", None)


async def test_a_farm_on_one_device_is_refused(circle: Circle) -> None:
    friends = [f"friend-{n}@example.com" for n in range(4)]
    for friend in friends:
        await circle.sign_up(friend, "ana", came=PHONE)
    states = [await circle.state(one) for one in friends]
    assert states[0] == ("REGISTERED", None)
    assert (await circle.referral(friends[1])).held
    assert states[2:] == [("REFUSED", "SAME_PERSON")] * 2


async def test_an_order_of_a_refused_friend_counts_when_staff_let_it(circle: Circle) -> None:
    await circle.sign_up("ana+1@example.com")
    await circle.sign_up("ana+2@example.com", "ana+1@example.com")
    await circle.order("ana+2@example.com")
    await circle.decide("ana+2@example.com", allow=True)
    await circle.confirm()
    assert await circle.state("ana+2@example.com") == ("REWARDED", None)


async def test_staff_refuse_once_and_never_what_is_paid(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    await circle.decide(BO, allow=False)
    assert await circle.state(BO) == ("REFUSED", "BY_STAFF")
    with pytest.raises(AlreadyDone):
        await circle.decide(BO, allow=False)
    await circle.sign_up(CY, "ana")
    await circle.order(CY)
    await circle.confirm()
    for allow in (True, False):
        with pytest.raises(AlreadyDone):
            await circle.decide(CY, allow=allow)


async def test_nobody_decides_about_their_own(circle: Circle) -> None:
    bo = await circle.sign_up(BO, "ana")
    for who in (bo, await circle.member("ana")):
        with pytest.raises(NotAllowed):
            await circle.decide(BO, allow=True, by=who)


async def test_rulings_are_in_the_log_of_what_staff_did(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    await circle.decide(BO, allow=False)
    await circle.decide(BO, allow=True)
    rows = await circle.platform.database.fetch("SELECT action FROM staff_action ORDER BY id")
    assert [row["action"] for row in rows] == ["referral.refused", "referral.allowed"]


async def test_only_digests_are_kept_and_networks_for_a_while(circle: Circle) -> None:
    await circle.sign_up(BO, came=Came(network="203.0.113.7", device="a phone"))
    sql = circle.platform.database
    kinds = "SELECT kind FROM referral_trait ORDER BY kind"
    assert [row["kind"] for row in await sql.fetch(kinds)] == ["DEVICE", "EMAIL", "NETWORK"]
    everything = str([tuple(row) for row in await sql.fetch("SELECT * FROM referral_trait")])
    assert not any(raw in everything for raw in ("bo@", "203.0", "a phone"))
    now = await circle.platform.clock.now()
    await sights.forget_networks(sql, now + sights.NETWORK_KEPT - timedelta(days=1))
    assert await circle.count("referral_trait") == 3
    await sights.forget_networks(sql, now + sights.NETWORK_KEPT + timedelta(days=1))
    assert [row["kind"] for row in await sql.fetch(kinds)] == ["DEVICE", "EMAIL"]


async def test_a_member_is_seen_with_so_many_things_at_most(circle: Circle) -> None:
    await circle.sign_up(BO)
    for n in range(3):
        await circle.seen(BO, *(Trait(TraitKind.DEVICE, f"{n}-{m}") for m in range(40)))
    assert await circle.count("referral_trait") <= 90
    await circle.seen(BO, Trait(TraitKind.DEVICE, "one more"))
    assert await circle.count("referral_trait") <= 90


async def test_a_claim_survives_death_at_any_statement(circle: Circle) -> None:
    claim = await circle.sign_up(CY)
    code = await circle.code("ana")
    work = lambda: circle.registering.claim(claim, code)  # noqa: E731

    async def claimed() -> None:
        try:
            await work()
        except AlreadyDone:
            return

    assert await survive(circle.platform.database, claimed) >= 3


async def test_a_ruling_survives_death_at_any_statement(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")

    async def ruled() -> None:
        try:
            await circle.decide(BO, allow=False)
        except AlreadyDone:
            return

    assert await survive(circle.platform.database, ruled) >= 3
