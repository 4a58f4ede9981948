/** The card that a member carries: their tier, their points, and the way to the next one. */
import { Link } from "wouter";
import type { HomeData } from "@/graph/generated";
import { useSpeech } from "@/i18n";
import { Wreath } from "@/ui/Laurel";
import { Rolling } from "@/ui/Rolling";

/** Cards look dearer the higher they are: four looks, however many tiers a shop has. */
export function toneOf(level: number, levels: number): number {
  return levels <= 1 ? 0 : Math.min(3, Math.round((level / (levels - 1)) * 3));
}

export function TierCard({ me, tiers }: { me: HomeData["me"]; tiers: NonNullable<HomeData["tiers"]> }) {
  const { t, spoken, number, day } = useSpeech();
  if (!me) return <VisitorCard />;
  const progress = me.tierProgress;
  const tone = toneOf(me.tier.level, tiers.length);
  const expiring = me.points?.expiring[0];
  const soon = expiring && Date.parse(expiring.expiresAt) - Date.now() < 60 * 86_400_000 ? expiring : undefined;
  return (
    <section className={`tier-card tone-${tone}`} aria-label={t("home.card")}>
      <Wreath size={230} className="tier-wreath" />
      <Link href="/tiers" className="tier-name">
        {spoken(me.tier.name)}
        {Number(me.tier.pointsMultiplier) > 1 && <span className="tier-times">×{Number(me.tier.pointsMultiplier)}</span>}
      </Link>
      <Link href="/points" className="tier-points">
        <span className="number">
          <Rolling value={me.points?.available ?? 0} />
        </span>
        <span>{t("points.word")}</span>
      </Link>
      <p className="tier-more">
        {(me.points?.pending ?? 0) > 0 && <span>{t("points.pending_n", { n: me.points?.pending ?? 0 })}</span>}
        {soon && <span>{t("points.expiring_n", { n: soon.amount, day: day(soon.expiresAt, "short") })}</span>}
      </p>
      {progress && (
        <div className="tier-way">
          <div
            className="bar"
            role="progressbar"
            aria-label={t("tier.way")}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(progress.ratio * 100)}
          >
            <i style={{ width: `${Math.max(2, progress.ratio * 100)}%` }} />
          </div>
          <p>
            {progress.next
              ? t("tier.remaining", { left: number(progress.remaining ?? 0), name: spoken(progress.next.name) })
              : t("tier.top")}
            {progress.keptUntil && <span> · {t("tier.kept", { day: day(progress.keptUntil, "short") })}</span>}
          </p>
        </div>
      )}
    </section>
  );
}

function VisitorCard() {
  const { t } = useSpeech();
  return (
    <section className="tier-card tone-0" aria-label={t("home.card")}>
      <Wreath size={230} className="tier-wreath" />
      <p className="tier-name">{t("home.visitor_title")}</p>
      <p className="tier-pitch">{t("home.visitor_words")}</p>
      <Link href="/sign-in" className="button bloom">{t("enter.in")}</Link>
    </section>
  );
}
