"""Export, applied to an empty shop, exports the same bytes: for programmes of any make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.earning import RuleState
from domain.rewards import RewardKind
from infra.database import Database
from server.programme.applying import Order, carry_out
from server.programme.reading import ProgrammeFile, read
from tests.support.designer import Designer

names = st.text("桂冠 Laurel·'\"#:-*&!%@`{}[],?|>~", min_size=1, max_size=20).filter(str.strip)
days = st.integers(1, 3000)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
worth = st.decimals(1, 100, places=2)
keys = st.from_regex(r"[a-z0-9_.-]{1,12}", fullmatch=True)


@st.composite
def programmes(draw: st.DrawFn, base: ProgrammeFile) -> ProgrammeFile:
    """The test's file with other keys, names, numbers, times and states."""
    drafts: dict[str, dict[str, Any]] = {name: dict(one) for name, one in base.drafts.items()}
    starts = draw(st.none() | moments)
    rule = drafts["rules"]["order.points"]
    for key in draw(st.sets(keys, max_size=4)):
        drafts["rules"][key] = replace(
            rule,
            key=key,
            name=draw(names),
            state=draw(st.sampled_from(RuleState)),
            points=str(draw(days)),
            tier_multiplied=draw(st.booleans()),
            budget=draw(st.none() | days),
            starts_at=starts,
            ends_at=starts and starts + timedelta(days=draw(days)),
        )
    for key in draw(st.sets(keys, max_size=3)):
        drafts["rewards"][key] = replace(
            drafts["rewards"]["mug"],
            key=key,
            name=draw(names),
            description=draw(names) + "\n" + draw(names),
            kind=draw(st.sampled_from([RewardKind.GIFT, RewardKind.BADGE, RewardKind.PRIVILEGE])),
            stock=draw(st.none() | days),
        )
    for key in draw(st.sets(keys, max_size=2)):
        drafts["badges"][key] = replace(
            drafts["badges"]["regular"],
            key=key,
            name=draw(names),
            thresholds=tuple(sorted(draw(st.sets(days, min_size=1, max_size=3)))),
            revocable=draw(st.booleans()),
        )
    friends = drafts["challenges"]["friends"]
    for key in draw(st.sets(keys, max_size=2)):
        drafts["challenges"][key] = replace(
            friends,
            key=key,
            name=draw(names),
            capacity=draw(st.none() | days),
            terms=replace(friends.terms, late_hours=draw(st.integers(0, 744))),
        )
    coupon = drafts["coupons"]["ten"]
    drafts["coupons"]["ten"] = replace(coupon, discount=draw(worth), valid_days=draw(days))
    plan = drafts["membershipPlans"]["plus"]
    drafts["membershipPlans"]["plus"] = replace(plan, name=draw(names), price=draw(worth))
    gold = drafts["tiers"]["gold"]
    multiplier = draw(worth) / Decimal(10)
    drafts["tiers"]["gold"] = replace(gold, threshold=draw(days), points_multiplier=multiplier)
    return replace(base, drafts=drafts)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_an_export_applied_to_an_empty_shop_exports_the_same(
    designer: Designer, file: str, pool: Database, emptying: str, data: st.DataObject
) -> None:
    async def made_by(wanted: ProgrammeFile) -> str:
        async with pool.transaction() as tx:
            await tx.execute(emptying)
        laurels = designer.laurels
        await carry_out(laurels.platform, laurels.programmes.expressions, Order(wanted))
        return await designer.has()

    exported = await made_by(data.draw(programmes(read(file.encode()))))
    assert await made_by(read(exported.encode())) == exported
    assert await designer.differs(exported) == []
