"""The verb of the designers of referrals: say what is promised for bringing a friend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from domain.bundles import Bundle
from domain.errors import NotFound
from domain.expressions import ExpressionRefused
from domain.referrals import RulesDraft, check_rules
from gamification.badges import store as badges_store
from gamification.coupons import templates
from gamification.expressions import Expressions
from gamification.referrals import store
from gamification.referrals.store import RulesRow
from infra.database import Sql, Transaction
from infra.platform import Platform

Changed = Callable[[Sql], Awaitable[object]]
"""Tells, in the same transaction, that the programme has another version."""


async def save_rules(
    platform: Platform, expressions: Expressions, draft: RulesDraft, *, changed: Changed
) -> RulesRow:
    """Saves the terms as their next version; those that say nothing new stay at theirs.

    What has qualified already is rewarded by the terms that it qualified by.

    Raises: Invalid (an expression's fault with its position), NotFound for a coupon or badge that
    is not there, naming the field.
    """
    draft = replace(draft, condition=(draft.condition or "").strip() or None)
    check_rules(draft)
    try:
        expressions.compile_condition(draft.condition)
    except ExpressionRefused as refused:
        raise refused.at("condition") from None

    async def work(tx: Transaction) -> RulesRow:
        await changed(tx)  # first: its row makes concurrent designers wait for each other
        await _check_reward(tx, draft.referrer_reward, "referrerReward")
        await _check_reward(tx, draft.referee_reward, "refereeReward")
        known = await store.newest(tx)
        if known is not None and known.draft == draft:
            return known
        saved = RulesRow(1 if known is None else known.version + 1, draft)
        await store.add(tx, saved, await platform.clock.now(tx))
        return saved

    return await platform.database.in_transaction(work)


async def _check_reward(tx: Sql, reward: Bundle, field: str) -> None:
    if reward.coupon is not None and reward.coupon not in await templates.issued(
        tx, [reward.coupon]
    ):
        path, key = (field, "couponKey"), reward.coupon[:60]
        raise NotFound("coupon.template_unknown", field=path, key=key)
    if reward.badge is not None:
        known = {one.key for one in await badges_store.badges(tx)}
        if reward.badge not in known:
            raise NotFound(
                "challenge.badge_unknown", field=(field, "badgeKey"), key=reward.badge[:60]
            )
