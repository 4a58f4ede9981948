/** What a list or threshold would have done with the shop's past posts. */
import { useSpeech } from "@/i18n";
import type { DeskTrial } from "../generated";
import { parts } from "../review/highlight";
import { howOf, State } from "../review/Subject";

export function Trial({ trial, brief = false }: { trial: DeskTrial; brief?: boolean }) {
  const { t, number, percent } = useSpeech();
  const { standing, refused, held, queued, caught } = trial;
  const examples = brief ? trial.examples.slice(0, 4) : trial.examples;
  return (
    <div className="stack">
      <dl className="measures">
        <div>
          <dt>{t("trial.alarms")}</dt>
          <dd className={trial.falseAlarms > 0.02 ? "hot" : ""}>{percent(trial.falseAlarms)}</dd>
          <dd className="soft small">{t("trial.alarms_more", { found: held + queued, all: standing, most: percent(trial.falseAlarmsAtMost) })}</dd>
        </div>
        <div>
          <dt>{t("trial.held")}</dt>
          <dd>{number(held)}</dd>
          <dd className="soft small">{t("trial.queued", { n: queued })}</dd>
        </div>
        <div>
          <dt>{t("trial.caught")}</dt>
          <dd>{refused === 0 ? "–" : percent(caught / refused)}</dd>
          <dd className="soft small">{t("trial.caught_more", { found: caught, all: refused })}</dd>
        </div>
      </dl>
      {examples.length === 0 ? (
        <p className="soft">{t("trial.nothing")}</p>
      ) : (
        <ul className="list trial-list">
          {examples.map((one, index) => (
            <li key={index} className="trial-example">
              {one.post && (
                <p className="row small"><strong className="grow">{one.post.author.displayName}</strong><State state={one.post.state} /></p>
              )}
              {one.post && (
                <p>
                  {parts(one.post.text, one.spans).map((part, at) => (part.found ? <mark key={at} title={`${part.found.what} · ${howOf(t, part.found.how)}`}>{part.text}</mark> : part.text))}
                </p>
              )}
              {one.spans.length > 0 && (
                <p className="soft small">{one.spans.map((span) => `${span.said} → ${span.what} (${howOf(t, span.how)})`).join(" · ")}</p>
              )}
              {one.like && <p className="soft small">{t("trial.like", { name: one.like.author.displayName })} <q>{one.like.text}</q></p>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
