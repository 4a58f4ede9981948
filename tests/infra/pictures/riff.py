"""Takes a WebP apart chunk by chunk, so that a test can say what is in it to the last byte.

Source: the WebP container specification (RFC 9649).
"""

from __future__ import annotations

import struct

METADATA_FLAGS = 0b0010_1100  # ICC profile, EXIF, XMP
ANIMATED_FLAG = 0b0000_0010


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a WebP in their order, by name; fails where a byte belongs to none of them."""
    riff, length, webp = struct.unpack_from("<4sI4s", data)
    assert (riff, webp) == (b"RIFF", b"WEBP")
    assert length + 8 == len(data), "something stands behind the picture"
    found, at = list[tuple[bytes, bytes]](), 12
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + size]
        assert len(body) == size, "cut short"
        padding = data[at + 8 + size : at + 8 + size + size % 2]
        assert padding in (b"", b"\0")
        found.append((name, body))
        at += 8 + size + size % 2
    return found


def check_only_pixels(data: bytes) -> None:
    """Fails unless a WebP holds one still picture and nothing that is not pixels."""
    chunks = chunks_of(data)
    assert {name for name, _ in chunks} <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
    assert sum(name in {b"VP8 ", b"VP8L"} for name, _ in chunks) == 1
    for name, body in chunks:
        if name == b"VP8X":
            assert not body[0] & (METADATA_FLAGS | ANIMATED_FLAG)
