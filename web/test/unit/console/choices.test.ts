import { expect, test } from "vitest";
import { choices, common } from "@/console/review/choices";
import type { DeskItem } from "@/console/generated";

const about = (origin: DeskItem["origin"], subject: object) => ({ origin, subject: subject as DeskItem["subject"] });
const actions = (item: ReturnType<typeof about>) => choices(item).map((one) => one.action);

test("what waits is approved, featured or rejected, and never removed", () => {
  const waiting = about("NEW_AUTHOR", { __typename: "Post", state: "IN_REVIEW" });
  expect(actions(waiting)).toEqual(["APPROVE", "FEATURE", "REJECT", "WARN", "SUSPEND"]);
});

test("comments are not featured", () => {
  expect(actions(about("REPORT", { __typename: "Comment", state: "PUBLISHED" }))).not.toContain("FEATURE");
});

test("an appeal is overturned or upheld, without naming a policy", () => {
  const found = choices(about("APPEAL", { __typename: "Post", state: "REJECTED" }));
  expect(found.map(({ action, says, policy }) => [action, says, policy])).toEqual([
    ["RESTORE", "overturn", false],
    ["REJECT", "uphold", false],
  ]);
});

test("a selection is offered what all of it can have alike", () => {
  const waiting = about("NEW_AUTHOR", { __typename: "Post", state: "IN_REVIEW" });
  const member = about("REPORT", { __typename: "Member" });
  expect(common([waiting, member]).map((one) => one.action)).toEqual(["APPROVE", "WARN", "SUSPEND"]);
  expect(common([])).toEqual([]);
});

test("no two verdicts of one item have the same key", () => {
  for (const state of ["IN_REVIEW", "PUBLISHED", "REJECTED", "REMOVED", "DELETED"]) {
    const keys = choices(about("REPORT", { __typename: "Post", state })).map((one) => one.key);
    expect(new Set(keys).size).toBe(keys.length);
  }
});
