"""Pages of one file may run exactly the script and the style that stand in it."""

from __future__ import annotations

import base64
import hashlib
import re


def hash_of(html: str, element: str) -> str:
    """The source expression of a content security policy for the page's one such element.

    Raises: ValueError when the page has none.
    """
    match = re.search(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
    if match is None:
        raise ValueError(f"the page has no <{element}>")
    digest = hashlib.sha256(match[1].encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
