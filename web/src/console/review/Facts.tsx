/** Beside what is looked at: why it stands where it does, who wrote it, and what was decided before. */
import { Link } from "wouter";
import { useSpeech } from "@/i18n";
import type { DeskAuthor, DeskDecision, DeskItem, StrikeStep, TrustLevel } from "../generated";
import { howOf } from "./Subject";

export function Facts({ item }: { item: DeskItem }) {
  const { t } = useSpeech();
  const author = item.subject.__typename === "Member" ? item.subject : item.subject.author;
  return (
    <aside className="facts-side" aria-label={t("desk.facts")}>
      <Signals item={item} />
      <Author author={author} />
      <History decisions={item.history} />
    </aside>
  );
}

function Signals({ item }: { item: DeskItem }) {
  const { t, number } = useSpeech();
  const others = item.signals.filter((one) => one.key !== "waiting");
  const heaviest = Math.max(1, ...others.map((one) => one.weight));
  const waits = item.signals.find((one) => one.key === "waiting");
  const told = (weight: number) => number(Math.round(weight * 10) / 10);
  return (
    <section>
      <h2>
        {t("desk.why")}
        <span className="number soft" title={t("desk.priority")}>{told(item.priority)}</span>
      </h2>
      <ul className="signals">
        {others.map((one) => (
          <li key={one.key}>
            <div className="signal-line">
              <span className="grow">{one.label}</span>
              <span className="number">+{told(one.weight)}</span>
            </div>
            <div className="signal-bar" aria-hidden="true"><i style={{ width: `${(100 * one.weight) / heaviest}%` }} /></div>
            {one.detail && one.spans.length === 0 && <p className="soft small">{one.detail}</p>}
            {one.spans.length > 0 && (
              <p className="signal-found">
                {one.spans.map((span, index) => (
                  <span key={index}><mark>{span.said}</mark> <small className="soft">{span.what === span.said || span.what === span.how ? "" : `${span.what} · `}{howOf(t, span.how)}{span.within !== null && ` · #${span.within}`}</small></span>
                ))}
              </p>
            )}
          </li>
        ))}
        {waits && (
          <li className="signal-line soft">
            <span className="grow">{waits.label}</span>
            <span className="number">+{told(waits.weight)}</span>
          </li>
        )}
      </ul>
    </section>
  );
}

function Author({ author }: { author: DeskAuthor }) {
  const { t, day } = useSpeech();
  const { standing } = author;
  return (
    <section>
      <h2>{t("desk.author")}</h2>
      <p className="author-line">
        <Link href={`/members/${author.id}`} className="grow clip">{author.displayName}</Link>
        {standing && <Trust trust={standing.trust} />}
      </p>
      <p className="soft small author-since">{t("desk.joined", { month: day(author.joinedAt, "month") })}</p>
      {author.suspension && (
        <p className="chip heart author-wide">
          {author.suspension.until === null ? t("desk.suspended") : t("desk.suspended_until", { day: day(author.suspension.until) })}
        </p>
      )}
      {standing && <Figures standing={standing} />}
    </section>
  );
}

export function Figures({ standing }: { standing: NonNullable<DeskAuthor["standing"]> }) {
  const { t, number, percent } = useSpeech();
  return (
    <>
      <dl className="figures">
        <div><dt>{t("desk.approved")}</dt><dd className="number">{number(standing.approved)}</dd></div>
        <div><dt>{t("desk.stood")}</dt><dd className="number">{number(standing.stood)}</dd></div>
        <div><dt>{t("desk.against")}</dt><dd className={`number ${standing.decidedAgainst > 0 ? "hot" : ""}`}>{number(standing.decidedAgainst)}</dd></div>
        <div><dt>{t("desk.strikes")}</dt><dd className={`number ${standing.strikes > 0 ? "hot" : ""}`}>{number(standing.strikes)}</dd></div>
        <div><dt>{t("desk.upheld")}</dt><dd className="number">{number(standing.reportsUpheld)}/{number(standing.reportsUpheld + standing.reportsDismissed)}</dd></div>
        <div><dt>{t("desk.accuracy")}</dt><dd className="number">{percent(standing.reportAccuracy)}</dd></div>
      </dl>
      {standing.step !== "NONE" && <p className="small hot">{t(`desk.step.${standing.step.toLowerCase() as Lowercase<StrikeStep>}`)}</p>}
    </>
  );
}

export function Trust({ trust }: { trust: TrustLevel }) {
  const { t } = useSpeech();
  const tone = { TRUSTED: "", KNOWN: "sky", NEW: "bloom", WATCHED: "heart" }[trust];
  return <span className={`chip ${tone}`}>{t(`desk.trust.${trust.toLowerCase() as Lowercase<TrustLevel>}`)}</span>;
}

function History({ decisions }: { decisions: readonly DeskDecision[] }) {
  const { t } = useSpeech();
  return (
    <section>
      <h2>{t("desk.history")}</h2>
      {decisions.length === 0 ? <p className="soft small">{t("desk.history_none")}</p> : <Decisions decisions={decisions} />}
    </section>
  );
}

export function Decisions({ decisions }: { decisions: readonly DeskDecision[] }) {
  const { t, ago } = useSpeech();
  return (
    <ol className="past">
      {decisions.map((one) => (
        <li key={one.id} data-reversed={one.reversedAt !== null || undefined}>
          <span className={`chip ${AGAINST.has(one.action) ? "heart" : ""}`}>{t(`desk.did.${one.action.toLowerCase() as Lowercase<typeof one.action>}`)}</span>
          <span className="grow">
            {one.policyName}
            {one.note && <q className="soft small">{one.note}</q>}
            {one.reversedAt !== null && <em className="small">{t("desk.reversed")}</em>}
          </span>
          <span className="soft small">{one.moderator.displayName}<br />{ago(one.decidedAt)}</span>
        </li>
      ))}
    </ol>
  );
}

const AGAINST: ReadonlySet<string> = new Set(["REJECT", "REMOVE", "WARN", "SUSPEND"]);
