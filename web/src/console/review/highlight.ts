/** Parts of a text, each with what was found in it. Places count code points, as the shop's do. */

export interface Found {
  what: string;
  how: string;
}

export interface Part {
  text: string;
  found: Found | null;
}

interface Place extends Found {
  start: number | null;
  end: number | null;
}

/** Where two finds overlap, the one that begins first has what both share. */
export function parts(text: string, places: readonly Place[]): Part[] {
  const letters = [...text];
  const sorted = places
    .filter((one): one is Place & { start: number; end: number } => one.start !== null && one.end !== null)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const found: Part[] = [];
  let at = 0;
  const say = (end: number, what: Found | null) => {
    if (end <= at) return;
    found.push({ text: letters.slice(at, end).join(""), found: what });
    at = end;
  };
  for (const { start, end, what, how } of sorted) {
    say(Math.min(start, letters.length), null);
    say(Math.min(end, letters.length), { what, how });
  }
  say(letters.length, null);
  return found;
}
