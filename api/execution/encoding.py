"""JSON in and out: orjson, and the standard library where orjson is stricter than our contract."""

from __future__ import annotations

import json
from typing import Final

import orjson

_OPTIONS: Final = orjson.OPT_UTC_Z


def read_json(raw: bytes | str) -> object:
    """A JSON text in UTF-8. Lone surrogates are let in: a field's own rules refuse them.

    Raises: ValueError.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        if "\\u" not in text:
            raise
        try:
            return json.loads(text, parse_constant=_refuse)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def write_json(value: object) -> bytes:
    """Raises: TypeError for what JSON, or 64 bits, cannot hold."""
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError:
        # Lone surrogates that a client sent come back escaped; anything else fails again.
        try:
            return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
        except (ValueError, RecursionError) as error:
            raise TypeError("not JSON") from error


def _refuse(constant: str) -> object:
    raise ValueError(constant)
