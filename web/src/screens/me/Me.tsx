/** Everything of mine, a tap away. */
import { Link } from "wouter";
import { Top } from "@/app/Top";
import { Me as MeDocument } from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useAsk } from "@/graph/hooks";
import { useSpeech, type Key } from "@/i18n";
import { Icon, type IconName } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { Avatar, Blank, Skeleton } from "@/ui/parts";
import "./me.css";

const WAYS: readonly (readonly { to: string; icon: IconName; words: Key; tone: string }[])[] = [
  [
    { to: "/my-posts", icon: "camera", words: "mine.title", tone: "" },
    { to: "/points", icon: "star", words: "points.title", tone: "bloom" },
    { to: "/tiers", icon: "up", words: "tier.title", tone: "" },
    { to: "/check-in", icon: "calendar", words: "checkin.calendar", tone: "bloom" },
    { to: "/badges", icon: "medal", words: "home.badges", tone: "sky" },
  ],
  [
    { to: "/rewards", icon: "gift", words: "home.rewards", tone: "heart" },
    { to: "/invite", icon: "people", words: "invite.title", tone: "bloom" },
    { to: "/deals", icon: "bolt", words: "deal.title", tone: "heart" },
    { to: "/coupons", icon: "ticket", words: "home.coupons", tone: "bloom" },
    { to: "/redemptions", icon: "clock", words: "reward.mine", tone: "" },
    { to: "/membership", icon: "bolt", words: "plan.title", tone: "sky" },
  ],
  [
    { to: "/messages", icon: "bell", words: "message.title", tone: "heart" },
    { to: "/settings", icon: "gear", words: "settings.title", tone: "" },
  ],
];

export default function Me() {
  const { t } = useSpeech();
  const member = useSession() !== null;
  return (
    <>
      <Top title={t("tab.me")} />
      {member ? <Mine /> : <Visitor />}
    </>
  );
}

function Visitor() {
  const { t } = useSpeech();
  return (
    <>
      <Blank title={t("home.visitor_title")} words={t("home.visitor_words")}>
        <Link href="/sign-in" className="button bloom">{t("enter.in")}</Link>
      </Blank>
      <ul className="list">
        <li><Way to="/settings" icon="gear" words="settings.title" tone="" unread={0} /></li>
      </ul>
    </>
  );
}

function Mine() {
  const { t, number, spoken } = useSpeech();
  const asked = useAsk(MeDocument, {});
  return (
    <Loaded asked={asked} skeleton={<Skeleton height={110} count={4} />}>
      {({ me }) => {
        if (!me) return <Visitor />;
        const unread = me.notifications?.unreadCount ?? 0;
        return (
          <>
            <Link href={`/members/${me.id}`} className="me-head">
              <Avatar member={me} size={72} />
              <span className="grow">
                <h2 className="clip">{me.displayName}</h2>
                <span className="soft small">@{me.handle}</span>{" "}
                <span className="chip bloom">{spoken(me.tier.name)}</span>
              </span>
              <Icon name="next" />
            </Link>
            <div className="card me-sums">
              <Link href="/points"><strong className="number">{number(me.points?.available ?? 0)}</strong><span className="soft small">{t("points.word")}</span></Link>
              <Link href="/badges"><strong className="number">{number(me.badges.totalCount)}</strong><span className="soft small">{t("me.badges")}</span></Link>
              <span><strong className="number">{number(me.followerCount)}</strong><span className="soft small">{t("member.followers")}</span></span>
              <span><strong className="number">{number(me.followingCount)}</strong><span className="soft small">{t("member.follows")}</span></span>
            </div>
            {WAYS.map((group, index) => (
              <ul key={index} className="list">
                {group.map((way) => (
                  <li key={way.to}><Way {...way} unread={way.to === "/messages" ? unread : 0} /></li>
                ))}
              </ul>
            ))}
            {me.roles?.some((role) => role !== "SHOPPER") && (
              <a className="button plain" href="/console">{t("enter.staff")}</a>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function Way({ to, icon, words, tone, unread }: { to: string; icon: IconName; words: Key; tone: string; unread: number }) {
  const { t } = useSpeech();
  return (
    <Link href={to} className="list-row">
      <span className={`message-mark ${tone}`}><Icon name={icon} /></span>
      <span className="grow">{t(words)}</span>
      {unread > 0 && <span className="chip heart">{unread}<span className="unseen"> {t("message.unread")}</span></span>}
      <Icon name="next" size={18} />
    </Link>
  );
}
