/** Paid membership: what it gives, what it saved, until when it runs. */
import { useState } from "react";
import { Top } from "@/app/Top";
import { CancelMembership, Plans, type PlansData } from "@/graph/generated";
import { useAsk, useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { Blank, Button, Skeleton } from "@/ui/parts";
import { Sheet } from "@/ui/Sheet";
import "./me.css";

type Membership = NonNullable<NonNullable<PlansData["me"]>["membership"]>;

export default function MembershipScreen() {
  const { t, spoken, money } = useSpeech();
  const asked = useAsk(Plans, {});
  return (
    <>
      <Top title={t("plan.title")} back="/me" />
      <Loaded asked={asked} skeleton={<Skeleton height={220} count={2} />}>
        {({ membershipPlans, me }) => (
          <>
            {me?.membership && me.membership.state !== "ENDED" && <Mine membership={me.membership} />}
            {(membershipPlans ?? []).length === 0 && <Blank title={t("plan.none")} />}
            {(membershipPlans ?? []).map((plan) => (
              <section key={plan.id} className="card stack">
                <h2>{spoken(plan.name)}</h2>
                <p>
                  <strong className="number plan-price">{money(plan.price)}</strong> <span className="soft">/ {t("time.days", { n: plan.periodDays })}</span>
                </p>
                {plan.trialDays > 0 && <p className="chip bloom">{t("plan.trial", { n: plan.trialDays })}</p>}
                <ul className="stack">
                  <li className="row"><Icon name="check" size={20} /> {t("tier.times", { times: String(Number(plan.pointsMultiplier)) })}</li>
                  {plan.benefits.map((one) => (
                    <li key={one.key} className="row"><Icon name="check" size={20} /> <span>{spoken(one.name)}</span></li>
                  ))}
                </ul>
                {!me?.membership && <p className="soft small">{t("plan.begin")}</p>}
              </section>
            ))}
          </>
        )}
      </Loaded>
    </>
  );
}

function Mine({ membership }: { membership: Membership }) {
  const { t, spoken, day, money } = useSpeech();
  const [asking, setAsking] = useState(false);
  const { run, busy } = useDo(CancelMembership);
  return (
    <section className="card stack">
      <p className="row">
        <strong className="grow">{spoken(membership.plan.name)}</strong>
        <span className="chip bloom">{t(`plan.state.${membership.state.toLowerCase()}` as "plan.state.active")}</span>
      </p>
      <p>{t("plan.saved", { amount: money(membership.savedThisPeriod) })}</p>
      <p className="soft">{t(membership.renews ? "plan.renews" : "plan.ends", { day: day(membership.currentPeriodEndsAt) })}</p>
      {membership.renews && <Button tone="plain" slim onClick={() => setAsking(true)}>{t("plan.cancel")}</Button>}
      {asking && (
        <Sheet title={t("plan.cancel")} onClose={() => setAsking(false)}>
          <p>{t("plan.cancel_words", { day: day(membership.currentPeriodEndsAt) })}</p>
          <Button tone="bad" whole busy={busy} onClick={() => void run({}).then(() => setAsking(false))}>{t("plan.cancel")}</Button>
        </Sheet>
      )}
    </section>
  );
}
