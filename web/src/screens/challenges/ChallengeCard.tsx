/** A challenge in a list: what it is, until when, what it gives, and how far I am. */
import { Link } from "wouter";
import type { ChallengeCard as Challenge } from "@/graph/generated";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Ring } from "@/ui/parts";
import { timeLeft } from "@/ui/time";
import "./challenges.css";

export function ChallengeCard({ challenge }: { challenge: Challenge }) {
  const { t, spoken } = useSpeech();
  const mine = challenge.viewerParticipation;
  const joint = challenge.mode === "COMMUNITY" ? challenge.communityProgress : null;
  const ratio = joint ? joint.ratio : (mine?.ratio ?? 0);
  const left = timeLeft(challenge.state === "UPCOMING" ? challenge.startsAt : challenge.endsAt);
  const name = spoken(challenge.name);
  return (
    <Link href={`/challenges/${challenge.key}`} className={`card challenge mode-${challenge.mode.toLowerCase()}`}>
      <div className="row">
        <div className="grow stack challenge-words">
          <span className="chips">
            <span className={`chip ${challenge.mode === "SOLO" ? "" : challenge.mode === "TEAM" ? "sky" : "bloom"}`}>
              {t(`challenge.mode.${challenge.mode.toLowerCase()}` as "challenge.mode.solo")}
            </span>
            {mine?.state === "COMPLETED" && <span className="chip bloom">{t("challenge.completed")}</span>}
            {mine?.state === "JOINED" && <span className="chip">{t("challenge.joined")}</span>}
          </span>
          <h2 className="challenge-name">{name}</h2>
        </div>
        <Ring ratio={ratio} size={68} label={t("challenge.progress", { percent: `${Math.round(ratio * 100)}%` })}>
          <strong className="number">{Math.round(ratio * 100)}%</strong>
        </Ring>
      </div>
      {challenge.reward.description && (
        <p className="challenge-reward">
          <Icon name="gift" size={18} /> {spoken(challenge.reward.description)}
        </p>
      )}
      <p className="soft small row challenge-foot">
        <span><Icon name="people" size={16} /> {t("challenge.people", { n: challenge.participantCount })}</span>
        <span>
          <Icon name="clock" size={16} />{" "}
          {challenge.state === "ENDED" ? t("challenge.ended") : t(challenge.state === "UPCOMING" ? "challenge.starts_in" : "challenge.ends_in", { time: left.words(t) })}
        </span>
      </p>
    </Link>
  );
}
