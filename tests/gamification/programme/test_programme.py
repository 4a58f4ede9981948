"""Settings and rules: each change is a version, and what could never work is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.earning import RuleState
from domain.errors import Invalid, Refused
from domain.ledger import DebtPolicy
from gamification.programme import service, store
from gamification.programme.current import Programmes
from tests.support.shop import Shop


async def version(shop: Shop) -> int:
    return await store.version(shop.platform.database)


async def refusal(attempt: Any) -> tuple[str, ...] | None:  # noqa: ANN401
    """The field that an attempt is refused for."""
    with pytest.raises(Refused) as caught:
        await attempt
    return caught.value.field


async def test_saving_a_rule_again_makes_the_next_version_and_keeps_the_old(shop: Shop) -> None:
    first, second = await shop.rule("r", "1"), await shop.rule("r", "2")
    assert (first.version, second.version) == (1, 2)
    kept = await store.rules(shop.platform.database, [first.id, second.id])
    assert kept == {first.id: first, second.id: second}


async def test_saving_the_same_again_changes_nothing(shop: Shop) -> None:
    first, before = await shop.rule("r", "1", condition=" true "), await version(shop)
    assert await shop.rule("r", "1", condition="true") == first
    assert await version(shop) == before


async def test_every_change_is_a_new_version_of_the_programme(shop: Shop) -> None:
    seen = [await version(shop)]
    for change in (
        shop.rule("r", "1"),
        service.save_settings(shop.platform, name="Other"),
        shop.tier("gold", 1, 100),
    ):
        await change
        seen.append(await version(shop))
    assert seen == sorted(set(seen))


async def test_designers_who_save_at_once_make_versions_one_after_the_other(shop: Shop) -> None:
    saved = await asyncio.gather(*(shop.rule("r", str(n)) for n in range(8)))
    assert sorted(rule.version for rule in saved) == list(range(1, 9))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("key", {"key": "Über"}),
        ("key", {"key": ""}),
        ("name", {"name": " "}),
        ("name", {"name": "x" * 61}),
        ("trigger", {"trigger": "paid"}),
        ("condition", {"condition": "activity.total > 3"}),
        ("condition", {"condition": "1"}),
        ("points", {"points": ""}),
        ("points", {"points": "'ten'"}),
        ("pendingDays", {"pending_days": -1}),
        ("pendingDays", {"pending_days": 36_501}),
        ("expiresAfterDays", {"expires_after_days": 0}),
        ("capPerMemberPerDay", {"cap_per_member_per_day": 0}),
        ("budget", {"budget": 2**53}),
    ],
)
async def test_a_rule_that_could_never_work_is_refused_by_its_field(
    shop: Shop, field: str, change: dict[str, Any]
) -> None:
    wanted = {"key": "r", "points": "1"} | change
    assert await refusal(shop.rule(**wanted)) == (field,)


async def test_a_schedule_ends_after_it_starts(shop: Shop) -> None:
    same = {"starts_at": shop.now, "ends_at": shop.now}
    assert await refusal(shop.rule("r", "1", **same)) == ("endsAt",)
    await shop.rule("r", "1", starts_at=shop.now, ends_at=shop.now + timedelta(seconds=1))


async def test_a_faulty_expression_tells_where(shop: Shop) -> None:
    with pytest.raises(Invalid) as caught:
        await shop.rule("r", "1 +\n member.teir")
    assert caught.value.params["line"] == 2


async def test_names_are_counted_as_people_see_them(shop: Shop) -> None:
    family = "👨‍👩‍👧‍👦" * 60
    await shop.rule("r", "1", name=family)
    await service.save_settings(shop.platform, name=family)
    assert (await store.settings(shop.platform.database)).name == family


async def test_only_the_given_settings_change(shop: Shop) -> None:
    await service.save_settings(shop.platform, time_zone="Europe/Berlin")
    found = await service.save_settings(shop.platform, debt_policy=DebtPolicy.ALLOW_DEBT)
    assert (found.time_zone, found.currency, found.debt_policy) == (
        "Europe/Berlin", "CNY", "ALLOW_DEBT"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("timeZone", {"time_zone": "Mars/Olympus"}),
        ("currency", {"currency": "yuan"}),
        ("pointWorth", {"point_worth": Decimal(0)}),
        ("pointWorth", {"point_worth": Decimal("0.0000001")}),
        ("newAuthorReviews", {"new_author_reviews": -1}),
        ("name", {"name": ""}),
    ],
)
async def test_a_setting_that_makes_no_sense_is_refused_by_its_field(
    shop: Shop, field: str, change: dict[str, Any]
) -> None:
    assert await refusal(service.save_settings(shop.platform, **change)) == (field,)


async def test_the_present_programme_is_loaded_once_a_version(shop: Shop) -> None:
    await shop.rule("r", "1")
    first = await shop.programmes.current(shop.platform.database)
    assert await shop.programmes.current(shop.platform.database) is first
    await shop.rule("r", "2")
    second = await shop.programmes.current(shop.platform.database)
    assert second.version > first.version
    assert [rule.version for rule in second.rules_for("order.paid")] == [2]


async def test_a_programme_holds_only_what_is_live(shop: Shop) -> None:
    for state in RuleState:
        await shop.rule(state.lower(), "1", state=state)
    programme = await shop.programmes.current(shop.platform.database)
    assert [rule.key for rule in programme.rules_for("order.paid")] == ["live"]


async def test_a_rule_that_no_longer_compiles_is_left_out_and_the_rest_works(shop: Shop) -> None:
    await shop.rule("broken", "1")
    await shop.rule("good", "5")
    await shop.platform.database.execute(
        "UPDATE earn_rule SET points = 'nonsense(' WHERE key = 'broken'"
    )
    elsewhere = Shop(shop.platform, Programmes(shop.programmes.expressions))
    await elsewhere.tell(elsewhere.paid("A-1", "1"))
    assert await shop.available() == 5
