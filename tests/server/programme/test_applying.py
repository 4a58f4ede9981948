"""Applying a programme file: all of it or nothing, once, and only what differs."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.calendar import NEVER
from domain.earning import RuleState
from domain.errors import Conflict
from domain.programme_document import Kind
from gamification.coupons import templates
from gamification.leaderboards import store as boards_store
from gamification.programme import store
from gamification.rewards import store as rewards_store
from infra.database import Database
from server.programme.faults import NotAProgramme, Place
from tests.docs.documents import examples
from tests.support.designer import Designer
from tests.support.dying import survive
from tests.support.shop import Shop


async def test_an_applied_file_is_what_the_shop_then_has(designer: Designer, file: str) -> None:
    outcome = await designer(file)
    assert {one.kind for one in outcome.changes} == {Kind.ADDED, Kind.CHANGED}
    assert await designer.differs(file) == []


async def test_what_one_shop_exports_makes_another_export_the_same(
    designer: Designer, file: str, pool: Database, emptying: str
) -> None:
    await designer(file)
    exported = await designer.has()
    async with pool.transaction() as tx:
        await tx.execute(emptying)
    await designer(exported)
    assert await designer.has() == exported


async def test_applying_again_makes_no_new_version_of_anything(
    designer: Designer, file: str
) -> None:
    database = designer.laurels.platform.database
    first = await designer(file)
    rules = await store.current_rules(database)
    coupons = await templates.newest(database)
    again = await designer(file)
    assert (again.version, again.changes) == (first.version, ())
    assert await store.current_rules(database) == rules
    assert await templates.newest(database) == coupons


async def test_however_much_changes_the_version_rises_once(designer: Designer, file: str) -> None:
    before = await store.version(designer.laurels.platform.database)
    assert (await designer(file)).version == before + 1
    assert await store.version(designer.laurels.platform.database) == before + 1


async def test_comparing_changes_nothing(designer: Designer, file: str) -> None:
    before, version = await designer.has(), await store.version(designer.laurels.platform.database)
    outcome = await designer(file, keep=False)
    assert outcome.changes
    assert await designer.has() == before
    assert await store.version(designer.laurels.platform.database) == version


async def test_a_changed_field_is_told_as_it_was_and_as_it_will_be(
    designer: Designer, file: str
) -> None:
    await designer(file)
    outcome = await designer(file.replace("pendingDays: 7", "pendingDays: 14"))
    [change] = outcome.changes
    [one] = change.differences
    assert change.name == "rules.order.points"
    assert (one.field, one.old, one.new) == ("pendingDays", 7, 14)


async def test_all_refusals_are_told_at_their_places_and_nothing_is_changed(
    designer: Designer, file: str
) -> None:
    before = await designer.has()
    wrong = file.replace("activity.attributes.total >= 10.0", "activity.attributs.total >= 10.0")
    wrong = wrong.replace("minimumTierKey: gold", "minimumTierKey: golden")
    wrong = wrong.replace("validDays: 30", "validDays: 0")
    with pytest.raises(NotAProgramme) as caught:
        await designer(wrong)
    lines = wrong.splitlines()
    faults = {".".join(fault.path): fault.place for fault in caught.value.faults}
    for path, text in (
        ("rules.order.points.condition", "    condition: activity.attributs.total >= 10.0"),
        ("rewards.mug.minimumTierKey", "    minimumTierKey: golden"),
        ("coupons.ten.validDays", "    validDays: 0"),
    ):
        assert faults[path] == Place(lines.index(text) + 1, 5)
    assert await designer.has() == before


async def test_thresholds_move_past_one_another(designer: Designer, file: str) -> None:
    await designer(file)
    diamond = "  diamond: {name: D, level: 2, threshold: 900, pointsMultiplier: 2}\n"
    more = file.replace("tierRules:", f"{diamond}\ntierRules:")
    await designer(more)
    higher = more.replace("threshold: 600", "threshold: 1000").replace("900", "5000")
    await designer(higher)
    assert await designer.differs(higher) == []
    await designer(more)
    assert await designer.differs(more) == []


async def test_absent_sections_stay_out_of_it(designer: Designer, file: str) -> None:
    await designer(file)
    before = await designer.has()
    await designer("laurels: 1\nsettings:\n  name: Other\n", prune=True)
    assert await designer.has() == before.replace("name: 桂冠会员", "name: Other")


async def test_what_only_the_shop_has_is_left_alone(designer: Designer, file: str) -> None:
    await designer(file)
    before = await designer.has()
    outcome = await designer("laurels: 1\nrules: {}\nrewards: {}\nboards: {}\ncoupons: {}\n")
    assert {one.kind for one in outcome.changes} == {Kind.EXTRA}
    assert await designer.has() == before


async def test_pruning_puts_away_and_deletes_nothing(designer: Designer, file: str) -> None:
    await designer(file)
    platform = designer.laurels.platform
    empty = "laurels: 1\nrules: {}\nrewards: {}\nboards: {}\ncoupons: {}\n"
    await designer(empty, prune=True)
    rules = await store.current_rules(platform.database)
    assert [rule.state for rule in rules] == [RuleState.ARCHIVED] * 2
    now = await platform.clock.now()
    rewards = await rewards_store.shown(
        platform.database, everything=True, now=now, before=None, limit=9
    )
    assert [(row.reward.ends_at or NEVER) <= now for row in rewards] == [True] * 3
    shop = Shop(platform, designer.laurels.programmes)
    await shop.let_pass(days=1)
    assert await designer.differs(empty) == ["coupons.ten"]


async def test_a_file_meant_for_another_version_is_refused(designer: Designer, file: str) -> None:
    version = (await designer(file)).version
    changed = file.replace("cost: 500", "cost: 600")
    with pytest.raises(Conflict, match=r"programme_file\.version"):
        await designer(changed, if_version=version - 1)
    assert (await designer(changed, if_version=version)).version == version + 1


async def test_the_version_that_comparing_tells_is_the_one_to_apply_by(
    designer: Designer, file: str
) -> None:
    version = (await designer(file, keep=False)).version
    assert (await designer(file, if_version=version)).version == version + 1


async def test_what_cannot_be_kept_to_the_letter_is_refused(designer: Designer, file: str) -> None:
    with pytest.raises(NotAProgramme) as caught:
        await designer(file.replace("pointWorth: 0.01", "pointWorth: 0.0123456789"))
    [fault] = caught.value.faults
    assert (fault.path, fault.reason) == (("settings", "pointWorth"), "programme_file.not_kept")


async def test_files_that_are_applied_at_once_are_applied_one_after_the_other(
    designer: Designer, file: str
) -> None:
    texts = [file.replace("cost: 500", f"cost: {n}") for n in range(501, 507)]
    before = await store.version(designer.laurels.platform.database)
    outcomes = await asyncio.gather(*(designer(text) for text in texts))
    assert sorted(one.version for one in outcomes) == list(range(before + 1, before + 7))


async def test_the_example_of_the_guide_is_one(designer: Designer) -> None:
    [example] = [one for one in examples("yaml") if one.path.name == "programme.md"]
    await designer(example.text)
    assert await designer.differs(example.text) == []


async def test_designers_at_the_api_and_with_a_file_lose_nothing_of_each_other(
    designer: Designer, file: str
) -> None:
    await designer(file)
    shop = Shop(designer.laurels.platform, designer.laurels.programmes)
    files = [file.replace('points: "100"', f'points: "{n}"') for n in range(5)]
    saves = [shop.rule("birthday", str(n)) for n in range(10, 15)]
    await asyncio.gather(*(designer(text) for text in files), *saves)
    versions = await shop.platform.database.fetch(
        "SELECT version FROM earn_rule WHERE key = 'birthday' ORDER BY version"
    )
    assert [row["version"] for row in versions] == list(range(1, 12))


async def test_pruning_a_season_to_come_lets_it_never_be(designer: Designer) -> None:
    season = (
        "laurels: 1\nboards:\n  s: {name: S, unit: u, period: SEASON,"
        " startsAt: 2090-01-01T00:00:00+08:00, endsAt: 2091-01-01T00:00:00+08:00,"
        " metric: {trigger: order.paid, measure: COUNT}}\n"
    )
    await designer(season)
    await designer("laurels: 1\nboards: {}\n", prune=True)
    [board] = await boards_store.boards()
    assert board.starts_at is not None
    assert board.ends_at is not None
    assert board.ends_at - board.starts_at == timedelta(microseconds=1)


async def test_who_dies_while_applying_has_applied_all_of_it_or_nothing(
    designer: Designer, file: str
) -> None:
    sql = designer.laurels.platform.database
    assert await survive(sql, lambda: designer(file), most=900, step=13) > 5
    assert await designer.differs(file) == []
