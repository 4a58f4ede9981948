"""Random documents with failing, null and slow resolvers: compiled and interpreted are the same.

`comparing` says what is compared. The long run is `python -m tests.api.execution.compiler.fuzz`.
"""

from __future__ import annotations

import gc
import random
import warnings
from collections.abc import Iterator

import pytest
import strawberry

from api.schema import build_schema
from tests.api.execution.compiler.fuzz import fuzz
from tests.api.execution.compiler.rich_schema import rich_schema

DOCUMENTS = 60


@pytest.fixture(params=[rich_schema, build_schema])
def schema(request: pytest.FixtureRequest) -> strawberry.Schema:
    return request.param()


@pytest.fixture
def collected_at_the_end() -> Iterator[None]:
    """Graphql-core abandons coroutines of siblings that it cancels, in cycles of references.

    Where the collector meets them there may be no builtins (inside a named tuple's constructor),
    without which Python cannot even warn.
    """
    gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
        gc.collect()
    gc.enable()


@pytest.mark.usefixtures("collected_at_the_end")
async def test_random_documents_are_the_same_both_ways(schema: strawberry.Schema) -> None:
    first = random.randrange(10**9)  # noqa: S311 - told when it fails
    differences: list[str] = []
    seeds = range(first, first + DOCUMENTS)
    different, counts = await fuzz(schema, seeds, told=differences.append)
    assert different == 0, "\n".join(differences)
    assert counts["compiled"] + counts["size"] == DOCUMENTS
    assert counts["errors"]
