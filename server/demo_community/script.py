"""What the demo's community says and shows, as the files of `demo/` have it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from domain.products import ProductDraft
from server.demo_community.deals import Deals, read_deals

PRODUCTS: Final = "products.toml"
COMMUNITY: Final = "community"


class Ending(StrEnum):
    """How far a post comes."""

    DRAFT = "draft"
    WAITING = "waiting"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the community; `key` is what the files call them."""

    key: str
    customer: str
    name: str | None = None
    bio: str | None = None
    locale: str | None = None
    face: Path | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment. `to` is the place of the one that it replies to, from 0."""

    by: str
    text: str
    to: int | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A post and what is said below it. Its time is `day` days before that of the first start, at
    `hour`, or `hours_ago` before it.
    """

    by: str
    text: str
    day: int | None
    hour: float
    hours_ago: float | None
    photos: tuple[Path, ...]
    skus: tuple[str, ...]
    bought: bool
    stars: int | None
    featured: bool
    ending: Ending
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The whole of it. `authors` write; `listeners` like what they read."""

    products: tuple[ProductDraft, ...]
    authors: tuple[Person, ...]
    listeners: tuple[Person, ...]
    pieces: tuple[Piece, ...]
    deals: Deals = field(default_factory=Deals)

    @property
    def people(self) -> tuple[Person, ...]:
        return self.authors + self.listeners

    def product(self, sku: str) -> ProductDraft:
        """Raises: KeyError."""
        return {one.sku: one for one in self.products}[sku]


def has_community(folder: Path) -> bool:
    """Whether a demo shop's folder tells of one."""
    return (folder / COMMUNITY).is_dir()


def read_script(folder: Path) -> Script:
    """Reads the files of a demo shop's folder.

    Raises: OSError, tomllib.TOMLDecodeError, KeyError for what is incomplete.
    """
    community = folder / COMMUNITY
    pictures = community / "pictures"
    members = _table(community / "members.toml")
    listeners = members["listeners"]
    return Script(
        products=tuple(_product(row) for row in _table(folder / PRODUCTS)["products"]),
        authors=tuple(_author(key, one, pictures) for key, one in members["authors"].items()),
        listeners=tuple(
            Person(f"listener-{place}", str(listeners["first_customer"] + place), name)
            for place, name in enumerate(listeners["names"])
        ),
        pieces=tuple(
            _piece(one, lambda name: _photo(folder, name))
            for one in _table(community / "posts.toml")["post"]
        ),
        deals=read_deals(community),
    )


def _table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _product(row: list[str]) -> ProductDraft:
    sku, name, price, category = row
    return ProductDraft(sku, name, Decimal(price), category)


def _author(key: str, one: dict[str, Any], pictures: Path) -> Person:
    face = one.get("face")
    return Person(
        key=key,
        customer=one["customer"],
        name=one.get("name"),
        bio=one.get("bio"),
        locale=one.get("locale"),
        face=None if face is None else pictures / f"face-{face:02}.webp",
    )


def _photo(folder: Path, name: str) -> Path:
    """A picture of the community's own, or a file of the shop's photos."""
    if "." in name:
        return folder / "photos" / name
    return folder / COMMUNITY / "pictures" / f"{name}.webp"


def _piece(one: dict[str, Any], photo: Callable[[str], Path]) -> Piece:
    return Piece(
        by=one["by"],
        text=one["text"],
        day=one.get("day"),
        hour=one.get("hour", 0),
        hours_ago=one.get("hours_ago"),
        photos=tuple(photo(name) for name in one.get("photos", ())),
        skus=tuple(one.get("products", ())),
        bought=one.get("bought", True),
        stars=one.get("stars"),
        featured=one.get("featured", False),
        ending=Ending(one.get("state", Ending.PUBLISHED)),
        remarks=tuple(
            Remark(said["by"], said["text"], said["to"] - 1 if "to" in said else None)
            for said in one.get("comments", ())
        ),
    )
