/** The rules by which points are earned: what each costs, and whether any fails. */
import { useState } from "react";
import { Link } from "wouter";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { Bar, Blank } from "@/ui/parts";
import { Page } from "../frame/Page";
import { DeskRules, type DeskRule, type RuleState } from "../generated";
import "./design.css";

const STATES: readonly RuleState[] = ["LIVE", "DRAFT", "PAUSED", "ARCHIVED"];
export const TONES: Record<RuleState, string> = { LIVE: "", DRAFT: "bloom", PAUSED: "sky", ARCHIVED: "soft" };

export default function Rules() {
  const { t } = useSpeech();
  const asked = useAsk(DeskRules, {});
  const [state, setState] = useState<RuleState | null>(null);
  return (
    <Page title={t("console.nav.rules")} words={t("rules.words")} actions={<Link href="/rules/new" className="button">{t("rules.add")}</Link>}>
      <div className="choices" role="group" aria-label={t("rules.state")}>
        <button type="button" aria-pressed={state === null} onClick={() => setState(null)}>{t("rules.state.all")}</button>
        {STATES.map((one) => (
          <button key={one} type="button" aria-pressed={state === one} onClick={() => setState(one)}>{t(`rules.state.${one.toLowerCase() as Lowercase<RuleState>}`)}</button>
        ))}
      </div>
      <Loaded asked={asked}>
        {({ earnRules }) => {
          const shown = (earnRules ?? []).filter((one) => state === null || one.state === state);
          return shown.length === 0 ? <Blank title={t("rules.none")} /> : <ul className="list">{shown.map((one) => <Row key={one.id} rule={one} />)}</ul>;
        }}
      </Loaded>
    </Page>
  );
}

function Row({ rule }: { rule: DeskRule }) {
  const { t, number, spoken } = useSpeech();
  return (
    <li>
      <Link href={`/rules/${rule.key}`} className="list-row rule-row">
        <span className={`chip ${TONES[rule.state]}`}>{t(`rules.state.${rule.state.toLowerCase() as Lowercase<RuleState>}`)}</span>
        <span className="grow rule-name">
          <strong>{spoken(rule.name)}</strong>
          <span className="soft small mono clip">{rule.trigger} · {rule.condition ? `${rule.condition} → ` : ""}{rule.points}</span>
        </span>
        {rule.failureCount > 0 && <span className="chip heart">{t("rules.failures", { n: rule.failureCount })}</span>}
        <span className="rule-spent">
          <b className="number">{number(rule.spent)}</b>
          {rule.budget !== null ? (
            <>
              <span className="soft small">/ {number(rule.budget)}</span>
              <Bar ratio={rule.spent / rule.budget} label={t("rules.budget")} />
            </>
          ) : (
            <span className="soft small">{t("rules.given")}</span>
          )}
        </span>
      </Link>
    </li>
  );
}
