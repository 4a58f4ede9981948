"""What a member may report: what they see of others, and others themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from community.comments import store as comments
from community.posts import store as posts
from domain.errors import NotAllowed, NotFound
from domain.moderation.priority import REACH, Signal, reach
from domain.moderation.subjects import Subject, SubjectKind
from domain.posts.visibility import PostState, Reader
from infra.database import Sql
from members import store as members

_FIELD: Final = ("subjectId",)
# Whoever decides locks what an item is about first, and the item then; so does whoever reports.
_HOLD: Final = {
    SubjectKind.POST: "SELECT FROM post WHERE id = $1 FOR NO KEY UPDATE",
    SubjectKind.COMMENT: "SELECT FROM comment WHERE id = $1 FOR NO KEY UPDATE",
}


@dataclass(frozen=True, slots=True)
class Reportable:
    """What can be reported, and what else raises it in the queue."""

    subject: Subject
    signals: tuple[Signal, ...] = ()


async def hold(tx: Sql, kind: SubjectKind, id_: UUID) -> None:
    """Locks a post or comment; members are not locked."""
    if kind in _HOLD:
        await tx.execute(_HOLD[kind], id_)


async def find(tx: Sql, kind: SubjectKind, id_: UUID, reader: Reader, now: datetime) -> Reportable:
    """What the reader wants to report.

    Raises: NotFound for what they may not see, NotAllowed for what is their own or not published.
    """
    found = await _FIND[kind](tx, id_, reader, now)
    if found is None:
        raise NotFound("node.not_found", field=_FIELD)
    subject, state, signals = found
    if subject.author_id == reader.member_id:
        raise NotAllowed("report.own", field=_FIELD)
    if state is not None and state is not PostState.PUBLISHED:
        raise NotAllowed("report.not_published", field=_FIELD)
    return Reportable(subject, signals)


_Found = tuple[Subject, PostState | None, tuple[Signal, ...]]


async def _post(tx: Sql, id_: UUID, reader: Reader, now: datetime) -> _Found | None:
    post = (await posts.visible(tx, [id_], reader, now)).get(id_)
    if post is None:
        return None
    seen = {"likes": post.like_count, "comments": post.comment_count, "shares": post.share_count}
    signal = Signal(REACH, reach(**seen), seen)
    subject = Subject(SubjectKind.POST, id_, post.author_id)
    return subject, post.state, (signal,) if signal.weight else ()


async def _comment(tx: Sql, id_: UUID, reader: Reader, now: datetime) -> _Found | None:
    comment = (await comments.visible(tx, [id_], reader, now)).get(id_)
    if comment is None:
        return None
    return Subject(SubjectKind.COMMENT, id_, comment.author_id), comment.state, ()


async def _member(tx: Sql, id_: UUID, _reader: Reader, _now: datetime) -> _Found | None:
    known = await members.profiles(tx, [id_])
    if id_ not in known or await members.merged(tx, [id_]):
        return None
    return Subject(SubjectKind.MEMBER, id_, id_), None, ()


_FIND: Final = {
    SubjectKind.POST: _post,
    SubjectKind.COMMENT: _comment,
    SubjectKind.MEMBER: _member,
}
