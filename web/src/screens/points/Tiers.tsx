/** All tiers beside each other: what each gives, what it takes, and until when mine is safe. */
import { Top } from "@/app/Top";
import { TierTable } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { toneOf } from "@/screens/home/TierCard";
import { Icon } from "@/ui/Icon";
import { Wreath } from "@/ui/Laurel";
import { Loaded } from "@/ui/Loaded";
import { Bar, Blank, Skeleton } from "@/ui/parts";
import "@/screens/home/home.css";
import "./points.css";

export default function Tiers() {
  const { t, spoken, number, day } = useSpeech();
  const asked = useAsk(TierTable, {});
  return (
    <>
      <Top title={t("tier.title")} back="/" />
      <Loaded asked={asked} skeleton={<Skeleton height={240} count={2} />}>
        {({ tiers, tierRules, me }) => {
          if (!tiers || tiers.length === 0) return <Blank title={t("tier.none")} />;
          const held = me?.tier.level ?? -1;
          const progress = me?.tierProgress;
          const all = new Map(tiers.flatMap((tier) => tier.benefits.map((benefit) => [benefit.key, benefit] as const)));
          return (
            <>
              {progress && (
                <section className="card stack">
                  <p>{progress.next ? t("tier.remaining", { left: number(progress.remaining ?? 0), name: spoken(progress.next.name) }) : t("tier.top")}</p>
                  <Bar ratio={progress.ratio} label={t("tier.way")} />
                  <p className="soft small">{progress.keptUntil ? t("tier.kept_until", { day: day(progress.keptUntil) }) : t("tier.safe")}</p>
                </section>
              )}
              <ul className="shelf tiers" tabIndex={0} aria-label={t("tier.title")}>
                {tiers.map((tier) => (
                  <li key={tier.id}>
                    <section className={`tier-card tone-${toneOf(tier.level, tiers.length)}`} aria-current={tier.level === held || undefined}>
                      <Wreath size={230} className="tier-wreath" />
                      <h2 className="tier-name">{spoken(tier.name)}</h2>
                      <p className="number tier-threshold">{number(tier.threshold)}</p>
                      <p className="small">{tierRules?.rollingDays ? t("tier.within", { n: tierRules.rollingDays }) : t("tier.needed")}</p>
                      <p>{t("tier.times", { times: String(Number(tier.pointsMultiplier)) })}</p>
                      {tier.level === held && <span className="tier-here">{t("tier.mine")}</span>}
                    </section>
                  </li>
                ))}
              </ul>
              <div className="card tier-table" tabIndex={0} role="region" aria-label={t("tier.benefits")}>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{t("tier.benefits")}</th>
                      {tiers.map((tier) => <th key={tier.id} scope="col">{spoken(tier.name)}</th>)}
                    </tr>
                  </thead>
                  <tbody>
                    <tr>
                      <th scope="row">{t("tier.multiplier")}</th>
                      {tiers.map((tier) => <td key={tier.id} className="number">×{Number(tier.pointsMultiplier)}</td>)}
                    </tr>
                    {[...all.values()].map((benefit) => (
                      <tr key={benefit.key}>
                        <th scope="row">
                          {spoken(benefit.name)}
                          {benefit.description && <span className="soft small">{spoken(benefit.description)}</span>}
                        </th>
                        {tiers.map((tier) => {
                          const has = tier.benefits.some((one) => one.key === benefit.key);
                          return (
                            <td key={tier.id}>
                              <span className="unseen">{t(has ? "say.yes" : "say.no")}</span>
                              {has ? <Icon name="check" size={20} /> : <span aria-hidden="true">–</span>}
                            </td>
                          );
                        })}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {tierRules && <p className="soft small">{t("tier.grace", { n: tierRules.graceDays })}</p>}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
