"""The `laurels` command. Each command imports what it needs, so that the supervisor stays small.

processes   up, serve, worker, migrate
operating   token, import, statement, verify, replay, image, clock, rebuild, keys, outage
designing   programme, simulate, documents, schema
moderating  moderation
"""

from __future__ import annotations

import typer

from server.cli import designing, moderating, operating, processes
from server.memory import start_up

app = typer.Typer(
    name="laurels",
    help="Loyalty points, tiers, badges, challenges, buyer shows and referrals of a shop.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for part in (processes.app, operating.app, designing.app, moderating.app):
    app.add_typer(part)


def main() -> None:
    """The entry point: what is wrong is told in one line, with status 1 (2 for wrong usage)."""
    start_up()
    app()
