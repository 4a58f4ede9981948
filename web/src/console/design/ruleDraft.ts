/** A rule as it stands in the form: text in every field, until it is sent. */
import type { DeskRule, EarnRuleInput, RuleState } from "../generated";
import { fromZoned, toZoned } from "./zoned";

export interface RuleDraft {
  key: string;
  name: string;
  state: RuleState;
  trigger: string;
  condition: string;
  points: string;
  tierMultiplied: boolean;
  pendingDays: string;
  expiresAfterDays: string;
  cap: string;
  budget: string;
  couponKey: string;
  startsAt: string;
  endsAt: string;
}

export const FRESH: RuleDraft = {
  key: "", name: "", state: "DRAFT", trigger: "order.paid", condition: "", points: "activity.attributes.total",
  tierMultiplied: true, pendingDays: "0", expiresAfterDays: "365", cap: "", budget: "", couponKey: "", startsAt: "", endsAt: "",
};

export function draftOf(rule: DeskRule, zone: string): RuleDraft {
  const text = (value: number | null) => (value === null ? "" : String(value));
  const moment = (value: string | null) => (value === null ? "" : toZoned(value, zone));
  return {
    key: rule.key,
    name: rule.name,
    state: rule.state,
    trigger: rule.trigger,
    condition: rule.condition ?? "",
    points: rule.points,
    tierMultiplied: rule.tierMultiplied,
    pendingDays: String(rule.pendingDays),
    expiresAfterDays: text(rule.expiresAfterDays),
    cap: text(rule.capPerMemberPerDay),
    budget: text(rule.budget),
    couponKey: rule.coupon?.key ?? "",
    startsAt: moment(rule.startsAt),
    endsAt: moment(rule.endsAt),
  };
}

export function inputOf(draft: RuleDraft, zone: string): EarnRuleInput {
  const number = (value: string) => (value.trim() === "" ? null : Number(value));
  const moment = (value: string) => (value === "" ? null : fromZoned(value, zone));
  return {
    key: draft.key,
    name: draft.name,
    state: draft.state,
    trigger: draft.trigger,
    condition: draft.condition.trim() || null,
    points: draft.points,
    tierMultiplied: draft.tierMultiplied,
    pendingDays: number(draft.pendingDays) ?? 0,
    expiresAfterDays: number(draft.expiresAfterDays),
    capPerMemberPerDay: number(draft.cap),
    budget: number(draft.budget),
    couponKey: draft.couponKey || null,
    startsAt: moment(draft.startsAt),
    endsAt: moment(draft.endsAt),
  };
}
