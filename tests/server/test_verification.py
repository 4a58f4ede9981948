"""`laurels verify` finds what is wrong, and nothing where all is well."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from domain.boards import BoardDraft, Period
from domain.errors import Unavailable
from domain.metrics import Measure, MetricDefinition
from gamification.leaderboards import mirror, rebuild, store
from gamification.leaderboards import service as boards
from gamification.metrics import filling
from gamification.programme import store as programme_store
from infra.invariants import Invariant
from server import verification
from server.verification import Finding, boards_agree, in_snapshot, tiers_follow, verify
from server.wiring import Laurels
from tests.support.shop import Shop

ALL_IS_WELL = Invariant("Nothing is something", "SELECT 1 AS n WHERE false")
BROKEN = Invariant("Numbers are even", "SELECT n FROM generate_series(1, 19, 2) n ORDER BY n")


@pytest.fixture
async def busy(laurels: Laurels) -> Laurels:
    """A shop with a board, a rule, and orders."""
    shop = Shop(laurels.platform, laurels.programmes)
    programme = await laurels.programmes.current(laurels.platform.database)
    await boards.save(
        laurels.platform,
        BoardDraft(
            key="spend",
            name="消费榜",
            unit="CNY",
            period=Period.ALL_TIME,
            metric=MetricDefinition(("order.paid",), None, Measure.SUM, "total"),
        ),
        zone=programme.settings.zone,
        names=laurels.programmes.expressions.names,
        changed=programme_store.bump,
    )
    await shop.rule("base", "activity.attributes.total")
    await shop.tell(*(shop.paid(f"o-{n}", f"{n}.50", f"C-{n % 5}") for n in range(1, 20)))
    await rebuild.all(laurels.platform, programme.settings.zone)
    return laurels


async def test_a_healthy_deployment_passes(
    busy: Laurels, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await verify(busy) == 0
    told = capsys.readouterr().out
    assert "✗" not in told
    assert f"{len(verification.INVARIANTS) + 6} invariants, 0 broken" in told


@pytest.mark.unreplayed("rows are damaged here")
async def test_points_from_nowhere_fail_it(
    busy: Laurels, capsys: pytest.CaptureFixture[str]
) -> None:
    await busy.platform.database.execute("UPDATE member_state SET available = available + 1")
    assert await verify(busy) == 1
    assert "✗  Where a member stands is the sum of their entries" in capsys.readouterr().out


@pytest.mark.unreplayed("rows are damaged here")
async def test_a_day_that_the_log_does_not_tell_is_found(busy: Laurels) -> None:
    shop = Shop(busy.platform, busy.programmes)
    await shop.tier("silver", 1, 10)
    await shop.measure_tiers()
    await shop.tell(shop.paid("more", "5", "C-1"))
    while await filling.fill_next(
        busy.platform, busy.programmes.current, busy.programmes.expressions.bind,
        changed=programme_store.bump,
    ):  # fmt: skip
        pass
    assert (await tiers_follow(busy)).broken == 0
    await busy.platform.database.execute("UPDATE metric_day SET value = value + 1")
    assert (await tiers_follow(busy)).broken == 5


async def test_violations_are_counted_and_the_first_shown(laurels: Laurels) -> None:
    [fine, broken] = await in_snapshot(laurels.engines.database_url, (ALL_IS_WELL, BROKEN))
    assert fine == Finding("Nothing is something", 0, [])
    assert broken == Finding("Numbers are even", 10, ["n=1", "n=3", "n=5", "n=7", "n=9"])


async def test_every_invariant_is_judged_as_of_one_moment(laurels: Laurels) -> None:
    now = Invariant("Time stands", "SELECT pg_current_snapshot()::text AS s, pg_sleep(0.01)")
    first, second = await in_snapshot(laurels.engines.database_url, (now, now))
    assert first.examples == second.examples


async def test_a_wrong_rank_in_redis_is_found(
    busy: Laurels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gamification.leaderboards.invariants._PAUSE_SECONDS", 0.0)
    [standing, *_] = await busy.platform.database.fetch("SELECT * FROM standing ORDER BY score")
    lie = store.StandingState(
        board_id=standing["board_id"],
        season_starts_at=standing["season_starts_at"],
        member_id=standing["member_id"],
        score=5_000,
        reached_at=standing["reached_at"],
        version=2**40,
    )
    await mirror.push(busy.platform.redis, [lie])
    assert (await boards_agree(busy)).broken == 1


async def test_a_redis_that_is_away_is_no_violation(
    busy: Laurels, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> object:
        raise Unavailable("redis")

    monkeypatch.setattr(mirror, "top", away)
    finding = await boards_agree(busy)
    assert finding.broken is None
    assert finding.holds


def test_what_is_broken_is_marked() -> None:
    out = io.StringIO()
    verification.show([Finding("Numbers are even", 1, ["n=1"])], Console(file=out, width=80))
    assert "✗  Numbers are even" in out.getvalue()
    assert "n=1" in out.getvalue()
