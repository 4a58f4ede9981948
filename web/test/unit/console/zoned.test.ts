import { expect, test } from "vitest";
import { fromZoned, toZoned } from "@/console/design/zoned";

test("a moment is shown as clocks of the programme show it", () => {
  expect(toZoned("2026-06-30T16:00:00Z", "Asia/Shanghai")).toBe("2026-07-01T00:00");
});

test.each([
  ["2026-07-01T00:00", "Asia/Shanghai", "2026-06-30T16:00:00.000Z"],
  ["2026-07-01T00:00", "America/New_York", "2026-07-01T04:00:00.000Z"],
  ["2026-03-08T03:30", "America/New_York", "2026-03-08T07:30:00.000Z"], // the day on which clocks go forward
  ["2026-11-02T00:00", "America/New_York", "2026-11-02T05:00:00.000Z"],
])("%s in %s is %s", (text, zone, expected) => {
  expect(fromZoned(text, zone)).toBe(expected);
  expect(toZoned(expected, zone)).toBe(text);
});
