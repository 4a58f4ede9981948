/** Finding posts, topics and products by words. */
import { useDeferredValue, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { Top } from "@/app/Top";
import { Search as SearchDocument, SearchBeside } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Blank } from "@/ui/parts";
import { TileSkeletons, Tiles } from "./Feed";

export default function Search() {
  const { t } = useSpeech();
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(params.get("q") ?? "");
  const words = useDeferredValue(text.trim());
  return (
    <>
      <Top title={t("show.search")} back="/show" />
      <form
        role="search"
        className="field"
        onSubmit={(event) => {
          event.preventDefault();
          setParams(words ? { q: words } : {}, { replace: true });
        }}
      >
        <label htmlFor="words" className="unseen">{t("show.search")}</label>
        <input id="words" type="search" value={text} onChange={(event) => setText(event.target.value)} placeholder={t("search.hint")} autoFocus enterKeyHint="search" />
      </form>
      {[...words].length >= 2 ? <Found key={words} words={words} /> : <Blank title={t("search.begin")} words={t("search.begin_more")} />}
    </>
  );
}

function Found({ words }: { words: string }) {
  const { t } = useSpeech();
  const [after, setAfter] = useState<string | null>(null);
  const posts = useAsk(SearchDocument, { words, after });
  const beside = useAsk(SearchBeside, { words });
  return (
    <>
      {(beside.data?.searchTopics?.length ?? 0) > 0 && (
        <nav className="topic-shelf" aria-label={t("show.topics")}>
          {beside.data!.searchTopics!.map((topic) => (
            <Link key={topic.name} href={`/topics/${encodeURIComponent(topic.name)}`} className="topic">
              #{topic.name} <small>{topic.postCount}</small>
            </Link>
          ))}
        </nav>
      )}
      <Loaded asked={posts} skeleton={<TileSkeletons />}>
        {({ searchPosts }) =>
          !searchPosts || searchPosts.nodes.length === 0 ? (
            <Blank title={t("search.nothing", { words })} words={t("search.nothing_more")} />
          ) : (
            <>
              <Tiles posts={searchPosts.nodes} />
              <More has={searchPosts.pageInfo.hasNextPage} busy={posts.busy} load={() => setAfter(searchPosts.pageInfo.endCursor)} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
