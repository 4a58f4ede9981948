import { expect, test, vi } from "vitest";
import { newKey } from "@/graph/kept";
import { pause } from "@/graph/line";

test("pauses grow, are never longer than 15 seconds, and never all alike", () => {
  expect([0, 1, 2, 3].map((attempt) => pause(attempt, () => 1))).toEqual([500, 1000, 2000, 4000]);
  expect(pause(40, () => 1)).toBe(15_000);
  expect(pause(40, () => 0)).toBe(7_500);
});

test("keys are UUIDs of version 4, each another", () => {
  const keys = Array.from({ length: 200 }, newKey);
  expect(new Set(keys).size).toBe(200);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a token says when it ends, and nonsense has ended", async () => {
  vi.stubGlobal("location", { pathname: "/" });
  vi.stubGlobal("window", { addEventListener() {} });
  const { expiryOf } = await import("@/graph/session");
  const token = `x.${btoa(JSON.stringify({ exp: 1_800_000_000 }))}.y`;
  expect(expiryOf(token)).toBe(1_800_000_000_000);
  expect(expiryOf("nonsense")).toBe(0);
});
