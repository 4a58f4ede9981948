"""Thresholds of the intake, rehearsed on the shop's past posts."""

from __future__ import annotations

from datetime import timedelta

import typer

from community.moderation.intake import rehearsals
from community.moderation.intake.rehearsals import Asked
from community.moderation.intake.thresholds import Tried
from domain.moderation.intake.estimating import at_most, share
from infra.ids import Kind, encode_id
from server.terminal import terminal_locale
from server.wiring import Laurels


async def rehearse(
    laurels: Laurels,
    *,
    days: int,
    examples: int,
    new_author_reviews: int | None,
    sample_share: float | None,
    similar_from: float | None,
) -> None:
    """Prints what each threshold would have done with posts of the last days.

    Raises: Invalid, LimitReached while another rehearsal is running.
    """
    found = await rehearsals.thresholds(
        laurels.platform,
        Asked(timedelta(days=days), examples),
        new_author_reviews=new_author_reviews,
        sample_share=sample_share,
        similar_from=similar_from,
    )
    for name, tried in (
        ("new_author_reviews", found.new_author_reviews),
        ("sample_share", found.sample_share),
        ("similar_from", found.similar_from),
    ):
        if tried is not None:
            _show(laurels, name, tried)


def _show(laurels: Laurels, name: str, tried: Tried) -> None:
    def say(key: str, **params: object) -> str:
        return laurels.platform.catalogue.say(key, terminal_locale(), **params)

    typer.echo(
        say(
            "intake.threshold",
            name=say(f"intake.threshold.{name}"),
            standing=tried.standing,
            hits=tried.standing_hits,
            share=f"{100 * share(tried.standing_hits, tried.standing):.2f}",
            most=f"{100 * at_most(tried.standing_hits, tried.standing):.2f}",
            refused=tried.refused,
            caught=tried.refused_hits,
        )
    )
    for post, other in tried.examples:
        like = "" if other is None else f"  = {encode_id(Kind.POST, other)}"
        typer.echo(f"  {encode_id(Kind.POST, post)}{like}")
