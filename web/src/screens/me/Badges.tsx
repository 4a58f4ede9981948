/** The wall of badges: earned ones shine, the others say how they are earned. */
import { useEffect, useState } from "react";
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import { Badges as BadgesDocument, type BadgesData } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Wreath } from "@/ui/Laurel";
import { Loaded } from "@/ui/Loaded";
import { Bar, Blank, Button, Skeleton } from "@/ui/parts";
import { offer } from "@/ui/share";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";
import "./me.css";

type Badge = NonNullable<BadgesData["badges"]>[number];

export default function Badges({ params }: ScreenProps) {
  const { t, spoken } = useSpeech();
  const asked = useAsk(BadgesDocument, {});
  const [open, setOpen] = useState<string | null>(params["key"] ? decodeURIComponent(params["key"]) : null);
  useEffect(() => setOpen(params["key"] ? decodeURIComponent(params["key"]) : null), [params["key"]]);
  return (
    <>
      <Top title={t("home.badges")} back="/me" />
      <Loaded asked={asked} skeleton={<Skeleton height={180} count={3} />}>
        {({ badges }) => {
          if (!badges || badges.length === 0) return <Blank title={t("badge.none")} />;
          const earned = badges.filter((one) => one.viewerAward);
          const shown = badges.find((one) => one.key === open);
          return (
            <>
              <p className="badge-sum">
                <strong className="number">{earned.length}</strong>
                <span>{t("badge.of", { all: badges.length })}</span>
              </p>
              <ul className="badges">
                {[...earned, ...badges.filter((one) => !one.viewerAward)].map((badge) => (
                  <li key={badge.id}>
                    <button type="button" className={badge.viewerAward ? "badge earned" : "badge"} onClick={() => setOpen(badge.key)}>
                      <img src={badge.viewerAward?.image.url ?? badge.image.url} alt="" width={92} height={92} loading="lazy" />
                      <strong>{spoken(badge.name)}</strong>
                      {badge.viewerAward ? (
                        <span className="chip bloom">{t("badge.level", { n: badge.viewerAward.level })}</span>
                      ) : (
                        <span className="soft small"><Icon name="lock" size={14} /> {t("badge.locked")}</span>
                      )}
                    </button>
                  </li>
                ))}
              </ul>
              {shown && <BadgeSheet badge={shown} onClose={() => setOpen(null)} />}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function BadgeSheet({ badge, onClose }: { badge: Badge; onClose: () => void }) {
  const { t, spoken, day, percent, number } = useSpeech();
  const toast = useToast();
  const award = badge.viewerAward;
  const name = spoken(badge.name);
  const share = async () => {
    if (!award) return;
    const how = await offer({ title: name, text: spoken(badge.description), url: new URL(award.credentialUrl, location.origin).href });
    if (how === "copied") toast(t("do.copied"));
  };
  return (
    <Sheet title={name} onClose={onClose}>
      <div className="badge-whole">
        <span className={award ? "badge-medal earned" : "badge-medal"}>
          <Wreath size={200} />
          <img src={award?.image.url ?? badge.image.url} alt="" width={128} height={128} />
        </span>
        <p>{spoken(badge.description)}</p>
        {award && <p className="chip bloom">{t("badge.level", { n: award.level })} · {day(award.awardedAt)}</p>}
        {badge.viewerProgress && (
          <div className="stack badge-way">
            <Bar ratio={badge.viewerProgress.ratio} label={t("badge.way")} />
            <p className="soft small">{t("badge.progress", { n: number(badge.viewerProgress.value), all: number(badge.viewerProgress.target) })}</p>
          </div>
        )}
        <p className="soft small">
          {t("badge.levels", { all: badge.levels.map((one) => number(one.threshold)).join(" / ") })} · {t("badge.rarity", { share: percent(badge.rarity), n: badge.holderCount })}
        </p>
      </div>
      {award && <Button whole onClick={() => void share()}><Icon name="share" size={20} /> {t("badge.share")}</Button>}
    </Sheet>
  );
}
