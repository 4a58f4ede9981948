"""What a post may consist of, and the topics that its author names.

Text is kept exactly as it was written. Topics are given beside the text or stand in it as
`#话题`: a number sign, half or full width, before letters and digits, which does not follow a Latin
letter, a digit, `&` or `/` (as in C#, &#39; and addresses). Names that differ in case or width
alone are one topic.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from domain.errors import Invalid
from domain.text import check_text, is_blank, is_too_long
from domain.values import value

LONGEST_POST: Final = 2_000
LONGEST_TOPIC: Final = 30
MOST_IMAGES: Final = 9
MOST_PRODUCTS: Final = 20
MOST_TOPICS: Final = 20

_SIGNED: Final = re.compile(r"(?<![A-Za-z0-9&/_])(?:[#＃][\w·]+)+")
_SIGNS: Final = re.compile("[#＃]")
_NO_NAME: Final = re.compile(r"[#＃\n\t]")


@value
class Writing:
    """What an author says: the text, topics beside it, stars from 1 to 5."""

    text: str
    topics: tuple[str, ...] = ()
    rating: int | None = None


@value
class Parts:
    """What a post shows beside its words, each once and in this order."""

    image_ids: tuple[UUID, ...] = ()
    product_ids: tuple[UUID, ...] = ()


def check_writing(writing: Writing) -> None:
    """Refuses what no post, not even a draft, may say.

    Raises: Invalid, with the field it is about.
    """
    check_text(writing.text, limit=LONGEST_POST, field=("text",))
    if writing.rating is not None and not 1 <= writing.rating <= 5:  # noqa: PLR2004 - stars
        raise Invalid("post.rating", field=("rating",))
    if len(writing.topics) > MOST_TOPICS:
        raise Invalid("post.too_many_topics", field=("topics",), limit=MOST_TOPICS)
    for place, name in enumerate(writing.topics):
        field = ("topics", str(place))
        check_text(name, limit=LONGEST_TOPIC, field=field)
        if not topic_key(name) or _NO_NAME.search(_bare(name)):
            raise Invalid("post.topic", field=field)


def check_parts(parts: Parts) -> None:
    """Refuses too many photos or products, and one that comes twice.

    Raises: Invalid, with the field it is about.
    """
    if len(parts.image_ids) > MOST_IMAGES:
        raise Invalid("post.too_many_images", field=("imageIds",), limit=MOST_IMAGES)
    if len(parts.product_ids) > MOST_PRODUCTS:
        raise Invalid("post.too_many_products", field=("productIds",), limit=MOST_PRODUCTS)
    for field, ids in (("imageIds", parts.image_ids), ("productIds", parts.product_ids)):
        if len(set(ids)) < len(ids):
            raise Invalid("post.named_twice", field=(field,))


def check_complete(text: str, *, images: int) -> None:
    """Refuses to publish what shows nothing.

    Raises: Invalid.
    """
    if not images and is_blank(text):
        raise Invalid("text.blank", field=("text",))


def topics_of(writing: Writing) -> tuple[str, ...]:
    """Every topic of a post, each once, as first written: those given, then those in the text."""
    named = [*map(_bare, writing.topics), *topics_in(writing.text)]
    found = {topic_key(name): name for name in reversed(named)}
    ordered = dict.fromkeys(topic_key(name) for name in named)
    return tuple(found[key] for key in ordered)[:MOST_TOPICS]


def topics_in(text: str) -> Iterator[str]:
    """The topics that stand in a text, in order. What is longer than a topic may be is none."""
    for run in _SIGNED.finditer(text):
        for name in _SIGNS.split(run.group())[1:]:
            if not is_too_long(name, LONGEST_TOPIC) and topic_key(name):
                yield name


def given_beside(text: str, topics: Sequence[str]) -> tuple[str, ...]:
    """Those of a post's topics that do not stand in its text."""
    inside = {topic_key(name) for name in topics_in(text)}
    return tuple(name for name in topics if topic_key(name) not in inside)


def topic_key(name: str) -> str:
    """Equal for names of the same topic; empty for what names none.

    What has no width tells no topics apart: nobody makes one that looks like another.
    """
    seen = "".join(char for char in _bare(name) if unicodedata.category(char) != "Cf")
    key = unicodedata.normalize("NFKC", seen).casefold().strip()
    return key if any(char.isalnum() for char in key) else ""


def _bare(name: str) -> str:
    return name.strip().lstrip("#＃").strip()
