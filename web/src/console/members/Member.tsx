/** One member: who they are, how they stand, what they have, and why. */
import { useEffect, useState } from "react";
import { useAsk, useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Gone, Loaded } from "@/ui/Loaded";
import { Avatar, Bar, Button, Skeleton } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { useViewer } from "../frame/viewer";
import { DeskLift, DeskMember, type DeskMemberData, type ParticipationState } from "../generated";
import { Decisions, Figures, Trust } from "../review/Facts";
import { State } from "../review/Subject";
import { Adjust } from "./Adjust";
import { Ledger } from "./Ledger";
import { see } from "./Members";
import { SendToReview } from "./SendToReview";
import "./members.css";

export type MemberShown = Extract<NonNullable<DeskMemberData["node"]>, { __typename: "Member" }>;

export default function Member({ params }: { params: Record<string, string> }) {
  const asked = useAsk(DeskMember, { id: params["id"] ?? "" });
  return (
    <div className="desk-page">
      <Loaded asked={asked} skeleton={<Skeleton height={150} count={3} />}>
        {({ node }) => (node?.__typename === "Member" ? <Shown member={node} again={asked.again} /> : <Gone />)}
      </Loaded>
    </div>
  );
}

function Shown({ member, again }: { member: MemberShown; again: () => void }) {
  const { t } = useSpeech();
  const { admin } = useViewer();
  useEffect(() => see(member), [member.id]);
  return (
    <>
      <Head member={member} again={again} />
      <div className="member-grid">
        <div className="stack">
          {member.points ? (
            <>
              <Purse member={member} again={again} />
              <Ledger id={member.id} key={member.points.available} />
            </>
          ) : (
            <p className="card soft">{t(admin ? "members.no_points" : "members.admins_only")}</p>
          )}
        </div>
        <aside className="stack">
          <Standing member={member} />
          <Progress member={member} />
          <Posts member={member} />
        </aside>
      </div>
    </>
  );
}

function Head({ member, again }: { member: MemberShown; again: () => void }) {
  const { t, day, spoken, number } = useSpeech();
  const toast = useToast();
  const lift = useDo(DeskLift);
  const [sending, setSending] = useState(false);
  const { suspension } = member;
  return (
    <header className="member-head card">
      <Avatar member={member} size={72} />
      <div className="grow">
        <h1>{member.displayName}</h1>
        <p className="soft">@{member.handle} · {t("desk.joined", { month: day(member.joinedAt, "month") })} · {t("members.followers", { n: member.followerCount })}</p>
        <p className="chips">
          <span className="chip bloom">{spoken(member.tier.name)}</span>
          {member.standing && <Trust trust={member.standing.trust} />}
          {member.membership && <span className="chip sky">{spoken(member.membership.plan.name)}</span>}
          {(member.roles ?? []).filter((one) => one !== "SHOPPER").map((one) => <span key={one} className="chip soft">{t(one === "ADMIN" ? "console.role.admin" : one === "MODERATOR" ? "console.role.moderator" : "members.service")}</span>)}
        </p>
        {member.tierProgress?.next && (
          <div className="member-tier">
            <Bar ratio={member.tierProgress.ratio} label={t("members.next_tier", { tier: spoken(member.tierProgress.next.name), n: member.tierProgress.remaining ?? 0 })} />
            <span className="soft small">{t("members.next_tier", { tier: spoken(member.tierProgress.next.name), n: number(member.tierProgress.remaining ?? 0) })}</span>
          </div>
        )}
      </div>
      <div className="stack member-do">
        {suspension ? (
          <>
            <p className="chip heart author-wide">
              {suspension.until === null ? t("desk.suspended") : t("desk.suspended_until", { day: day(suspension.until) })} · {suspension.reason}
            </p>
            <Button tone="plain" busy={lift.busy} onClick={() => void lift.run({ memberId: member.id }).then((done) => {
              if (!done) return;
              toast(t("members.lifted"));
              again();
            })}>{t("members.lift")}</Button>
          </>
        ) : (
          <Button tone="bad" onClick={() => setSending(true)}>{t("members.review")}</Button>
        )}
      </div>
      {sending && <SendToReview member={member} close={() => setSending(false)} />}
    </header>
  );
}

function Purse({ member, again }: { member: MemberShown; again: () => void }) {
  const { t, number, day } = useSpeech();
  const { points } = member;
  const [open, setOpen] = useState(false);
  if (!points) return null;
  return (
    <section className="stack">
      <dl className="measures">
        <div><dt>{t("members.available")}</dt><dd className={points.available < 0 ? "hot" : ""}>{number(points.available)}</dd></div>
        <div><dt>{t("members.pending")}</dt><dd>{number(points.pending)}</dd></div>
        <div><dt>{t("members.held")}</dt><dd>{number(points.held)}</dd></div>
        <div><dt>{t("members.lifetime")}</dt><dd>{number(points.lifetimeEarned)}</dd></div>
      </dl>
      <div className="row">
        <p className="grow soft small">{points.expiring.map((one) => t("members.expiring", { n: one.amount, day: day(one.expiresAt, "short") })).join(" · ")}</p>
        <Button tone="plain" slim onClick={() => setOpen(!open)} aria-expanded={open}>{t("members.adjust")}</Button>
      </div>
      {open && <Adjust memberId={member.id} close={() => setOpen(false)} done={again} />}
    </section>
  );
}

function Standing({ member }: { member: MemberShown }) {
  const { t, day } = useSpeech();
  const strikes = member.strikes ?? [];
  return (
    <section className="card stack">
      <h2>{t("members.standing")}</h2>
      {member.standing && <Figures standing={member.standing} />}
      {strikes.map((one) => (
        <div key={one.givenAt} className="strike">
          <p className="small hot">{t("members.strike", { from: day(one.givenAt, "short"), to: day(one.endsAt, "short") })}</p>
          {one.decision ? <Decisions decisions={[one.decision]} /> : <p className="soft small">{t("members.appealed")}</p>}
        </div>
      ))}
    </section>
  );
}

function Progress({ member }: { member: MemberShown }) {
  const { t, spoken, percent, number } = useSpeech();
  const joined = member.challenges?.nodes ?? [];
  const { badges } = member;
  const streaks = (member.streaks ?? []).filter((one) => one.current > 0);
  if (joined.length + badges.nodes.length + streaks.length === 0) return null;
  return (
    <section className="card stack">
      <h2>{t("members.progress")}</h2>
      {streaks.map((one) => <p key={one.key} className="row"><span className="grow">{spoken(one.name)}</span><span className="number">{t("members.streak", { n: one.current, longest: one.longest })}</span></p>)}
      {joined.map((one) => (
        <div key={one.id} className="member-challenge">
          <p className="row"><span className="grow clip">{spoken(one.challenge.name)}</span><span className="soft small">{t(`members.part.${one.state.toLowerCase() as Lowercase<ParticipationState>}`)} · {percent(one.ratio)}</span></p>
          <Bar ratio={one.ratio} label={spoken(one.challenge.name)} />
        </div>
      ))}
      {badges.nodes.length > 0 && (
        <ul className="member-badges" aria-label={t("members.badges", { n: number(badges.totalCount) })}>
          {badges.nodes.map((one) => <li key={one.id}><img src={one.image.url} alt={`${spoken(one.badge.name)} · ${one.level}`} title={spoken(one.badge.name)} width={44} height={44} loading="lazy" /></li>)}
        </ul>
      )}
    </section>
  );
}

function Posts({ member }: { member: MemberShown }) {
  const { t, ago } = useSpeech();
  const { nodes } = member.posts;
  if (nodes.length === 0) return null;
  return (
    <section className="card stack">
      <h2>{t("members.posts")}</h2>
      <ul className="alike">
        {nodes.map((one) => (
          <li key={one.id}>
            {one.images[0] && <img src={one.images[0].url} alt={one.images[0].alt ?? ""} loading="lazy" />}
            <div className="grow">
              <p className="alike-text">{one.text}</p>
              <p className="soft small">{ago(one.createdAt)} · {t("desk.seen", { likes: one.likeCount, comments: one.commentCount })} {one.state !== "PUBLISHED" && <State state={one.state} />}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
