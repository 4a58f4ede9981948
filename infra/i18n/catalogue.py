"""The message catalogues: one TOML file per slice, the three languages of a sentence together.

Loading fails when a sentence lacks a language or names other parameters in one of them, so that
a translation can never be forgotten.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from infra.i18n.spacing import filled

_FOLDER: Final = Path(__file__).parent / "catalogues"


class Locale(StrEnum):
    """The languages, equal in rank; the first is the default."""

    ZH_CN = "zh-CN"
    ZH_TW = "zh-TW"
    EN = "en"


class CatalogueFault(ValueError):
    """A sentence that is not complete in every language."""


class Catalogue:
    """Sentences by key and language."""

    def __init__(self, sentences: Mapping[str, Mapping[Locale, str]]) -> None:
        self._sentences = sentences

    def say(self, key: str, locale: Locale, /, **params: object) -> str:
        """The sentence `key` in this language; in Chinese, names in letters stand apart.

        Raises: KeyError for a key that no catalogue has, which is a fault of the code.
        """
        sentence = self._sentences[key][locale]
        return sentence.format(**params) if locale is Locale.EN else filled(sentence, params)

    def has(self, key: str) -> bool:
        return key in self._sentences

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._sentences)


def load_catalogue(folder: Path = _FOLDER) -> Catalogue:
    """Reads every `*.toml` of the folder.

    Raises: CatalogueFault when a sentence is not complete, or stands in two files.
    """
    sentences: dict[str, dict[Locale, str]] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, texts in tomllib.loads(path.read_text("utf-8")).items():
            if key in sentences:
                raise CatalogueFault(f"{path.name}: {key} stands in two files")
            sentences[key] = _checked(path.name, key, texts)
    return Catalogue(sentences)


def _checked(file: str, key: str, texts: Mapping[str, str]) -> dict[Locale, str]:
    if set(texts) != set(Locale):
        raise CatalogueFault(f"{file}: {key} needs exactly {', '.join(Locale)}")
    if len({frozenset(_parameters(text)) for text in texts.values()}) != 1:
        raise CatalogueFault(f"{file}: {key} names other parameters in another language")
    return {Locale(locale): text for locale, text in texts.items()}


def _parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
