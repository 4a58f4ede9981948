/** A stretch of time in its largest unit. */
import type { Key } from "@/i18n";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function span(t: (key: Key, values?: Record<string, string | number>) => string, seconds: number): string {
  if (seconds >= 2 * DAY) return t("time.days", { n: Math.round(seconds / DAY) });
  if (seconds >= HOUR) return t("time.hours", { n: Math.round(seconds / HOUR) });
  if (seconds >= MINUTE) return t("time.minutes", { n: Math.round(seconds / MINUTE) });
  return t("measures.seconds", { n: Math.round(seconds) });
}
