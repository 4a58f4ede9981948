import { expect, test } from "vitest";
import { dayIn, timeLeft } from "@/ui/time";

const NOW = Date.parse("2026-03-01T08:00:00Z");

test.each([
  ["2026-03-03T10:00:01Z", [2, 2, 0, 1, false]],
  ["2026-03-01T08:01:30Z", [0, 0, 1, 30, false]],
  ["2026-03-01T08:00:00Z", [0, 0, 0, 0, true]],
  ["2026-02-01T08:00:00Z", [0, 0, 0, 0, true]],
] as const)("until %s", (until, [days, hours, minutes, seconds, over]) => {
  expect(timeLeft(until, NOW)).toMatchObject({ days, hours, minutes, seconds, over });
});

test("the day is the shop's", () => {
  expect(dayIn("Asia/Shanghai", "2026-11-22T21:00:00Z")).toBe("2026-11-23");
  expect(dayIn("America/New_York", "2026-11-22T01:00:00Z")).toBe("2026-11-21");
});
