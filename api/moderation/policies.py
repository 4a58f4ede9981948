"""Policies: what decisions may refer to, in three languages."""

from __future__ import annotations

import strawberry

from api.execution.context import Context, Info
from api.execution.fields import field
from api.payloads import Payload, mutation
from api.relay import Node
from community.moderation.policies import service, store
from community.moderation.policies.service import Draft
from community.moderation.policies.store import OWN, PolicyRow
from domain.errors import Invalid
from domain.members import Role
from infra.i18n import Locale
from infra.ids import GlobalId, Kind, encode_id


@strawberry.type(description="What decisions may refer to.")
class Policy(Node):
    key: str = strawberry.field(description="By what decisions name it.")
    name: str = strawberry.field(description="In the reader's language, where it is translated.")
    text: str = strawberry.field(description="In the reader's language, where it is translated.")
    version: int = strawberry.field(description="Rises with each change.")
    editable: bool = strawberry.field(
        description="Whether the author may repair the post and send it again."
    )

    @classmethod
    def of(cls, row: PolicyRow, locale: Locale) -> Policy:
        return cls(
            id=strawberry.ID(encode_id(Kind.POLICY, row.id)),
            key=row.key,
            name=row.name_in(locale.value),
            text=row.text_in(locale.value),
            version=row.version,
            editable=row.editable,
        )


@strawberry.input(description="A policy in another language.")
class PolicyTranslationInput:
    language: str = strawberry.field(description="`zh-CN`, `zh-TW` or `en`.")
    name: str = strawberry.field(description="Up to 100 characters.")
    text: str = strawberry.field(description="Up to 2,000 characters.")


@strawberry.input(description="A policy; saving one of the same key makes its next version.")
class PolicyInput:
    key: str = strawberry.field(description="By what decisions name it.")
    name: str = strawberry.field(description="Up to 100 characters.")
    text: str = strawberry.field(description="Up to 2,000 characters.")
    editable: bool | None = strawberry.field(
        default=False, description="The author may repair the post and send it again."
    )
    translations: list[PolicyTranslationInput] | None = strawberry.field(
        default=None, description="The same in other languages, each once."
    )

    def draft(self) -> Draft:
        """Raises: Invalid for a language that Laurels does not speak."""
        names, texts = {OWN: self.name}, {OWN: self.text}
        for one in self.translations or ():
            if one.language not in set(Locale) or one.language in names:
                raise Invalid("moderation.language", field=("translations", "language"))
            names[one.language], texts[one.language] = one.name, one.text
        return Draft(self.key, names, texts, editable=bool(self.editable))


@strawberry.type(description="The saved policy.")
class PolicyPayload(Payload):
    policy: Policy | None = strawberry.field(description="Null when refused.")


@strawberry.type
class PolicyQueries:
    @field(description="Moderators and admins: what decisions may refer to, by key.")
    async def policies(self, info: Info) -> list[Policy] | None:
        context = info.context
        context.require(Role.MODERATOR, Role.ADMIN)
        rows = await store.present(context.services.platform.database)
        return [Policy.of(one, context.locale) for one in rows]


@strawberry.type
class PolicyMutations:
    @mutation(
        description="Admins: makes a policy, or its next version; decisions keep theirs. The same "
        "again changes nothing."
    )
    async def save_policy(self, info: Info, input: PolicyInput) -> PolicyPayload:  # noqa: A002
        context = info.context
        admin_id = context.require(Role.ADMIN)
        saved = await service.save(context.services.platform, admin_id, input.draft())
        return PolicyPayload(policy=Policy.of(saved, context.locale))


async def policy_nodes(context: Context, ids: list[GlobalId]) -> list[Policy | None]:
    """For moderators and admins."""
    if not context.has(Role.MODERATOR, Role.ADMIN):
        return [None for _ in ids]
    found = await store.by_ids(context.services.platform.database, [one.key for one in ids])
    return [Policy.of(found[one.key], context.locale) if one.key in found else None for one in ids]
