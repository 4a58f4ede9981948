"""Random documents with failing, null and slow resolvers: compiled and interpreted are the same.

`comparing` says what is compared. The long run is `python -m tests.api.execution.compiler.fuzz`.
"""

from __future__ import annotations

import gc
import random
import warnings

import pytest
import strawberry

from api.schema import build_schema
from tests.api.execution.compiler.fuzz import fuzz
from tests.api.execution.compiler.rich_schema import rich_schema

DOCUMENTS = 60


@pytest.fixture(params=[rich_schema, build_schema])
def schema(request: pytest.FixtureRequest) -> strawberry.Schema:
    return request.param()


async def test_random_documents_are_the_same_both_ways(schema: strawberry.Schema) -> None:
    first = random.randrange(10**9)  # noqa: S311 - told when it fails
    differences: list[str] = []
    with warnings.catch_warnings():
        # graphql-core abandons coroutines of siblings that it cancels.
        warnings.simplefilter("ignore", RuntimeWarning)
        seeds = range(first, first + DOCUMENTS)
        different, counts = await fuzz(schema, seeds, told=differences.append)
        gc.collect()
    assert different == 0, "\n".join(differences)
    assert counts["compiled"] + counts["size"] == DOCUMENTS
    assert counts["errors"]
