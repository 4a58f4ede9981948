/** Every entry of the statement, by month, each with the reason why it is there. */
import { useMemo, useState } from "react";
import { Top } from "@/app/Top";
import { Ledger as LedgerDocument, type LedgerData, type PointsEntryKind } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Blank, Section, Skeleton } from "@/ui/parts";
import { Rolling } from "@/ui/Rolling";
import { Sheet } from "@/ui/Sheet";
import "./points.css";

type Account = NonNullable<NonNullable<LedgerData["me"]>["points"]>;
type Entry = Account["entries"]["nodes"][number];

const KINDS: readonly (PointsEntryKind | null)[] = [null, "EARN", "REDEEM", "REFUND", "CLAWBACK", "EXPIRE", "ADJUST"];

export default function Ledger() {
  const { t } = useSpeech();
  const [kind, setKind] = useState<PointsEntryKind | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(LedgerDocument, { kind, after });
  const choose = (next: PointsEntryKind | null) => {
    setAfter(null);
    setKind(next);
  };
  return (
    <>
      <Top title={t("points.title")} back="/me" />
      <Loaded asked={asked} skeleton={<Skeleton height={120} count={4} />}>
        {({ me }) => {
          const account = me?.points;
          if (!account) return <Blank title={t("points.none")} />;
          return (
            <>
              <Sums account={account} />
              <Expiring account={account} />
              <div className="choices" role="group" aria-label={t("points.which")}>
                {KINDS.map((one) => (
                  <button key={one ?? "ALL"} type="button" aria-pressed={one === kind} onClick={() => choose(one)}>
                    {t(`points.kind.${(one ?? "ALL").toLowerCase()}` as "points.kind.all")}
                  </button>
                ))}
              </div>
              {account.entries.nodes.length === 0 ? (
                <Blank title={t("points.none")} words={t("points.none_more")} />
              ) : (
                <Months entries={account.entries.nodes} />
              )}
              <More has={account.entries.pageInfo.hasNextPage} busy={asked.busy} load={() => setAfter(account.entries.pageInfo.endCursor)} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Sums({ account }: { account: Account }) {
  const { t, number } = useSpeech();
  return (
    <section className="points-sums">
      <p>
        <span>{t("points.available")}</span>
        <strong className="number"><Rolling value={account.available} /></strong>
      </p>
      <dl>
        {([["points.pending", account.pending], ["points.held", account.held], ["points.lifetime", account.lifetimeEarned]] as const).map(([key, value]) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd className="number">{number(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Expiring({ account }: { account: Account }) {
  const { t, number, day } = useSpeech();
  if (account.expiring.length === 0) return null;
  const most = Math.max(...account.expiring.map((one) => one.amount));
  return (
    <Section title={t("points.expiring")}>
      <ul className="card buckets">
        {account.expiring.map((one) => (
          <li key={one.expiresAt}>
            <span className="small soft">{day(one.expiresAt)}</span>
            <i style={{ width: `${Math.max(4, (one.amount / most) * 100)}%` }} />
            <strong className="number">{number(one.amount)}</strong>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Months({ entries }: { entries: readonly Entry[] }) {
  const { day } = useSpeech();
  const months = useMemo(() => {
    const found = new Map<string, Entry[]>();
    const seen = new Set<string>();
    for (const entry of entries) {
      if (seen.has(entry.id)) continue;
      seen.add(entry.id);
      const month = day(entry.createdAt, "month");
      found.set(month, [...(found.get(month) ?? []), entry]);
    }
    return [...found];
  }, [entries, day]);
  const [open, setOpen] = useState<Entry | null>(null);
  return (
    <>
      {months.map(([month, own]) => (
        <Section key={month} title={month}>
          <ul className="list">
            {own.map((entry) => (
              <li key={entry.id}>
                <Row entry={entry} onOpen={() => setOpen(entry)} />
              </li>
            ))}
          </ul>
        </Section>
      ))}
      {open && <Why entry={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function Row({ entry, onOpen }: { entry: Entry; onOpen: () => void }) {
  const { t, signed, moment, spoken } = useSpeech();
  const tone = entry.pending ? "pending" : entry.amount > 0 ? "plus" : entry.amount < 0 ? "minus" : "";
  return (
    <button type="button" className="list-row" onClick={onOpen}>
      <span className="grow">
        <span className="entry-words">{spoken(entry.description)}</span>
        <span className="soft small">
          {moment(entry.createdAt)}
          {entry.pending && ` · ${t("points.pending")}`}
        </span>
      </span>
      <strong className={`number entry-amount ${tone}`}>{signed(entry.amount)}</strong>
      <Icon name="next" size={18} />
    </button>
  );
}

function Why({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { t, signed, moment, day, number, spoken } = useSpeech();
  const { steps, rule, ruleVersion, activity } = entry.explanation;
  return (
    <Sheet title={t("points.why")} onClose={onClose}>
      <p className="why-amount">
        <strong className="number">{signed(entry.amount)}</strong>
        <span>{spoken(entry.description)}</span>
      </p>
      {steps.length > 0 && (
        <ol className="list">
          {steps.map((step, index) => (
            <li key={index} className="list-row">
              <span className="grow">{spoken(step.label)}</span>
              {step.factor !== null && <span className="chip soft">×{Number(step.factor)}</span>}
              <strong className="number">{number(Number(step.amount))}</strong>
            </li>
          ))}
        </ol>
      )}
      <dl className="facts">
        <dt>{t("points.at")}</dt>
        <dd>{moment(entry.createdAt)}</dd>
        <dt>{t("points.after")}</dt>
        <dd className="number">{number(entry.availableAfter)}</dd>
        {entry.confirmsAt && entry.pending && <><dt>{t("points.confirms")}</dt><dd>{day(entry.confirmsAt)}</dd></>}
        {entry.expiresAt && <><dt>{t("points.expires")}</dt><dd>{day(entry.expiresAt)}</dd></>}
        {rule && <><dt>{t("points.rule")}</dt><dd>{spoken(rule.name)} v{ruleVersion}</dd></>}
        {activity && <><dt>{t("points.activity")}</dt><dd>{moment(activity.occurredAt)}</dd></>}
      </dl>
    </Sheet>
  );
}
