"""Redeeming: who asks together is served together, in the order of arrival.

What nobody can redeem any more is answered from what is committed, without a lock: a sale that is
sold out costs its latecomers one look. Everything else is decided under the locks of `Sale`.
See ADR 22.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    first: dict[tuple[UUID, str, str], Attempt] = {}
    for one in attempts:
        first.setdefault(one.claim.name, one)
    served = list(first.values())
    answers = await _screened(platform, served)
    open_ = [place for place, answer in enumerate(answers) if answer is None]
    if open_:
        deciding = [served[place] for place in open_]

        async def work(tx: Transaction) -> list[Answer]:
            return await _decide(tx, platform, programmes, deciding)

        decided = await platform.database.in_transaction(work)
        for place, answer in zip(open_, decided, strict=True):
            answers[place] = answer
    by_name = {one.claim.name: answer for one, answer in zip(served, answers, strict=True)}
    return [_agreeing(one, first[one.claim.name], by_name[one.claim.name]) for one in attempts]


def _agreeing(one: Attempt, first: Attempt, answer: Answer) -> Answer:
    return answer if one.reward_id == first.reward_id else idempotency.conflict()


async def _screened(platform: Platform, attempts: Sequence[Attempt]) -> list[Answer]:
    """Refuses what nobody can redeem now, unless its key was answered before.

    The rewards are read first: whoever finds one sold out then finds the key of each redemption
    that sold it.
    """
    now = await platform.clock.now()
    rows = await store.by_ids(platform.database, {one.reward_id for one in attempts})
    answers: list[Answer] = []
    for one in attempts:
        row = rows.get(one.reward_id)
        try:
            if row is None:
                raise NotFound("node.not_found", field=("rewardId",))
            rewards.check_on_sale(row.reward, left=row.left, now=now)
            answers.append(None)
        except Refused as refused:
            answers.append(refused)
    closed = [place for place, answer in enumerate(answers) if answer is not None]
    kept = await idempotency.kept_all(
        platform.database, [attempts[place].claim for place in closed]
    )
    for place, answer in zip(closed, kept, strict=True):
        answers[place] = answer or answers[place]
    return answers


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
