"""Refusals to merge one member into another."""

from __future__ import annotations

from infra.ids import Kind, encode_id
from tests.support.merging import ANA, sign_up
from tests.support.refusals.scene import Input, Scene, case


@case("member.number_taken", "CONFLICT", "linkCustomer")
async def who_has_points_of_their_own(scene: Scene) -> Input:
    ana = await sign_up(scene.club)
    await scene.club.adjust(5, ANA)
    return {"memberId": encode_id(Kind.MEMBER, ana), "customerRef": "C-1"}


@case("member.already_linked", "CONFLICT", "linkCustomer")
async def who_has_another_number(scene: Scene) -> Input:
    return {"memberId": await scene.member_id(), "customerRef": "C-9"}
