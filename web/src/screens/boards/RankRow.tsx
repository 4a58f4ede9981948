/** One place on a board. */
import { Link } from "wouter";
import type { Placed } from "@/graph/generated";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Avatar } from "@/ui/parts";
import "./boards.css";

export function RankRow({ entry, unit, mine = false }: { entry: Placed; unit: string; mine?: boolean }) {
  const { t, number, spoken } = useSpeech();
  const name = entry.team ? entry.team.name : entry.member.displayName;
  const change = entry.rankChange ?? 0;
  return (
    <li className={`rank rank-${entry.rank} ${mine ? "mine" : ""}`}>
      <Link href={`/members/${entry.member.id}`} className="list-row">
        <span className="rank-place number">
          <span className="unseen">{t("board.place", { n: entry.rank })}</span>
          <span aria-hidden="true">{entry.rank}</span>
        </span>
        <Avatar member={entry.member} size={38} />
        <span className="grow clip">
          {name}
          {mine && <span className="chip bloom rank-me">{t("board.me")}</span>}
        </span>
        {change !== 0 && (
          <span className={`rank-change ${change > 0 ? "up" : "down"}`}>
            <span className="unseen">{t(change > 0 ? "board.up" : "board.down", { n: Math.abs(change) })}</span>
            <Icon name={change > 0 ? "up" : "down"} size={14} />
            <span aria-hidden="true">{Math.abs(change)}</span>
          </span>
        )}
        <span className="rank-score">
          <strong className="number">{number(entry.score)}</strong> <small className="soft">{spoken(unit)}</small>
        </span>
      </Link>
    </li>
  );
}
