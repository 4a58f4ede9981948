"""The desk at which books are moved on request, once per idempotency key.

Requests that wait together are served in one transaction: their members are locked in order and
their books read once, however many want the same one, and each request is answered for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from domain import ledger
from domain.errors import NotFound, Refused
from domain.ledger import Books
from gamification.engine.run import EngineRun
from gamification.ledger import books as books_store
from gamification.programme.current import Programmes
from infra import idempotency
from infra.database import Transaction
from infra.idempotency import Claim
from infra.platform import Platform

_QUEUE: Final = "points"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request: `move` moves the locked, whole and settled books of the member, or of the one
    into whom they were merged.

    It answers what its idempotency key keeps (JSON, not None) or raises Refused with the books
    as they were.
    """

    claim: Claim
    member_id: UUID
    move: Callable[[Books, EngineRun], Any]


async def ask(platform: Platform, programmes: Programmes, wanted: Wanted) -> Any:  # noqa: ANN401 - JSON
    """What `move` answered, now or at the first call with this key.

    Raises: Invalid for a key that is none, NotFound for the member, Conflict, and what `move` does.
    """
    idempotency.check_key(wanted.claim.key)
    served = partial(serve, platform, programmes)
    return await platform.together.ask(_QUEUE, served, wanted)


def name_of(answer: tuple[str, int]) -> tuple[UUID, int]:
    """The entry that a move answered with: its member and its number, as JSON keeps them."""
    member_id, number = answer
    return UUID(member_id), number


async def serve(
    platform: Platform, programmes: Programmes, wanted: Sequence[Wanted]
) -> Sequence[Any]:
    """An answer or a refusal for each. Of equal keys the first is served, the others agree."""
    first = {one.claim.name: one for one in reversed(wanted)}
    served = list(first.values())

    async def work(tx: Transaction) -> list[Any]:
        return await _serve_each(tx, platform, programmes, served)

    answers = await platform.database.in_transaction(work)
    by_name = {one.claim.name: answer for one, answer in zip(served, answers, strict=True)}
    return [_agreeing(one, first[one.claim.name], by_name[one.claim.name]) for one in wanted]


def _agreeing(one: Wanted, first: Wanted, answer: object) -> object:
    if one.claim.payload == first.claim.payload:
        return answer
    return idempotency.conflict()


async def _serve_each(
    tx: Transaction, platform: Platform, programmes: Programmes, wanted: Sequence[Wanted]
) -> list[Any]:
    asked_at = await platform.clock.now(tx)
    answers = await idempotency.claim_all(tx, [one.claim for one in wanted], asked_at)
    new = [place for place, kept in enumerate(answers) if kept is None]
    members = {wanted[place].member_id for place in new}
    run = await EngineRun.following(tx, platform, programmes, members)
    await books_store.complete(tx, [state.books for state in run.states.values()])
    for place in new:
        answers[place] = _moved(run, wanted[place])
    await run.write()
    kept = [(wanted[place].claim, answers[place]) for place in new]
    await idempotency.keep_all(
        tx, [(claim, None if isinstance(answer, Refused) else answer) for claim, answer in kept]
    )
    return answers


def _moved(run: EngineRun, wanted: Wanted) -> object:
    """What the move answers, or why it is refused."""
    state = run.state_of(wanted.member_id)
    if state is None:
        return NotFound("node.not_found", field=("memberId",))
    ledger.settle(state.books, run.now)
    try:
        return wanted.move(state.books, run)
    except Refused as refused:
        return refused
