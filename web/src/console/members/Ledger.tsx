/** The statement: each entry opens into why it is what it is, factor by factor. */
import { useState } from "react";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { Blank, Button, Skeleton } from "@/ui/parts";
import { DeskLedger, type DeskEntry, type PointsEntryKind } from "../generated";

const KINDS: readonly PointsEntryKind[] = ["EARN", "CONFIRM", "REDEEM", "REFUND", "CLAWBACK", "EXPIRE", "ADJUST", "HOLD", "RELEASE"];
const A_PAGE = 20;

export function Ledger({ id }: { id: string }) {
  const { t } = useSpeech();
  const [kind, setKind] = useState<PointsEntryKind | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(DeskLedger, { id, kind, first: A_PAGE, after });
  return (
    <section className="stack">
      <div className="row">
        <h2 className="grow">{t("members.ledger")}</h2>
        <div className="field">
          <select
            aria-label={t("members.kind")}
            value={kind ?? ""}
            onChange={(event) => {
              setAfter(null);
              setKind((event.target.value || null) as PointsEntryKind | null);
            }}
          >
            <option value="">{t("members.kind.all")}</option>
            {KINDS.map((one) => <option key={one} value={one}>{t(`members.kind.${one.toLowerCase() as Lowercase<PointsEntryKind>}`)}</option>)}
          </select>
        </div>
      </div>
      <Loaded asked={asked} skeleton={<Skeleton height={48} count={6} />}>
        {({ node }) => {
          const entries = node?.__typename === "Member" ? node.points?.entries : undefined;
          if (!entries || entries.nodes.length === 0) return <Blank title={t("members.ledger_none")} />;
          return (
            <>
              <ol className="list ledger">{entries.nodes.map((one) => <li key={one.id}><Entry entry={one} /></li>)}</ol>
              {entries.pageInfo.hasNextPage && <Button tone="plain" busy={asked.busy} onClick={() => setAfter(entries.pageInfo.endCursor ?? null)}>{t("do.more")}</Button>}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function Entry({ entry }: { entry: DeskEntry }) {
  const { t, signed, number, moment, day, spoken } = useSpeech();
  const { explanation: why } = entry;
  return (
    <details className="entry">
      <summary>
        <span className="chip soft">{t(`members.kind.${entry.kind.toLowerCase() as Lowercase<PointsEntryKind>}`)}</span>
        <span className="grow">
          {spoken(entry.description)}
          <small className="soft">{moment(entry.createdAt)}{entry.expiresAt && ` · ${t("members.until", { day: day(entry.expiresAt, "long") })}`}</small>
        </span>
        <span className={`number entry-amount ${entry.amount < 0 ? "hot" : "up"}`}>{signed(entry.amount)}{entry.pending && <small className="soft"> {t("members.pending")}</small>}</span>
        <span className="number soft entry-after">{number(entry.availableAfter)}</span>
      </summary>
      <div className="entry-why">
        {why.steps.length > 0 && (
          <ol className="steps">
            {why.steps.map((step, index) => (
              <li key={index}>
                <span>{step.label}</span>
                {step.factor !== null && <b>×{Number(step.factor).toLocaleString()}</b>}
                <span className="number">{number(Number(step.amount))}</span>
              </li>
            ))}
          </ol>
        )}
        {why.rule && <p className="small">{t("members.by_rule", { name: spoken(why.rule.name), version: why.ruleVersion ?? "" })} <span className="mono soft">{why.rule.key}</span></p>}
        {why.activity && (
          <>
            <p className="small"><span className="mono">{why.activity.type}</span> · {why.activity.externalId} · {day(why.activity.occurredAt, "long")}</p>
            <pre className="mono small">{JSON.stringify(why.activity.attributes, null, 1)}</pre>
          </>
        )}
        {!why.rule && !why.activity && why.steps.length === 0 && <p className="soft small">{t("members.no_why")}</p>}
      </div>
    </details>
  );
}
