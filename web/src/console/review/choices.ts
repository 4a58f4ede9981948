/** What can be decided about an item, in the order in which moderators reach for it. */
import type { DeskItem, ModerationAction } from "../generated";

export interface Choice {
  action: ModerationAction;
  key: string;
  tone: "good" | "bad" | "plain";
  /** Has to name a policy. */
  policy: boolean;
  /** What the button says, where an appeal gives the action another sense. */
  says: "decide" | "overturn" | "uphold";
}

const ALL: Record<ModerationAction, Omit<Choice, "action" | "says">> = {
  APPROVE: { key: "a", tone: "good", policy: false },
  FEATURE: { key: "f", tone: "good", policy: false },
  RESTORE: { key: "o", tone: "good", policy: false },
  REJECT: { key: "r", tone: "bad", policy: true },
  REMOVE: { key: "x", tone: "bad", policy: true },
  WARN: { key: "w", tone: "bad", policy: true },
  SUSPEND: { key: "s", tone: "bad", policy: true },
};
const BY_STATE: Record<string, readonly ModerationAction[]> = {
  IN_REVIEW: ["APPROVE", "FEATURE", "REJECT", "WARN", "SUSPEND"],
  PUBLISHED: ["APPROVE", "FEATURE", "REMOVE", "WARN", "SUSPEND"],
  REJECTED: ["RESTORE", "WARN", "SUSPEND"],
  REMOVED: ["RESTORE", "WARN", "SUSPEND"],
  DELETED: ["APPROVE", "WARN", "SUSPEND"],
};

export function choices(item: Pick<DeskItem, "origin" | "subject">): Choice[] {
  const { subject } = item;
  if (item.origin === "APPEAL") {
    const uphold = subject.__typename !== "Member" && subject.state === "REJECTED" ? "REJECT" : "REMOVE";
    return [
      { ...ALL.RESTORE, action: "RESTORE", says: "overturn" },
      { ...ALL[uphold], action: uphold, policy: false, says: "uphold" },
    ];
  }
  const actions =
    subject.__typename === "Member" ? (["APPROVE", "WARN", "SUSPEND"] as const) : (BY_STATE[subject.state] ?? []);
  return actions
    .filter((action) => action !== "FEATURE" || subject.__typename === "Post")
    .map((action) => ({ ...ALL[action], action, says: "decide" as const }));
}

/** What can be decided about each of a selection alike. */
export function common(items: readonly Pick<DeskItem, "origin" | "subject">[]): Choice[] {
  const [first, ...rest] = items.map(choices);
  if (first === undefined) return [];
  return first.filter((one) => rest.every((other) => other.some((its) => its.action === one.action && its.says === one.says)));
}
