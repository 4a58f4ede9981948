/** Today's check-in: seven blossoms, of which each day opens one. */
import { Link } from "wouter";
import { CheckIn, Home, type HomeData } from "@/graph/generated";
import { useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { useClient } from "urql";
import { Blossom } from "@/ui/Laurel";
import { Button } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { Icon } from "@/ui/Icon";
import { useState } from "react";

type Me = NonNullable<HomeData["me"]>;
export type StreakShown = NonNullable<Me["streaks"]>[number];
type Rung = NonNullable<HomeData["checkInLadder"]>[number];

/** What the row of blossoms shows: the days that are behind, and what each next one earns. */
export function blossoms(ladder: readonly Rung[], streak: { current: number } | null, done: boolean) {
  const current = streak?.current ?? 0;
  const first = ladder[0]?.streak ?? current + 1;
  const behind = Math.min(done ? Math.max(1, current % 7 || 7) : current % 7, first - 1);
  const past = Array.from({ length: Math.max(0, behind) }, (_, index) => ({
    key: `past-${index}`,
    open: true,
    points: null as number | null,
  }));
  const next = ladder.slice(0, 7 - past.length).map((rung) => ({ key: rung.day, open: false, points: rung.points as number | null }));
  return [...past, ...next];
}

/** Whether today's is done: the ladder then begins tomorrow, right after the last day that counted. */
export function isDone(ladder: readonly Rung[], streak: { lastDay: string } | null, today: string): boolean {
  return streak?.lastDay === today || (ladder[0] !== undefined && ladder[0].day > today);
}

export function useCheckIn() {
  const client = useClient();
  const toast = useToast();
  const { t } = useSpeech();
  const [tapped, setTapped] = useState(false);
  const { run, busy } = useDo(CheckIn);
  const checkIn = async () => {
    setTapped(true);
    const done = await run({});
    const entry = done?.checkIn?.entry;
    if (done) toast(entry ? t("checkin.earned", { n: entry.amount }) : t("checkin.done"), "points");
    else setTapped(false);
    client.query(Home, {}, { requestPolicy: "network-only" }).toPromise().catch(() => {});
  };
  return { checkIn, busy, tapped };
}

export function CheckInCard({ ladder, streak, today }: { ladder: readonly Rung[]; streak: StreakShown | null; today: string }) {
  const { t } = useSpeech();
  const { checkIn, busy, tapped } = useCheckIn();
  const done = tapped || isDone(ladder, streak, today);
  const row = blossoms(ladder, streak, done);
  return (
    <section className="card checkin">
      <div className="row">
        <div className="grow">
          <h2>{done ? t("checkin.today_done") : t("checkin.title")}</h2>
          <p className="soft small">
            {streak && streak.current > 0 ? t("checkin.streak", { n: streak.current }) : t("checkin.begin")}
            {streak && streak.freezesLeft > 0 && (
              <span className="freezes"> · <Icon name="snow" size={14} /> {t("checkin.freezes", { n: streak.freezesLeft })}</span>
            )}
          </p>
        </div>
        {done ? (
          <Link href="/check-in" className="button plain slim">{t("checkin.calendar")}</Link>
        ) : (
          <Button tone="bloom" onClick={() => void checkIn()} busy={busy}>{t("checkin.do")}</Button>
        )}
      </div>
      <div className="blossoms">
        {row.map(({ key, open, points }) => (
          <span key={key} className={open ? "open" : ""}>
            <Blossom open={open} />
            <small className="number">{points === null ? "✓" : `+${points}`}</small>
          </span>
        ))}
      </div>
    </section>
  );
}
