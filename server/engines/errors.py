"""What can go wrong with an engine, as one tree; each error carries data and says it plainly.

EngineError
├── BinariesMissing      no PostgreSQL or Valkey programme was found, or none that can run here
├── HomeInUse            another launcher owns the data folder
├── HomeUnusable         the data folder cannot be created, written or reached
├── EngineFailed         an engine ended or stayed silent while starting; with the end of its log
└── OutsideServerUnfit   a server of the shop's own lacks what Laurels needs
"""

from enum import StrEnum
from pathlib import Path


class EngineError(Exception):
    """An engine is not there; `str()` is a sentence for the operator's terminal."""


class BinariesMissing(EngineError):
    def __init__(self, engine: str, *, looked_in: str) -> None:
        self.engine = engine
        self.looked_in = looked_in
        super().__init__(f"no usable {engine} programme; looked in {looked_in}")


class HomeInUse(EngineError):
    """`pid` is the launcher that owns the folder, None where it could not be read."""

    def __init__(self, home: Path, pid: int | None) -> None:
        self.home = home
        self.pid = pid
        super().__init__(
            f"the data folder {home} is in use by another Laurels (process {pid or 'unknown'});"
            " stop that one, or set LAURELS_HOME to another folder"
        )


class HomeUnusable(EngineError):
    def __init__(self, home: Path, why: str) -> None:
        self.home = home
        self.why = why
        super().__init__(f"the data folder {home} cannot be used: {why}")


class EngineFailed(EngineError):
    """`status` is the exit status, negative for a signal, None for an engine that kept silent."""

    def __init__(self, engine: str, *, status: int | None, log_tail: str) -> None:
        self.engine = engine
        self.status = status
        self.log_tail = log_tail
        fate = "did not answer in time" if status is None else f"ended with status {status}"
        super().__init__(f"{engine} {fate}; the end of its log:\n{log_tail or '(nothing)'}")


class Unfitness(StrEnum):
    """Why a server of the shop's own will not do."""

    UNREACHABLE = "unreachable"
    DENIED = "denied"
    DATABASE_MISSING = "database_missing"
    TOO_OLD = "too_old"
    READ_ONLY = "read_only"
    NOT_UTF8 = "not_utf8"
    MAY_NOT_CREATE = "may_not_create"
    NO_TRIGRAMS = "no_trigrams"
    TRIGRAMS_DROP_CHINESE = "trigrams_drop_chinese"


class OutsideServerUnfit(EngineError):
    """`consequence` is what would not work, `remedy` how to mend it."""

    def __init__(
        self,
        reason: Unfitness,
        *,
        server: str,
        consequence: str,
        remedy: str,
        details: dict[str, str],
    ) -> None:
        self.reason = reason
        self.server = server
        self.consequence = consequence
        self.remedy = remedy
        self.details = details
        facts = ", ".join(f"{name}: {value}" for name, value in details.items())
        super().__init__(f"{server} cannot serve Laurels ({facts}). {consequence} {remedy}")
