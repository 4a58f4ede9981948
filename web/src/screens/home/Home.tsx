/** The member centre: who I am, what I have, what to do today, and what the others show. */
import { useMemo } from "react";
import { Link } from "wouter";
import { Home as HomeDocument, HomeBoard, HomeChallenges, type HomeData } from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useAsk } from "@/graph/hooks";
import { useSpeech, type Key } from "@/i18n";
import { ChallengeCard } from "@/screens/challenges/ChallengeCard";
import { RankRow } from "@/screens/boards/RankRow";
import { Feed } from "@/screens/show/Feed";
import { Icon, type IconName } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { Section, Skeleton } from "@/ui/parts";
import { dayIn } from "@/ui/time";
import { CheckInCard } from "./CheckInCard";
import { TierCard } from "./TierCard";
import "./home.css";

export default function Home() {
  const asked = useAsk(HomeDocument, {});
  return (
    <>
      <Loaded asked={asked} skeleton={<HomeSkeleton />}>
        {(data) => <Head data={data} />}
      </Loaded>
      <Challenges />
      <Board />
      <Latest />
    </>
  );
}

function Head({ data }: { data: HomeData }) {
  const { t, spoken } = useSpeech();
  const { me, programme } = data;
  const shop = spoken(programme?.name ?? t("app.name"));
  return (
    <>
      <header className="home-head">
        <div className="grow">
          <p className="soft small">{shop}</p>
          <h1 className="clip">{me ? me.displayName : t("home.hello_visitor")}</h1>
        </div>
        {me ? (
          <Link href="/messages" className="icon-button" aria-label={t("home.messages", { n: me.notifications?.unreadCount ?? 0 })}>
            <Icon name="bell" />
            {(me.notifications?.unreadCount ?? 0) > 0 && (
              <span className="count-dot" aria-hidden="true">{Math.min(99, me.notifications?.unreadCount ?? 0)}</span>
            )}
          </Link>
        ) : (
          <Link href="/sign-in" className="button slim">{t("enter.in")}</Link>
        )}
      </header>
      <TierCard me={me} tiers={data.tiers ?? []} />
      {me && (
        <CheckInCard
          ladder={data.checkInLadder ?? []}
          streak={me.streaks?.find((one) => one.key === "check_in") ?? null}
          today={dayIn(programme?.timeZone ?? "UTC", programme?.now ?? new Date().toISOString())}
        />
      )}
      <Shortcuts />
    </>
  );
}

const SHORTCUTS: readonly { to: string; icon: IconName; words: Key; tone: string }[] = [
  { to: "/rewards", icon: "gift", words: "home.rewards", tone: "bloom" },
  { to: "/flash", icon: "clock", words: "home.flash", tone: "heart" },
  { to: "/coupons", icon: "ticket", words: "home.coupons", tone: "sky" },
  { to: "/invite", icon: "people", words: "invite.title", tone: "leaf" },
  { to: "/deals", icon: "bolt", words: "deal.short", tone: "heart" },
  { to: "/badges", icon: "medal", words: "home.badges", tone: "bloom" },
  { to: "/my-posts", icon: "camera", words: "mine.title", tone: "sky" },
  { to: "/tiers", icon: "up", words: "tier.title", tone: "leaf" },
];

function Shortcuts() {
  const { t } = useSpeech();
  return (
    <nav className="shortcuts" aria-label={t("home.shortcuts")}>
      {SHORTCUTS.map(({ to, icon, words, tone }) => (
        <Link key={to} href={to}>
          <span className={`shortcut ${tone}`}>
            <Icon name={icon} />
          </span>
          {t(words)}
        </Link>
      ))}
    </nav>
  );
}

function Challenges() {
  const { t } = useSpeech();
  const asked = useAsk(HomeChallenges, {});
  return (
    <Section title={t("home.challenges")} more={{ to: "/challenges", words: t("do.all") }}>
      <Loaded asked={asked} skeleton={<Skeleton height={168} />}>
        {({ challenges }) =>
          (challenges?.nodes.length ?? 0) === 0 ? (
            <p className="card soft">{t("challenge.none")}</p>
          ) : (
            <ul className="shelf">
              {challenges!.nodes.map((one) => (
                <li key={one.id}>
                  <ChallengeCard challenge={one} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

function Board() {
  const { t, spoken } = useSpeech();
  const asked = useAsk(HomeBoard, {});
  const boards = asked.data?.leaderboards;
  // The liveliest of them: the first that anybody is on, those of a limited time before all-time ones.
  const board = useMemo(() => {
    const filled = (boards ?? []).filter((one) => one.size > 0 && !one.ofTeams);
    return filled.find((one) => one.key === "month") ?? filled[0];
  }, [boards]);
  return (
    <Section title={board ? spoken(board.name) : t("home.board")} more={{ to: board ? `/leaderboards/${board.key}` : "/leaderboards", words: t("do.all") }}>
      <Loaded asked={asked} skeleton={<Skeleton height={320} />}>
        {() =>
          board ? (
            <ol className="list">
              {(board.top ?? []).map((entry) => (
                <RankRow key={entry.rank} entry={entry} unit={board.unit} mine={entry.rank === board.me?.rank} />
              ))}
            </ol>
          ) : (
            <p className="card soft">{t("board.empty")}</p>
          )
        }
      </Loaded>
    </Section>
  );
}

function Latest() {
  const { t } = useSpeech();
  return (
    <Section title={t("home.feed")} more={{ to: "/show", words: t("do.all") }}>
      <Feed kind="TRENDING" short />
    </Section>
  );
}

function HomeSkeleton() {
  const member = useSession() !== null;
  return (
    <div className="stack wide">
      <Skeleton height={52} />
      <Skeleton height={206} />
      {member && <Skeleton height={172} />}
      <Skeleton height={84} />
    </div>
  );
}

