"""What a shop posts to a hook: one activity, or `{"activities": […]}`, as reports for the intake.

The fields are those of `ActivityInput`. `type` is `order.paid` and `source` is `shop` where they
are left out; a single activity without `externalId` takes the message's own id, which stays the
same however often the message is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

from graphql import GraphQLError

from api.scalars import read_date_time
from domain.activity import Report
from domain.errors import Invalid
from domain.orders import PAID

SOURCE: Final = "shop"
_FIELDS: Final = frozenset(
    {"type", "source", "externalId", "customerRef", "occurredAt", "attributes"}
)


def reports_of(body: object, *, message_id: str) -> list[Report]:
    """The activities in a message, in their order.

    Raises: Invalid, with the field it is about.
    """
    message = as_object(body, ())
    if "activities" not in message:
        return [_report({"externalId": message_id, **message}, ())]
    check_known(message, frozenset({"activities"}), ())
    listed = message["activities"]
    if not isinstance(listed, list):
        raise Invalid("hook.list", field=("activities",))
    return [
        _report(as_object(one, place := ("activities", str(number))), place)
        for number, one in enumerate(cast("list[object]", listed))
    ]


def _report(written: Mapping[str, object], place: tuple[str, ...]) -> Report:
    check_known(written, _FIELDS, place)
    attributes = written.get("attributes")
    return Report(
        type=text(written, "type", place, PAID),
        source=text(written, "source", place, SOURCE),
        external_id=text(written, "externalId", place),
        customer_ref=text(written, "customerRef", place),
        occurred_at=moment(text(written, "occurredAt", place), (*place, "occurredAt")),
        attributes={} if attributes is None else as_object(attributes, (*place, "attributes")),
    )


def as_object(value: object, place: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Invalid("hook.object", field=place or None)
    return cast("dict[str, object]", value)


def check_known(
    written: Mapping[str, object], known: frozenset[str], place: tuple[str, ...]
) -> None:
    for name in written:
        if name not in known:
            raise Invalid("hook.unknown_field", field=(*place, name[:60]), name=name[:60])


def text(
    written: Mapping[str, object], name: str, place: tuple[str, ...], default: str | None = None
) -> str:
    value = written.get(name)
    if value is None:
        value = default
    if not isinstance(value, str):
        raise Invalid("hook.text", field=(*place, name), name=name)
    return value


def moment(written: str, place: tuple[str, ...]) -> datetime:
    try:
        return read_date_time(written)
    except GraphQLError:
        raise Invalid("hook.time", field=place) from None
