"""Whatever is refused says so by its code, and in the reader's own language.

The reasons are read from the code: one that no case asks for fails the last test.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest
from graphql import GraphQLSchema, build_schema

from api.execution.engine import Engine
from api.schema import build_schema as our_schema
from domain import errors
from domain.errors import Refused
from gamification.programme.current import Programmes
from infra.i18n import Locale
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.clubs import Club
from tests.support.refusals import CASES, Case, Scene

ROOT: Final = Path(__file__).parents[2]
SLICES: Final = {
    "points", "reward", "redemption", "coupon", "membership", "tier", "post", "product", "deal",
    "moderation", "report", "suspension",
}  # fmt: skip
ELSEWHERE: Final = {
    "moderation.stretch": "of a query, in tests/api/moderation",
    "post.revised": "of a decision, in tests/community/posts",
    "membership.currency_differs": "of an activity, in tests/gamification/memberships",
}


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(our_schema())


@pytest.fixture(scope="session")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text("utf-8"))


@pytest.fixture(scope="session")
def sentences() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in (ROOT / "infra/i18n/catalogues").glob("*.toml"):
        found |= tomllib.loads(path.read_text("utf-8"))
    return found


@pytest.fixture
async def scene(platform: Platform, programmes: Programmes) -> AsyncIterator[Scene]:
    club = Club(platform, programmes)
    club.now = await platform.clock.now()
    await club.plan()
    await club.join("C-1", "C-2")
    for ref in ("C-1", "C-2"):
        await club.adjust(100, ref)
    made = Scene(club)
    yield made
    assert await made.counter.broken() == {}


def mutation(schema: GraphQLSchema, verb: str) -> str:
    assert schema.mutation_type is not None
    arguments = schema.mutation_type.fields[verb].args
    asked = f"{verb} {{ userErrors {{ code message }} }}"
    if "input" not in arguments:
        return f"mutation {{ {asked} }}"
    named = arguments["input"].type
    return f"mutation ($input: {named}) {{ {asked.replace(' ', '(input: $input) ', 1)} }}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.prepare.__name__)
async def test_it_is_refused_by_its_code_in_every_language(
    scene: Scene,
    engine: Engine,
    schema: GraphQLSchema,
    sentences: dict[str, dict[str, str]],
    case: Case,
) -> None:
    given = await case.prepare(scene)
    clients, query = Clients(scene.club, engine), mutation(schema, case.verb)
    more = {} if given is None else {"input": given}
    for locale in Locale:
        answer = await clients.ask(query, case.who, *case.roles, locale=locale, **more)
        [error] = answer[case.verb]["userErrors"]
        assert error["code"] == case.code
        assert re.fullmatch(_pattern(sentences[case.reason][locale]), error["message"])


def _pattern(sentence: str) -> str:
    """What the sentence matches when its parameters are filled in."""
    return re.sub(r"\\\{\w+\\\}", r"[^{}]+", re.escape(sentence))


def test_every_reason_has_its_case() -> None:
    raised = {one for one in _reasons() if one.split(".")[0] in SLICES}
    asked = {one.reason for one in CASES} | ELSEWHERE.keys()
    assert raised == {one for one in asked if one.split(".")[0] in SLICES}


def _reasons() -> Iterator[str]:
    """The reasons of all refusals that the code can raise."""
    kinds = {name for name, kind in vars(errors).items() if _is_refusal(kind)}
    for layer in ("domain", "members", "gamification", "community", "api"):
        for path in (ROOT / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(ast.Name(name), [ast.Constant(str(reason)), *_]) if name in kinds:
                        yield reason
                    case _:
                        pass


def _is_refusal(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Refused)
