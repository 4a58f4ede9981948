"""Random documents, executed both ways: `python -m tests.api.execution.compiler.fuzz 10000`.

`--seed N` begins at a seed, `--only N` runs that one alone and shows it.
"""

# ruff: noqa: S311 - documents must repeat

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import strawberry
from graphql import ExecutionResult, GraphQLError, get_operation_ast
from strawberry.execution import optimized_is_awaitable

from api.execution.compiler import Compiler
from api.execution.compiler.core import core_schema, executor_class
from tests.api.execution.compiler import faking
from tests.api.execution.compiler.comparing import Executed, difference
from tests.api.execution.compiler.faking import FakeContext, World, faked
from tests.api.execution.compiler.generating import Asked, generate


class Fuzz:
    """Both ways of executing documents of one schema, whose resolvers are fakes."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.schema = schema
        self.counts: Counter[str] = Counter()
        self.compiler = Compiler(schema, after=0, count=self._count)

    def _count(self, how: str) -> None:
        self.counts[how] += 1

    async def run(self, seed: int) -> str | None:
        """Tells what differs in the document of a seed."""
        rng = random.Random(seed)
        asked = generate(core_schema(self.schema), rng)
        world = World(self.schema, seed, failing=rng.choice([0, 0.02, 0.05, 0.2]))
        faking.CURRENT[:] = [world]
        compiled = await self.compiled(asked, world)
        if compiled is None:
            return None
        effects, world.happened = world.happened, []
        interpreted, waited = await self.interpreted(asked, world)
        if effects != world.happened:
            return f"effects: {effects}\n    but: {world.happened}"
        self.counts["effects"] += sum(one.startswith("begins") for one in effects)
        possible, _ = await self.interpreted(asked, world, propagate=False)
        self.counts["errors"] += len(interpreted.errors)
        self.counts["waited"] += waited
        return difference(compiled, interpreted, possible, waited=waited or self.defers())

    def defers(self) -> bool:
        """Whether the program that ran last resolves fields later: some that were found to wait."""
        programs: Any = self.compiler._programs  # pyright: ignore[reportPrivateUsage]
        return bool(programs) and programs[next(reversed(programs))].defers

    async def compiled(self, asked: Asked, world: World) -> Executed | None:
        operation = get_operation_ast(asked.tree, asked.name)
        assert operation is not None
        context: Any = FakeContext(world)
        result = await self.compiler.execute(asked.tree, operation, asked.variables, context)
        return None if result is None else Executed.of(result)

    async def interpreted(
        self, asked: Asked, world: World, *, propagate: bool = True
    ) -> tuple[Executed, bool]:
        """What graphql-core makes of it, and whether there was anything to wait for."""
        found: list[object] = []

        def is_awaitable(value: object) -> bool:
            return optimized_is_awaitable(value) and (found.append(value) or True)

        built = executor_class(self.schema).build(
            core_schema(self.schema),
            asked.tree,
            None,
            FakeContext(world),
            asked.variables,
            asked.name,
            is_awaitable=cast("Any", is_awaitable),
        )
        if isinstance(built, list):
            return Executed.of(built), False
        built.error_propagation = propagate
        result: Any = built.execute_operation()
        waits = optimized_is_awaitable(result)
        finished: ExecutionResult | list[GraphQLError] = await result if waits else result
        while built.background_futures:  # noqa: ASYNC110 - graphql-core has no event for it
            await asyncio.sleep(0)
        return Executed.of(finished), bool(found)


async def fuzz(
    schema: strawberry.Schema, seeds: range, told: Callable[[str], None] = print
) -> tuple[int, Counter[str]]:
    """Runs the documents of these seeds. Gives how many differ, and what was counted."""
    different = 0
    with faked(schema):
        fuzzing = Fuzz(schema)
        for seed in seeds:
            try:
                differs = await fuzzing.run(seed)
            except Exception as error:
                raise RuntimeError(f"seed {seed}") from error
            if differs is not None:
                different += 1
                told(f"seed {seed}: {differs}")
    return different, fuzzing.counts


def show(schema: strawberry.Schema, seed: int) -> None:
    """Prints the document of a seed."""
    asked = generate(core_schema(schema), random.Random(seed))
    sys.stdout.write(f"{asked.text}\n{asked.variables}\n")


def main() -> int:
    from api.schema import build_schema
    from tests.api.execution.compiler.rich_schema import rich_schema

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int)
    parser.add_argument("--schema", choices=["rich", "real"], action="append")
    given = parser.parse_args()
    made = {"rich": rich_schema, "real": build_schema}
    chosen: list[str] = given.schema or list(made)
    failed = 0
    for name in chosen:
        schema = made[name]()
        if given.only is not None:
            show(schema, given.only)
        first = given.seed if given.only is None else given.only
        count = given.documents // len(chosen) if given.only is None else 1
        began = time.perf_counter()
        different, counts = asyncio.run(fuzz(schema, range(first, first + count)))
        failed += different
        seconds = time.perf_counter() - began
        sys.stdout.write(
            f"{name}: {count} documents in {seconds:.0f} s, {different} differ; {dict(counts)}\n"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
