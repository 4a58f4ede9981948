/** A challenge: what is to be done, how far it is, with whom, and what for. */
import { useState } from "react";
import { Link } from "wouter";
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import {
  ChallengeDetail as ChallengeDetailDocument, ChallengeLive, CreateTeam, JoinChallenge, JoinTeam, LeaveChallenge,
  type ChallengeDetailData,
} from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useAsk, useDo, useHear } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { RankRow } from "@/screens/boards/RankRow";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Gone, Loaded } from "@/ui/Loaded";
import { Avatar, Bar, Button, Photo, Ring, Section, Skeleton } from "@/ui/parts";
import { copy } from "@/ui/share";
import { Sheet } from "@/ui/Sheet";
import { timeLeft } from "@/ui/time";
import { useToast } from "@/ui/Toast";

type Challenge = NonNullable<ChallengeDetailData["challenge"]>;

export default function ChallengeDetail({ params }: ScreenProps) {
  const { t, spoken } = useSpeech();
  const asked = useAsk(ChallengeDetailDocument, { key: params["key"] ?? "" });
  const challenge = asked.data?.challenge;
  return (
    <>
      <Top title={challenge ? spoken(challenge.name) : t("tab.challenges")} back="/challenges" />
      <Loaded asked={asked} skeleton={<Skeleton height={220} count={2} />}>
        {(data) => (data.challenge === null ? <Gone /> : <Whole challenge={data.challenge} me={data.me?.id ?? null} />)}
      </Loaded>
    </>
  );
}

function Whole({ challenge, me }: { challenge: Challenge; me: string | null }) {
  const { t, spoken, day } = useSpeech();
  useHear(me === null ? null : ChallengeLive, { id: challenge.id }, () => {});
  const mine = challenge.viewerParticipation;
  const ratio = challenge.communityProgress?.ratio ?? mine?.ratio ?? 0;
  const left = timeLeft(challenge.state === "UPCOMING" ? challenge.startsAt : challenge.endsAt);
  return (
    <>
      <section className="card challenge-hero">
        {challenge.cover && <Photo image={challenge.cover} ratio={1.9} eager />}
        <Ring ratio={ratio} size={148} label={t("challenge.progress", { percent: `${Math.round(ratio * 100)}%` })}>
          <strong className="number challenge-percent">{Math.round(ratio * 100)}%</strong>
        </Ring>
        <p className="chips">
          <span className="chip">{t(`challenge.mode.${challenge.mode.toLowerCase()}` as "challenge.mode.solo")}</span>
          <span className={`chip ${challenge.state === "ENDED" ? "soft" : "bloom"}`}>
            {challenge.state === "ENDED"
              ? t("challenge.ended")
              : t(challenge.state === "UPCOMING" ? "challenge.starts_in" : "challenge.ends_in", { time: left.words(t) })}
          </span>
          {mine?.state === "COMPLETED" && <span className="chip bloom">{t("challenge.completed")}</span>}
          {mine?.state === "FAILED" && <span className="chip soft">{t("challenge.failed")}</span>}
        </p>
        <p className="challenge-about">{spoken(challenge.description)}</p>
        <p className="soft small">
          {day(challenge.startsAt, "short")} – {day(challenge.endsAt, "short")} · {t("challenge.people", { n: challenge.participantCount })} ·{" "}
          {t("challenge.done_n", { n: challenge.completedCount })}
        </p>
        <Act challenge={challenge} />
      </section>
      <Section title={t("challenge.goals")}>
        <ul className="stack">
          {challenge.goals.map((goal) => {
            const progress = (mine?.team?.progress ?? mine?.progress)?.find((one) => one.goal.key === goal.key);
            const joint = challenge.goals.length === 1 ? challenge.communityProgress : null;
            const value = joint?.value ?? progress?.value ?? 0;
            return (
              <li key={goal.key} className="card stack goal">
                <span className="row">
                  <strong className="grow">{spoken(goal.name)}</strong>
                  <span className="number">
                    {value} / {goal.target}
                  </span>
                  {progress?.done && <Icon name="check" size={20} />}
                </span>
                <Bar ratio={value / goal.target} label={spoken(goal.name)} />
                {joint && progress && <span className="soft small">{t("challenge.my_share", { n: progress.value })}</span>}
              </li>
            );
          })}
        </ul>
      </Section>
      <Section title={t("challenge.rewards")}>
        <ul className="list">
          {challenge.milestones.map((one) => (
            <li key={one.percent} className="list-row">
              <span className={`milestone ${ratio * 100 >= one.percent ? "reached" : ""}`}>{one.percent}%</span>
              <span className="grow">{one.reward.description ? spoken(one.reward.description) : t("challenge.milestone")}</span>
            </li>
          ))}
          <li className="list-row">
            <span className={`milestone ${ratio >= 1 ? "reached" : ""}`}>100%</span>
            <span className="grow"><strong>{spoken(challenge.reward.description)}</strong></span>
            {challenge.reward.badge && <img src={challenge.reward.badge.image.url} alt={spoken(challenge.reward.badge.name)} width={44} height={44} />}
          </li>
        </ul>
      </Section>
      {mine?.team && mine.state !== "LEFT" && <TeamSection team={mine.team} size={challenge.teamSize} />}
      {challenge.leaderboard && (challenge.leaderboard.top?.length ?? 0) > 0 && (
        <Section title={spoken(challenge.leaderboard.name)} more={{ to: `/leaderboards/${challenge.leaderboard.key}`, words: t("do.all") }}>
          <ol className="list">
            {challenge.leaderboard.top?.map((entry) => (
              <RankRow key={entry.rank} entry={entry} unit={challenge.leaderboard!.unit} mine={entry.member.id === me} />
            ))}
          </ol>
        </Section>
      )}
    </>
  );
}

function Act({ challenge }: { challenge: Challenge }) {
  const { t } = useSpeech();
  const member = useSession() !== null;
  const join = useDo(JoinChallenge);
  const leave = useDo(LeaveChallenge);
  const [sheet, setSheet] = useState<"team" | "leave" | null>(null);
  const mine = challenge.viewerParticipation;
  if (challenge.state === "ENDED") return null;
  if (!member) return <Link href="/sign-in" className="button whole">{t("challenge.sign_in")}</Link>;
  if (mine && mine.state === "JOINED") {
    return (
      <>
        <Button tone="plain" slim onClick={() => setSheet("leave")}>{t("challenge.leave")}</Button>
        {sheet === "leave" && (
          <Sheet title={t("challenge.leave")} onClose={() => setSheet(null)}>
            <p>{t("challenge.leave_words")}</p>
            <Button tone="bad" whole busy={leave.busy} onClick={() => void leave.run({ id: challenge.id }).then(() => setSheet(null))}>
              {t("challenge.leave")}
            </Button>
          </Sheet>
        )}
      </>
    );
  }
  if (mine && mine.state !== "LEFT") return null;
  const barred = challenge.viewerIneligibility;
  const tap = () => (challenge.mode === "TEAM" ? setSheet("team") : void join.run({ id: challenge.id }));
  return (
    <>
      <Button tone="bloom" whole busy={join.busy} disabled={barred !== null} onClick={tap}>
        {t(challenge.mode === "TEAM" ? "challenge.team_up" : "challenge.join")}
      </Button>
      {barred && <p className="soft small">{barred.message}</p>}
      {sheet === "team" && <TeamSheet challenge={challenge} onClose={() => setSheet(null)} />}
    </>
  );
}

function TeamSheet({ challenge, onClose }: { challenge: Challenge; onClose: () => void }) {
  const { t } = useSpeech();
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const create = useDo(CreateTeam, { quiet: true });
  const join = useDo(JoinTeam, { quiet: true });
  return (
    <Sheet title={t("challenge.team_up")} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void create.run({ challenge: challenge.id, name }).then((done) => done && onClose());
        }}
      >
        <Field label={t("team.name")} error={create.refusals[0]?.message} hint={t("team.size", { n: challenge.teamSize ?? 0 })}>
          {(props) => <input {...props} value={name} onChange={(event) => setName(event.target.value)} required />}
        </Field>
        <Button type="submit" whole busy={create.busy}>{t("team.create")}</Button>
      </form>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void join.run({ code: code.trim() }).then((done) => done && onClose());
        }}
      >
        <Field label={t("team.code")} error={join.refusals[0]?.message}>
          {(props) => <input {...props} value={code} onChange={(event) => setCode(event.target.value)} autoCapitalize="characters" required />}
        </Field>
        <Button type="submit" tone="plain" whole busy={join.busy}>{t("team.join")}</Button>
      </form>
    </Sheet>
  );
}

type Team = NonNullable<NonNullable<Challenge["viewerParticipation"]>["team"]>;

function TeamSection({ team, size }: { team: Team; size: number | null }) {
  const { t } = useSpeech();
  const toast = useToast();
  return (
    <Section title={team.name}>
      <ul className="list">
        {team.members.map((one) => (
          <li key={one.id} className="list-row">
            <Avatar member={one} />
            <span className="grow clip">{one.displayName}</span>
            {one.id === team.captain.id && <span className="chip bloom">{t("team.captain")}</span>}
          </li>
        ))}
      </ul>
      {team.inviteCode && (size === null || team.members.length < size) && (
        <button
          type="button"
          className="card row team-code"
          onClick={() => void copy(team.inviteCode ?? "").then((done) => done && toast(t("do.copied")))}
        >
          <span className="grow">
            <span className="soft small">{t("team.invite")}</span>
            <strong className="number">{team.inviteCode}</strong>
          </span>
          <Icon name="copy" /> {t("do.copy")}
        </button>
      )}
    </Section>
  );
}
