/** How well moderation works: what waits, how fast and how alike it is decided, and what appeals say. */
import { useState } from "react";
import { Link } from "wouter";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { Avatar, Blank, Skeleton } from "@/ui/parts";
import { Page } from "../frame/Page";
import { DeskMeasures, type DeskMeasuresData, type DeskShare, type NeutralityVerdict } from "../generated";
import { span } from "./span";
import "./measures.css";

type Stats = NonNullable<DeskMeasuresData["moderationStats"]>;
const WINDOWS = [7, 30, 90] as const;

export default function Measures() {
  const { t } = useSpeech();
  const [days, setDays] = useState<number>(30);
  const asked = useAsk(DeskMeasures, { days });
  return (
    <Page
      title={t("console.nav.measures")}
      words={t("measures.words")}
      actions={
        <div className="choices" role="group" aria-label={t("measures.window")}>
          {WINDOWS.map((one) => <button key={one} type="button" aria-pressed={one === days} onClick={() => setDays(one)}>{t("time.days", { n: one })}</button>)}
        </div>
      }
    >
      <Loaded asked={asked} skeleton={<Skeleton height={110} count={3} />}>
        {({ moderationStats: stats }) => (stats === null ? <Blank title={t("say.gone")} /> : <Shown stats={stats} />)}
      </Loaded>
    </Page>
  );
}

function Shown({ stats }: { stats: Stats }) {
  const { t, number, percent } = useSpeech();
  const late = stats.oldestOpenSeconds > stats.oldestTargetSeconds;
  return (
    <>
      <dl className="measures">
        <div>
          <dt>{t("measures.open")}</dt>
          <dd>{number(stats.open)}</dd>
          <dd className={`small ${stats.overdue > 0 ? "hot" : "soft"}`}>{stats.overdue > 0 ? t("measures.overdue", { n: stats.overdue }) : t("measures.in_time")}</dd>
        </div>
        <div>
          <dt>{t("measures.oldest")}</dt>
          <dd className={late ? "hot" : ""}>{stats.open === 0 ? "–" : span(t, stats.oldestOpenSeconds)}</dd>
          <dd className="soft small">{stats.open === 0 ? t("measures.nothing_waits") : t("measures.target", { time: span(t, stats.oldestTargetSeconds) })}</dd>
        </div>
        <div>
          <dt>{t("measures.today")}</dt>
          <dd>{number(stats.decidedToday)}</dd>
          <dd className="soft small">{t("measures.in_days", { n: number(stats.decided), days: stats.days })}</dd>
        </div>
        <div>
          <dt>{t("measures.median")}</dt>
          <dd>{stats.decided === 0 ? "–" : span(t, stats.medianSecondsToDecision)}</dd>
          <dd className="soft small">{stats.decided > 0 && t("measures.p90", { time: span(t, stats.p90SecondsToDecision) })}</dd>
        </div>
        <div>
          <dt>{t("measures.overturned")}</dt>
          <dd>{percent(stats.overturnRate)}</dd>
          <dd className="soft small">{t("measures.of_decisions")}</dd>
        </div>
      </dl>
      <div className="measure-pair">
        <section className="card stack">
          <h2>{t("measures.fairness")}</h2>
          <Share name={t("measures.appeals")} share={stats.appealsOverturned} note={t("measures.appeals_more")} />
          <Share name={t("measures.agreement")} share={stats.agreement} note={t("measures.agreement_more")} />
        </section>
        <section className="card stack">
          <div className="row">
            <h2 className="grow">{t("measures.neutrality")}</h2>
            <Verdict verdict={stats.neutrality.verdict} />
          </div>
          <p className="soft small">{t("measures.neutrality_more")}</p>
          {stats.neutrality.byRating.map((one) => <Share key={one.rating} name={t("post.stars", { n: one.rating })} share={one.rejected} />)}
          {stats.neutrality.byChance !== null && <p className="soft small">{t("measures.chance", { share: percent(stats.neutrality.byChance) })}</p>}
        </section>
      </div>
      <section className="card stack">
        <h2>{t("measures.moderators")}</h2>
        {stats.byModerator.length === 0 ? (
          <Blank title={t("measures.nobody")} words={t("measures.nobody_more")} />
        ) : (
          <table className="facts">
            <thead>
              <tr>
                <th scope="col">{t("console.role.moderator")}</th>
                <th scope="col" className="end">{t("measures.decided")}</th>
                <th scope="col" className="end">{t("measures.median")}</th>
                <th scope="col" className="end">{t("measures.ninety")}</th>
                <th scope="col" className="end">{t("measures.overturned")}</th>
              </tr>
            </thead>
            <tbody>
              {stats.byModerator.map((one) => (
                <tr key={one.moderator.id}>
                  <th scope="row"><Link href={`/members/${one.moderator.id}`} className="measure-who"><Avatar member={one.moderator} size={26} /> {one.moderator.displayName}</Link></th>
                  <td className="end">{number(one.decided)}</td>
                  <td className="end">{span(t, one.medianSeconds)}</td>
                  <td className="end">{span(t, one.p90Seconds)}</td>
                  <td className="end">{number(one.overturned)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}

function Verdict({ verdict }: { verdict: NeutralityVerdict }) {
  const { t } = useSpeech();
  const tone = { TOO_FEW: "soft", NO_DIFFERENCE_SEEN: "", DIFFERS: "heart" }[verdict];
  return <span className={`chip ${tone}`}>{t(`measures.verdict.${verdict.toLowerCase() as Lowercase<NeutralityVerdict>}`)}</span>;
}

/** A share with how sure it is: few cases say little, and the band shows it. */
function Share({ name, share, note }: { name: string; share: DeskShare; note?: string }) {
  const { t, percent, number } = useSpeech();
  return (
    <div className="share">
      <p className="row">
        <span className="grow">{name}</span>
        <b className="number">{share.rate === null ? "–" : percent(share.rate)}</b>
        <span className="soft small share-of">{t("measures.of", { part: number(share.part), whole: number(share.whole) })}</span>
      </p>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={share.rate === null ? t("measures.unknown") : t("measures.between", { low: percent(share.low), high: percent(share.high) })}>
        <rect className="whole" width={100} height={8} />
        {share.rate !== null && (
          <>
            <rect className="band" x={share.low * 100} width={Math.max(0.5, (share.high - share.low) * 100)} height={8} />
            <rect className="mark" x={Math.min(99, Math.max(0, share.rate * 100 - 0.5))} width={1} height={8} />
          </>
        )}
      </svg>
      {note && <p className="soft small">{note}</p>}
    </div>
  );
}
