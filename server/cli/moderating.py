"""What moderators' admins do: measure a word list, and rehearse it on the shop's past posts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.base import leave, with_laurels

if TYPE_CHECKING:
    from server.wiring import Laurels

app = typer.Typer()
moderation = typer.Typer(
    help="Try word lists before they are used; nothing is changed.", no_args_is_help=True
)
app.add_typer(moderation, name="moderation")

_WORDS = typer.Option("--words", exists=True, dir_okay=False, readable=True, help="One a line.")
_EXAMPLES = typer.Option(min=0, max=1_000, help="Print so many of what was found, or missed.")


@moderation.command("measure")
def moderation_measure(
    texts: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Ordinary texts.")
    ],
    words: Annotated[Path, _WORDS],
    *,
    column: Annotated[str, typer.Option(help="Of the CSV file that has the texts.")] = "text",
    seed: Annotated[int, typer.Option(help="For the disguises; the same draws the same.")] = 1,
    examples: Annotated[int, _EXAMPLES] = 0,
) -> None:
    """Print false alarms of a word list on ordinary texts, and which disguises it sees through."""
    from server import wordlists

    leave(wordlists.measure(texts, words, column=column, seed=seed, examples=examples))


@moderation.command("rehearse")
def moderation_rehearse(
    words: Annotated[Path, _WORDS],
    *,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="How far back.")] = 90,
    examples: Annotated[int, _EXAMPLES] = 5,
) -> None:
    """Print what a word list would have held and queued of the shop's past posts."""
    from server import wordlists

    async def work(laurels: Laurels) -> None:
        await wordlists.rehearse(laurels, words, days=days, examples=examples)

    with_laurels("moderation", work)


@moderation.command("thresholds")
def moderation_thresholds(
    *,
    new_author_reviews: Annotated[
        int | None, typer.Option(help="Posts of a new author that would be reviewed first.")
    ] = None,
    sample_share: Annotated[
        float | None, typer.Option(help="Share of trusted authors' posts that would be drawn.")
    ] = None,
    similar_from: Annotated[
        float | None, typer.Option(help="From how much alike texts would be repeats.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="How far back.")] = 90,
    examples: Annotated[int, _EXAMPLES] = 5,
) -> None:
    """Print what other thresholds would have held and queued of the shop's past posts."""
    from server import thresholds

    async def work(laurels: Laurels) -> None:
        await thresholds.rehearse(
            laurels,
            days=days,
            examples=examples,
            new_author_reviews=new_author_reviews,
            sample_share=sample_share,
            similar_from=similar_from,
        )

    with_laurels("moderation", work)
