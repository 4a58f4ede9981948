"""The process that decodes strangers' files: it can do little else, and is cheap to lose.

It is given no settings and no secrets. It may use so much memory, so much time and no file to
write to; where it passes a limit it is refused or dies of it, and the server starts another.
`python -m infra.pictures.decoder` answers the questions on its standard input until that ends.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import traceback
from typing import BinaryIO, Final

from domain.errors import Invalid, Refused
from infra.pictures import processing
from infra.pictures.pipe import LENGTH, answer_of, refusal_of

MOST_MEMORY: Final = 480 * 1024 * 1024
"""Bytes of address space, the interpreter's own 40 MiB among them."""
MOST_CPU_SECONDS: Final = 4
MOST_SECONDS: Final = 10
"""After so long it ends itself, should nobody be left to end it."""

_POLITE: Final = 2  # requests go before pictures


def main() -> None:
    """Answers questions until there are no more."""
    os.nice(_POLITE)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, MOST_MEMORY),
    ):
        resource.setrlimit(what, (most, most))
    answer_all(sys.stdin.buffer, _alone_on_standard_output())


def answer_all(asked: BinaryIO, told: BinaryIO) -> None:
    """Answers each question within its time."""
    while (question := _next(asked)) is not None:
        _limit_time()
        pieces = _answer(question)
        signal.alarm(0)
        told.write(LENGTH.pack(sum(map(len, pieces))))
        told.writelines(pieces)
        told.flush()


def _alone_on_standard_output() -> BinaryIO:
    """Libraries that print print elsewhere."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def _next(asked: BinaryIO) -> bytes | None:
    head = asked.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    return asked.read(length)


def _answer(question: bytes) -> list[bytes]:
    try:
        return answer_of(processing.read(question))
    except Refused as refused:
        return refusal_of(refused)
    except Exception:  # noqa: BLE001 - the edge of the process
        traceback.print_exc()
        return refusal_of(Invalid("image.unreadable"))


def _limit_time() -> None:
    """So much from now on; signals end the process wherever it is."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + MOST_CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    signal.alarm(MOST_SECONDS)


if __name__ == "__main__":
    main()
