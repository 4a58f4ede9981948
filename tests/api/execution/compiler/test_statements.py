"""Longer lists take no more statements: whoever loads children one by one fails here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
import strawberry

from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from api.execution.services import Services
from api.members.types import existing_members
from api.schema import build_schema
from domain.members import Role, Viewer
from gamification.programme.current import Programmes
from infra.i18n import Locale
from infra.platform import Platform
from tests.api.execution.compiler.statements import counted
from tests.support.shop import Shop

STATEMENT = """query ($first: Int) {
  me {
    tier { name }
    points {
      available
      entries(first: $first) {
        nodes {
          description
          explanation {
            ruleVersion
            rule { name spent failureCount }
            activity { type member { handle tier { name } } }
          }
        }
      }
    }
  }
}"""


@pytest.fixture(scope="module")
def served() -> strawberry.Schema:
    return build_schema()


def context_of(member_id: UUID, platform: Platform, programmes: Programmes) -> Context:
    nothing = cast("Any", None)
    services = Services(platform, programmes, nothing, nothing, existing_members)
    ends = datetime.now(UTC) + timedelta(hours=1)
    viewer = Viewer(member_id, frozenset({Role.SHOPPER}), None, ends)
    return Context(viewer, Locale.EN, "request", services)


async def test_a_longer_statement_of_points_takes_no_more_statements(
    served: strawberry.Schema, platform: Platform, programmes: Programmes
) -> None:
    shop = Shop(platform, programmes)
    await shop.rule("orders", "10")
    await shop.tell(*(shop.paid(f"o-{n}", "10.00") for n in range(12)))
    member_id, engine, sent = await shop.member(), Engine(served), dict[tuple[int, int], int]()
    for turn in range(4):  # the first two are interpreted, the others compiled
        for first in (2, 12):
            operation = await engine.prepare(Request(STATEMENT, None, {"first": first}))
            assert isinstance(operation, Operation)
            with counted() as statements:
                outcome = await engine.execute(
                    operation, context_of(member_id, platform, programmes)
                )
            assert not outcome.errors
            assert outcome.data
            assert len(outcome.data["me"]["points"]["entries"]["nodes"]) == first
            sent[turn, first] = len(statements)
    assert len(set(sent.values())) == 1, sent


async def test_loading_one_by_one_is_noticed(platform: Platform) -> None:
    with counted() as statements:
        for n in range(3):
            await platform.database.fetchval("SELECT $1::int", n)
    assert len(statements) == 3
