/** What members show: the feeds, topics, and the way to search and to show something oneself. */
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { Topics, type FeedKind } from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Top } from "@/app/Top";
import { Icon } from "@/ui/Icon";
import { Feed } from "./Feed";

const KINDS: readonly FeedKind[] = ["TRENDING", "LATEST", "FOLLOWING", "FEATURED"];

export default function Show() {
  const { t } = useSpeech();
  const member = useSession() !== null;
  const [params, setParams] = useSearchParams();
  const asked = params.get("feed")?.toUpperCase() as FeedKind | undefined;
  const kind = asked && KINDS.includes(asked) ? asked : "TRENDING";
  const [key, setKey] = useState(0);
  return (
    <>
      <Top title={t("tab.show")}>
        <Link href="/search" className="icon-button" aria-label={t("show.search")}>
          <Icon name="search" />
        </Link>
      </Top>
      <div className="choices" role="group" aria-label={t("show.feeds")}>
        {KINDS.filter((one) => member || one !== "FOLLOWING").map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === kind}
            onClick={() => (one === kind ? setKey(key + 1) : setParams({ feed: one.toLowerCase() }, { replace: true }))}
          >
            {t(`show.feed.${one.toLowerCase()}` as "show.feed.latest")}
          </button>
        ))}
      </div>
      <TopicShelf />
      <Feed key={`${kind}.${key}`} kind={kind} />
      <Link href="/compose" className="compose-button" aria-label={t("show.compose")}>
        <Icon name="camera" size={28} />
      </Link>
    </>
  );
}

function TopicShelf() {
  const { data } = useAsk(Topics, {});
  const { t } = useSpeech();
  return (
    <nav className="topic-shelf" aria-label={t("show.topics")}>
      {(data?.topics ?? []).map((topic) => (
        <Link key={topic.name} href={`/topics/${encodeURIComponent(topic.name)}`} className="topic">
          #{topic.name} <small>{topic.postCount}</small>
        </Link>
      ))}
    </nav>
  );
}
