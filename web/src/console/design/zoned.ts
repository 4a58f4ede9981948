/** Moments as the programme's clocks show them: what a designer types is in the programme's zone. */

/** `YYYY-MM-DDTHH:mm` in the zone, as inputs have it. */
export function toZoned(iso: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(new Date(iso));
  const of = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${of("year").padStart(4, "0")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/** The moment at which clocks of the zone show that. Of an hour that comes twice it is the first. */
export function fromZoned(text: string, zone: string): string {
  const wanted = Date.parse(`${text}:00Z`);
  let at = wanted;
  for (let turn = 0; turn < 2; turn += 1) at += wanted - Date.parse(`${toZoned(new Date(at).toISOString(), zone)}:00Z`);
  return new Date(at).toISOString();
}
