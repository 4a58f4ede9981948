/** The month's check-ins, what the next days earn, and the freezes that keep a streak. */
import { useState } from "react";
import { Top } from "@/app/Top";
import { CheckInMonth, type CheckInMonthData } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { isDone, useCheckIn } from "@/screens/home/CheckInCard";
import { Icon } from "@/ui/Icon";
import { Blossom } from "@/ui/Laurel";
import { Loaded } from "@/ui/Loaded";
import { Button, Section, Skeleton } from "@/ui/parts";
import { dayIn } from "@/ui/time";
import "./points.css";

export default function CheckIn() {
  const { t } = useSpeech();
  const [month, setMonth] = useState<string | null>(null);
  const asked = useAsk(CheckInMonth, { month });
  return (
    <>
      <Top title={t("checkin.calendar")} back="/" />
      <Loaded asked={asked} skeleton={<Skeleton height={320} />}>
        {(data) => <Month data={data} month={month} setMonth={setMonth} again={asked.again} />}
      </Loaded>
    </>
  );
}

function Month({ data, month, setMonth, again }: { data: CheckInMonthData; month: string | null; setMonth: (month: string | null) => void; again: () => void }) {
  const { t, day, language } = useSpeech();
  const { checkIn, busy, tapped } = useCheckIn();
  const days = data.checkInCalendar ?? [];
  const ladder = data.checkInLadder ?? [];
  const streak = data.me?.streaks?.find((one) => one.key === "check_in") ?? null;
  const today = dayIn(data.programme?.timeZone ?? "UTC", data.programme?.now ?? new Date().toISOString());
  const first = days[0]?.day ?? today;
  const done = tapped || isDone(ladder, streak, today);
  const lead = (new Date(`${first}T12:00:00Z`).getUTCDay() + 6) % 7;
  const weekdays = Array.from({ length: 7 }, (_, index) =>
    new Intl.DateTimeFormat(language, { weekday: "narrow", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + index))),
  );
  return (
    <>
      <section className="card streak">
        <Blossom open={(streak?.current ?? 0) > 0} size={64} />
        <p>
          <strong className="number">{streak?.current ?? 0}</strong> {t("checkin.in_a_row")}
        </p>
        <p className="chips">
          <span className="chip sky"><Icon name="snow" size={14} /> {t("checkin.freezes", { n: streak?.freezesLeft ?? 0 })}</span>
          <span className="chip soft">{t("checkin.longest", { n: streak?.longest ?? 0 })}</span>
          {streak?.atRisk && <span className="chip heart">{t("checkin.at_risk")}</span>}
        </p>
        <Button tone="bloom" whole busy={busy} disabled={done} onClick={() => void checkIn().then(again)}>
          {done ? t("checkin.today_done") : t("checkin.do")}
        </Button>
        <p className="soft small">{t("checkin.freeze_words")}</p>
      </section>
      <section className="card calendar">
        <div className="row">
          <button type="button" className="icon-button" aria-label={t("checkin.before")} onClick={() => setMonth(shifted(first, -1))}>
            <Icon name="back" />
          </button>
          <h2 className="grow">{day(first, "month")}</h2>
          <button type="button" className="icon-button" aria-label={t("checkin.after")} disabled={first.slice(0, 7) >= today.slice(0, 7)} onClick={() => setMonth(shifted(first, 1))}>
            <Icon name="next" />
          </button>
        </div>
        <ol className="days">
          {weekdays.map((name, index) => (
            <li key={`${name}${index}`} className="soft small" aria-hidden="true">{name}</li>
          ))}
          {days.map((one, index) => (
            <li key={one.day} className={`day ${one.checkedIn ? "in" : ""} ${one.day === today ? "today" : ""}`} style={index === 0 ? { gridColumnStart: lead + 1 } : undefined}>
              <span className="unseen">
                {day(one.day)} {one.checkedIn ? t("checkin.done") : one.frozen ? t("checkin.frozen") : ""}
              </span>
              <span aria-hidden="true">
                {one.checkedIn ? <Blossom open size={30} /> : one.frozen ? <Icon name="snow" size={22} /> : Number(one.day.slice(8))}
                <small>{one.checkedIn && one.points > 0 ? `+${one.points}` : ""}</small>
              </span>
            </li>
          ))}
        </ol>
      </section>
      <Section title={t("checkin.ladder")}>
        <ol className="list">
          {ladder.map((rung) => (
            <li key={rung.day} className="list-row">
              <Blossom open={false} />
              <span className="grow">{t("checkin.day_n", { n: rung.streak })} <span className="soft small">{day(rung.day, "short")}</span></span>
              <strong className="number">+{rung.points}</strong>
            </li>
          ))}
        </ol>
      </Section>
      {month !== null && <Button tone="plain" onClick={() => setMonth(null)}>{t("checkin.this_month")}</Button>}
    </>
  );
}

/** The first day of the month so many months away, as YYYY-MM-DD. */
export function shifted(day: string, months: number): string {
  const [year, month] = day.split("-").map(Number);
  return new Date(Date.UTC(year!, month! - 1 + months, 1)).toISOString().slice(0, 10);
}
