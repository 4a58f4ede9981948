/** How long until a moment, in the largest units that say it. */
import type { Key } from "@/i18n";

type Say = (key: Key, values?: Record<string, string | number>) => string;

export interface TimeLeft {
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
  over: boolean;
  words: (t: Say) => string;
}

/** `now` is in milliseconds since 1970. */
export function timeLeft(until: string, now = Date.now()): TimeLeft {
  const total = Math.max(0, Math.floor((Date.parse(until) - now) / 1000));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = total % 60;
  const words = (t: Say) => {
    if (days > 0) return t("time.days", { n: days });
    if (hours > 0) return t("time.hours", { n: hours });
    return t("time.minutes", { n: Math.max(1, minutes) });
  };
  return { days, hours, minutes, seconds, over: total === 0, words };
}

/** The day in a zone, as the shop writes it: YYYY-MM-DD. */
export function dayIn(zone: string, at: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date(at));
}
