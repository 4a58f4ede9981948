"""Redeeming: who asks together is served together, in the order of arrival.

What nobody can redeem any more is answered from what is committed, without a lock: a sale that is
sold out costs its latecomers one look. Everything else is decided under the locks of `Sale`.
See ADR 22.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain import ledger, rewards
from domain.errors import NotFound, Refused
from gamification.engine.run import EngineRun
from gamification.ledger import books as books_store
from gamification.programme.current import Programmes
from gamification.rewards import store
from gamification.rewards.sale import Sale
from gamification.rewards.store import RewardRow
from infra import idempotency
from infra.database import Transaction
from infra.idempotency import Claim
from infra.platform import Platform

_QUEUE: Final = "rewards"
_REDEEM: Final = "redeemReward"

Answer: TypeAlias = "str | Refused | None"
"""The id of the redemption, why there is none, or None while nothing is decided."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A member asks for a reward, by an idempotency key."""

    member_id: UUID
    reward_id: UUID
    key: str

    @property
    def name(self) -> tuple[UUID, str]:
        """Who has the same asks the same."""
        return self.member_id, self.key

    @property
    def claim(self) -> Claim:
        return Claim(self.member_id, _REDEEM, self.key, [str(self.reward_id)])


async def redeem(
    platform: Platform, programmes: Programmes, *, member_id: UUID, reward_id: UUID, key: str
) -> UUID:
    """Redeems a reward, once per idempotency key; the id of the redemption.

    Raises: Invalid, NotFound, Conflict, NotStarted, Ended, OutOfStock, NotEligible, LimitReached,
    NotEnoughPoints.
    """
    idempotency.check_key(key)
    served = partial(serve, platform, programmes)
    return UUID(await platform.together.ask(_QUEUE, served, Attempt(member_id, reward_id, key)))


async def serve(
    platform: Platform, programmes: Programmes, attempts: Sequence[Attempt]
) -> Sequence[Any]:
    """An answer or a refusal for each. Of equal keys the first is served, the others agree."""
    places: dict[tuple[UUID, str], int] = {}
    served: list[Attempt] = []
    for one in attempts:
        if one.name not in places:
            places[one.name] = len(served)
            served.append(one)
    answers = await _screened(platform, served)
    open_ = [place for place, answer in enumerate(answers) if answer is None]
    if open_:
        deciding = [served[place] for place in open_]

        async def work(tx: Transaction) -> list[Answer]:
            return await _decide(tx, platform, programmes, deciding)

        decided = await platform.database.in_transaction(work)
        for place, answer in zip(open_, decided, strict=True):
            answers[place] = answer
    at = (places[one.name] for one in attempts)
    return [
        _agreeing(one, served[place], answers[place])
        for one, place in zip(attempts, at, strict=True)
    ]


def _agreeing(one: Attempt, first: Attempt, answer: Answer) -> Answer:
    return answer if one.reward_id == first.reward_id else idempotency.conflict()


async def _screened(platform: Platform, attempts: Sequence[Attempt]) -> list[Answer]:
    """Refuses what nobody can redeem now, unless its key was answered before.

    The rewards are read first: whoever finds one sold out then finds the key of each redemption
    that sold it.
    """
    now = await platform.clock.now()
    wanted = {one.reward_id for one in attempts}
    rows = await store.by_ids(platform.database, wanted)
    closed = {key: _closed(rows.get(key), now) for key in wanted}
    answers: list[Answer] = [_anew(closed[one.reward_id]) for one in attempts]
    claims = [one.claim for one in attempts if closed[one.reward_id] is not None]
    kept = iter(await idempotency.kept_all(platform.database, claims))
    return [answer if answer is None else next(kept) or answer for answer in answers]


def _closed(row: RewardRow | None, now: datetime) -> Refused | None:
    """Why nobody can redeem the reward now; None where somebody may."""
    if row is None:
        return NotFound("node.not_found", field=("rewardId",))
    try:
        rewards.check_on_sale(row.reward, left=row.left, now=now)
    except Refused as refused:
        return refused
    return None


def _anew(refused: Refused | None) -> Refused | None:
    """The same refusal for one more: who raises one writes down where."""
    if refused is None:
        return None
    return type(refused)(refused.reason, field=refused.field, **refused.params)


async def _decide(
    tx: Transaction, platform: Platform, programmes: Programmes, attempts: Sequence[Attempt]
) -> list[Answer]:
    asked_at = await platform.clock.now(tx)
    claims = [one.claim for one in attempts]
    answers: list[Answer] = [*await idempotency.claim_all(tx, claims, asked_at)]
    new = [place for place, kept in enumerate(answers) if kept is None]
    members = {attempts[place].member_id for place in new}
    run = await EngineRun.following(tx, platform, programmes, members)
    await books_store.complete(tx, [state.books for state in run.states.values()])
    sale = await Sale.open(tx, run, [attempts[place].reward_id for place in new])
    for place in new:
        answers[place] = _redeemed(run, sale, attempts[place])
    await run.write()
    await sale.write(tx)
    kept = [(attempts[place].claim, answers[place]) for place in new]
    await idempotency.keep_all(
        tx, [(claim, None if isinstance(answer, Refused) else answer) for claim, answer in kept]
    )
    return answers


def _redeemed(run: EngineRun, sale: Sale, attempt: Attempt) -> Answer:
    state = run.state_of(attempt.member_id)
    if state is None:
        return NotFound("node.not_found")
    ledger.settle(state.books, run.now)
    try:
        return str(sale.redeem(state, attempt.reward_id))
    except Refused as refused:
        return refused
