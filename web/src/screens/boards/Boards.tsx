/** Leaderboards: one at a time, live, with my own place always in sight. */
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import { BoardDetail, BoardLive, Boards as BoardsDocument, type BoardDetailData, type BoardLiveData, type Placed } from "@/graph/generated";
import { useAsk, useHear } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { Avatar, Blank, Button, Section, Skeleton } from "@/ui/parts";
import { timeLeft } from "@/ui/time";
import { RankRow } from "./RankRow";

export default function Boards({ params }: ScreenProps) {
  const { t, spoken } = useSpeech();
  const [, go] = useLocation();
  const asked = useAsk(BoardsDocument, {});
  const boards = asked.data?.leaderboards ?? [];
  const shown = params["key"] ? decodeURIComponent(params["key"]) : (boards.find((one) => one.size > 0 && one.key === "month") ?? boards.find((one) => one.size > 0) ?? boards[0])?.key;
  const here = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    here.current?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [shown]);
  return (
    <>
      <Top title={t("tab.boards")} />
      <Loaded asked={asked} skeleton={<Skeleton height={64} count={6} />}>
        {() =>
          shown === undefined ? (
            <Blank title={t("board.none")} />
          ) : (
            <>
              <div className="choices" role="group" aria-label={t("board.which")}>
                {boards.map((one) => (
                  <button
                    key={one.key}
                    ref={one.key === shown ? here : undefined}
                    type="button"
                    aria-pressed={one.key === shown}
                    onClick={() => go(`/leaderboards/${one.key}`, { replace: true })}
                  >
                    {spoken(one.name)}
                  </button>
                ))}
              </div>
              <Board key={shown} of={shown} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

type Shown = NonNullable<BoardDetailData["leaderboard"]>;

function Board({ of }: { of: string }) {
  const { t } = useSpeech();
  const [offset, setOffset] = useState(0);
  const [live, setLive] = useState<BoardLiveData["leaderboardChanged"] | null>(null);
  const [circle, setCircle] = useState<"all" | "friends" | "league">("all");
  const asked = useAsk(BoardDetail, { key: of, offset });
  const [rows, setRows] = useState<Placed[]>([]);
  const page = asked.data?.leaderboard?.top;
  useEffect(() => {
    if (page) setRows((now) => merged(offset === 0 ? [] : now, page));
  }, [page, offset]);
  useHear(BoardLive, { key: of }, ({ leaderboardChanged }) => setLive(leaderboardChanged));
  const top = useMemo(() => (live ? merged(rows.slice(live.top.length), live.top) : rows), [rows, live]);
  return (
    <Loaded asked={asked} skeleton={<Skeleton height={64} count={7} />}>
      {({ leaderboard: board, me }) => {
        if (board === null) return <Blank title={t("board.none")} />;
        const mine = live ? live.me : board.me;
        const size = live?.leaderboard.size ?? board.size;
        return (
          <>
            <Head board={board} size={size} live={live !== null} />
            <div className="choices" role="group" aria-label={t("board.circle")}>
              {(["all", ...(me ? ["friends" as const] : []), ...(board.viewerCohort ? ["league" as const] : [])] as const).map((one) => (
                <button key={one} type="button" aria-pressed={circle === one} onClick={() => setCircle(one)}>
                  {t(`board.circle.${one}`)}
                </button>
              ))}
            </div>
            {circle === "all" && (
              <>
                {top.length === 0 ? <Blank title={t("board.empty")} /> : <Places rows={top} board={board} me={me?.id ?? null} />}
                {top.length < Math.min(size, 300) && top.length > 0 && (
                  <Button tone="plain" whole busy={asked.busy} onClick={() => setOffset(top.length)}>{t("do.more")}</Button>
                )}
              </>
            )}
            {circle === "friends" &&
              ((board.following?.length ?? 0) === 0 ? (
                <Blank title={t("board.no_friends")} words={t("board.no_friends_more")} />
              ) : (
                <Places rows={board.following ?? []} board={board} me={me?.id ?? null} flat />
              ))}
            {circle === "league" && board.viewerCohort && (
              <>
                <p className="card">
                  {t("league.rules", { division: board.viewerCohort.division, up: board.viewerCohort.promoted, down: board.viewerCohort.demoted })}
                </p>
                <Places rows={board.viewerCohort.entries ?? []} board={board} me={me?.id ?? null} flat />
              </>
            )}
            <Prizes board={board} />
            <Past board={board} />
            {mine && <MyPlace place={mine} gap={live ? live.leaderboard.viewerGap : board.viewerGap} unit={board.unit} />}
          </>
        );
      }}
    </Loaded>
  );
}

/** Places by rank, the later ones winning. */
export function merged(before: readonly Placed[], page: readonly Placed[]): Placed[] {
  const byRank = new Map([...before, ...page].map((one) => [one.rank, one]));
  return [...byRank.values()].sort((one, other) => one.rank - other.rank);
}

function Head({ board, size, live }: { board: Shown; size: number; live: boolean }) {
  const { t, spoken } = useSpeech();
  const { season } = board;
  return (
    <p className="row soft small board-head">
      {live && <span className="chip"><i className="live-dot" /> {t("board.live")}</span>}
      <span className="grow">
        {spoken(season.name)} · {t("board.size", { n: size })}
      </span>
      {season.final ? (
        <span className="chip soft">{t("board.final")}</span>
      ) : (
        season.endsAt && <span className="chip bloom">{t("challenge.ends_in", { time: timeLeft(season.endsAt).words(t) })}</span>
      )}
    </p>
  );
}

/** The first three stand on a podium, the others in a list. */
function Places({ rows, board, me, flat = false }: { rows: readonly Placed[]; board: Shown; me: string | null; flat?: boolean }) {
  const { number, spoken, t } = useSpeech();
  const podium = flat || rows.length < 3 ? [] : [rows[1]!, rows[0]!, rows[2]!];
  const others = podium.length ? rows.slice(3) : rows;
  return (
    <>
      {podium.length > 0 && (
        <ol className="podium" aria-label={t("board.first_three")}>
          {podium.map((entry) => (
            <li key={entry.rank} className={`podium-${entry.rank}`} value={entry.rank}>
              <Link href={`/members/${entry.member.id}`}>
                <Avatar member={entry.member} size={entry.rank === 1 ? 76 : 60} />
                <strong className="clip">{entry.team?.name ?? entry.member.displayName}</strong>
                <span className="number">{number(entry.score)} <small>{spoken(board.unit)}</small></span>
                <b aria-hidden="true">{entry.rank}</b>
                <span className="unseen">{t("board.place", { n: entry.rank })}</span>
              </Link>
            </li>
          ))}
        </ol>
      )}
      {others.length > 0 && (
        <ol className="list" start={podium.length + 1}>
          {others.map((entry) => (
            <RankRow key={entry.rank} entry={entry} unit={board.unit} mine={entry.member.id === me} />
          ))}
        </ol>
      )}
    </>
  );
}

function MyPlace({ place, gap, unit }: { place: Placed; gap: number | null; unit: string }) {
  const { t, number, spoken } = useSpeech();
  return (
    <aside className="my-place" aria-label={t("board.mine")}>
      <span className="number my-rank">{number(place.rank)}</span>
      <Avatar member={place.member} size={40} />
      <span className="grow">
        <strong>{number(place.score)} {spoken(unit)}</strong>
        <span className="small">{gap ? t("board.gap", { n: gap }) : t("board.leading")}</span>
      </span>
    </aside>
  );
}

function Prizes({ board }: { board: Shown }) {
  const { t } = useSpeech();
  if (board.prizes.length === 0) return null;
  return (
    <Section title={t("board.prizes")}>
      <ul className="list">
        {board.prizes.map((prize) => (
          <li key={prize.fromRank} className="list-row">
            <Icon name="gift" />
            <span className="grow">
              {prize.fromRank === prize.toRank ? t("board.place", { n: prize.fromRank }) : t("board.places", { from: prize.fromRank, to: prize.toRank })}
            </span>
            <strong>{[prize.points > 0 && t("points.n", { n: prize.points }), prize.badgeKey && t("home.badges"), prize.couponKey && t("home.coupons")].filter(Boolean).join(" + ")}</strong>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Past({ board }: { board: Shown }) {
  const { t, spoken } = useSpeech();
  const past = board.pastSeasons.nodes.filter((one) => (one.top?.length ?? 0) > 0);
  if (past.length === 0) return null;
  return (
    <Section title={t("board.past")}>
      {past.map((season) => (
        <details key={season.id} className="card">
          <summary>{spoken(season.name)}</summary>
          <ol>
            {season.top?.map((entry) => (
              <RankRow key={entry.rank} entry={entry} unit={board.unit} />
            ))}
          </ol>
        </details>
      ))}
    </Section>
  );
}
