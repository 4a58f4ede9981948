"""`Accept-Language` → one of the three languages, by RFC 4647 lookup with Chinese scripts known."""

from __future__ import annotations

from functools import lru_cache

from infra.i18n.catalogue import Locale

_TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")
_LONGEST = 200  # of a header, in characters


def negotiate(accept_language: str | None, default: Locale = Locale.ZH_CN) -> Locale:
    """The best language for the header; `default` when it names none of ours.

    `zh-TW`, `zh-HK`, `zh-MO` and `zh-Hant*` read traditional, any other Chinese simplified.
    """
    return _best((accept_language or "")[:_LONGEST], default)


@lru_cache(maxsize=256)  # clients send a handful of them, again and again
def _best(accept_language: str, default: Locale) -> Locale:
    for tag in _by_weight(accept_language):
        if tag == "*":
            return default
        if tag.startswith(_TRADITIONAL):
            return Locale.ZH_TW
        if tag == "zh" or tag.startswith("zh-"):
            return Locale.ZH_CN
        if tag == "en" or tag.startswith("en-"):
            return Locale.EN
    return default


def _by_weight(header: str) -> list[str]:
    weighted: list[tuple[float, int, str]] = []
    for position, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().partition(";")
        weight = _weight(parameter.strip())
        if tag and weight > 0:
            weighted.append((-weight, position, tag.strip().lower()))
    return [tag for _, _, tag in sorted(weighted)]


def _weight(parameter: str) -> float:
    if not parameter.startswith("q="):
        return 1.0
    try:
        return min(max(float(parameter[2:]), 0.0), 1.0)
    except ValueError:
        return 0.0
