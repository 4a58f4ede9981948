"""Texts of documents by their hash: the most recently used ones, within bounds."""

from __future__ import annotations

from collections import OrderedDict


class Texts:
    """A memory of at most so many characters."""

    def __init__(self, characters: int) -> None:
        self._characters = characters
        self._held = 0
        self._texts: OrderedDict[str, str] = OrderedDict()

    def get(self, digest: str) -> str | None:
        text = self._texts.get(digest)
        if text is not None:
            self._texts.move_to_end(digest)
        return text

    def put(self, digest: str, text: str) -> None:
        """Remembers a text; one hash has one text, so what is known stays."""
        if digest in self._texts:
            return
        self._texts[digest] = text
        self._held += len(text)
        while self._held > self._characters:
            _, forgotten = self._texts.popitem(last=False)
            self._held -= len(forgotten)
