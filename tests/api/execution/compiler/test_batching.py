"""Batch resolvers: one call for all parents of a place, compiled or not."""

# ruff: noqa: ANN401, ARG004 - a batch resolver takes its info whether it asks or not

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import strawberry
from graphql import GraphQLObjectType

from api.execution.compiler import batch_field
from api.execution.compiler.core import core_schema
from tests.api.execution.compiler.both import Compiled, both, interpreted

CALLS: list[Any] = []


@strawberry.type
class Author:
    name: str


@strawberry.type
class Post:
    number: int

    @batch_field(description="Who wrote it.")
    @staticmethod
    async def author(
        posts: Sequence[Post], info: strawberry.Info, word: str = "by"
    ) -> list[Author]:
        CALLS.append(([post.number for post in posts], word, info.field_name))
        return [Author(name=f"{word} {post.number}") for post in posts]

    @batch_field(description="Not every post has one.")
    @staticmethod
    def editor(posts: Sequence[Post], info: strawberry.Info) -> list[Author | Exception | None]:
        return [_edited(post) for post in posts]

    @batch_field(description="Never comes.")
    @staticmethod
    async def lost(posts: Sequence[Post], info: strawberry.Info) -> list[Author | None]:
        raise ValueError(f"lost at {info.path.as_list()}")

    @batch_field(description="Too few.")
    @staticmethod
    async def short(posts: Sequence[Post], info: strawberry.Info) -> list[int | None]:
        return [1]

    @batch_field(description="Others like it.")
    @staticmethod
    async def like(posts: Sequence[Post], info: strawberry.Info) -> list[list[Post]]:
        return [[Post(number=10 * post.number + n) for n in range(2)] for post in posts]


def _edited(post: Post) -> Author | Exception | None:
    if post.number == 2:
        return ValueError("unreadable")
    return Author(name="editor") if post.number == 1 else None


@strawberry.type
class Query:
    @strawberry.field
    async def posts(self) -> list[Post]:
        return [Post(number=number) for number in (1, 2, 3)]


SCHEMA = strawberry.Schema(query=Query)


@pytest.fixture(autouse=True)
def _emptied() -> None:
    CALLS.clear()


@pytest.mark.parametrize("execute", [Compiled(SCHEMA), lambda query: interpreted(SCHEMA, query)])
async def test_a_place_in_the_document_is_one_call(execute: Any) -> None:
    query = (
        '{ posts { author { name } other: author(word: "of") { name } like { author { name } } } }'
    )
    result = await execute(query)
    assert result.errors is None
    assert sorted(CALLS) == [
        ([1, 2, 3], "by", "author"),
        ([1, 2, 3], "of", "author"),
        ([10, 11, 20, 21, 30, 31], "by", "author"),
    ]


@pytest.mark.parametrize(
    "selection",
    [
        "author { name }",
        "number editor { name } author(word: $word) { name }",
        "like { like { number author { name } editor { name } } }",
        "lost { name }",
    ],
)
async def test_batch_resolvers_are_the_same_both_ways(selection: str) -> None:
    query = f'query ($word: String! = "x") {{ posts {{ {selection} }} '
    query += "unused: posts { author(word: $word) { name } } }"
    await both(SCHEMA, query)


async def test_an_exception_in_the_list_is_the_failure_of_one() -> None:
    result = await both(SCHEMA, "{ posts { editor { name } } }")
    assert result.data == {
        "posts": [{"editor": {"name": "editor"}}, {"editor": None}, {"editor": None}]
    }
    assert [error.path for error in result.errors or ()] == [["posts", 1, "editor"]]


async def test_a_list_of_another_length_fails_for_all() -> None:
    result = await both(SCHEMA, "{ posts { short } }")
    assert len(result.errors or ()) == 3


async def test_parents_that_are_null_by_now_are_not_asked_for() -> None:
    @strawberry.type
    class Root:
        @strawberry.field
        async def posts(self) -> list[Post | None]:
            return [Post(number=1), Post(number="x"), Post(number=3)]  # type: ignore[arg-type]

    await Compiled(strawberry.Schema(query=Root))("{ posts { author { name } number } }")
    assert CALLS == [([1, 3], "by", "author")]


def test_a_batch_field_is_described_and_typed_as_its_elements() -> None:
    post = core_schema(SCHEMA).type_map["Post"]
    assert isinstance(post, GraphQLObjectType)
    assert {name: str(field.type) for name, field in post.fields.items()} == {
        "number": "Int!",
        "author": "Author!",
        "editor": "Author",
        "lost": "Author",
        "short": "Int",
        "like": "[Post!]!",
    }
    assert post.fields["author"].description == "Who wrote it."
    assert list(post.fields["author"].args) == ["word"]


def no_info(posts: Sequence[Post]) -> list[int]:
    raise NotImplementedError


def no_list(posts: Sequence[Post], info: strawberry.Info) -> int:
    raise NotImplementedError


@pytest.mark.parametrize("resolver", [no_info, no_list])
def test_what_cannot_resolve_a_batch_is_refused(resolver: Any) -> None:
    with pytest.raises(TypeError, match="must"):
        batch_field(description="Wrong.")(resolver)
