/** Until when something is to be decided, in red once that has passed. */
import { useSpeech } from "@/i18n";

const HOUR = 3_600_000;

export function Due({ at, brief = false }: { at: string; brief?: boolean }) {
  const { t, moment } = useSpeech();
  const left = Date.parse(at) - Date.now();
  const hours = Math.round(Math.abs(left) / HOUR);
  const amount = hours >= 48 ? t("time.days", { n: Math.round(hours / 24) }) : hours >= 1 ? t("time.hours", { n: hours }) : t("time.minutes", { n: Math.max(1, Math.round(Math.abs(left) / 60_000)) });
  const late = left < 0;
  return (
    <time className={`due ${late ? "late" : left < HOUR ? "soon" : ""}`} dateTime={at} title={moment(at)}>
      {brief ? (late ? t("desk.late_brief", { amount }) : amount) : t(late ? "desk.late" : "desk.due", { amount })}
    </time>
  );
}
