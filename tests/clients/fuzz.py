"""Schemathesis over every query and mutation of a served shop, as each kind of caller.

    python -m tests.clients.fuzz [EXAMPLES [SEED]]

starts a deployment, asks each field that often as each caller, and prints what was found and the
seed that finds it again.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.clients.shop import Shop, serving

CALLERS: Final = ("visitor", "shopper", "service", "admin")
_ROOT: Final = Path(__file__).parents[2]
_HOOKS: Final = "tests.clients.schemathesis_hooks"
# What is out of range, such as `first: -1`, is refused by BAD_USER_INPUT, and GraphQL has no way to
# tell the range beforehand. To `not_a_server_error` a field without permission is a failed one.
_NOT_MEANT: Final = {"admin": "positive_data_acceptance"}
_NOT_MEANT_ELSE: Final = "positive_data_acceptance,not_a_server_error"
_SIGNS_OUT: Final = "Mutation.signOut"  # after which the token is good for nothing


@dataclass(frozen=True, slots=True)
class Finding:
    """What Schemathesis said about one caller, and whether that is nothing."""

    caller: str
    clean: bool
    report: str


def fuzz(shop: Shop, caller: str, folder: Path, *, examples: int, seed: int) -> Finding:
    """Asks every field of the shop as this caller; reports and caches go into the folder."""
    token = shop.tokens.get(caller)
    done = subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{shop.address}/graphql"),
            *(("-H", f"Authorization: Bearer {token}") if token else ()),
            *("--checks", "all", "--exclude-checks", _NOT_MEANT.get(caller, _NOT_MEANT_ELSE)),
            *("--exclude-name", _SIGNS_OUT),
            *("--max-examples", str(examples), "--seed", str(seed)),
            *("--generation-database", "none", "--no-color", "--output-truncate", "false"),
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(_ROOT), "SCHEMATHESIS_HOOKS": _HOOKS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Finding(caller, done.returncode == 0, done.stdout)


def main(examples: int, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="laurels-fuzz-") as name, serving(Path(name)) as shop:
        for caller in CALLERS:
            found = fuzz(shop, caller, Path(name), examples=examples, seed=seed)
            sys.stdout.write(f"as {caller}, seed {seed}:\n{found.report}\n")
            if not found.clean:
                return 1
        for mishap in shop.mishaps():
            sys.stdout.write(f"logged: {mishap}\n")
        return 1 if shop.mishaps() else 0


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:3]]
    sys.exit(main(*given, *(50, secrets.randbelow(2**31))[len(given) :]))
