/** Days of a rehearsal as bars that fit a screen. */

export interface Day {
  day: string;
  points: number;
  matched: number;
}

export interface Bin {
  from: string;
  to: string;
  points: number;
  matched: number;
}

const DAY = 86_400_000;

/** At most `most` bars of equally many days each; days without anything count as nothing. */
export function bins(days: readonly Day[], most = 80): Bin[] {
  const [first, last] = [days[0], days[days.length - 1]];
  if (!first || !last) return [];
  const start = Date.parse(first.day);
  const length = Math.round((Date.parse(last.day) - start) / DAY) + 1;
  const width = Math.ceil(length / most);
  const found: Bin[] = Array.from({ length: Math.ceil(length / width) }, (_, index) => ({
    from: dayAt(start + index * width * DAY),
    to: dayAt(Math.min(start + (index + 1) * width * DAY - DAY, Date.parse(last.day))),
    points: 0,
    matched: 0,
  }));
  for (const one of days) {
    const bin = found[Math.floor((Date.parse(one.day) - start) / DAY / width)]!;
    bin.points += one.points;
    bin.matched += one.matched;
  }
  return found;
}

function dayAt(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** A round number that is not below, for the top of a scale. */
export function top(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((one) => one >= value) ?? value;
}
