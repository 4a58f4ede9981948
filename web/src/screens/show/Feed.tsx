/** Posts in two columns. Only what is near the screen is in the document, however long the list. */
import { useMemo, useState } from "react";
import { WindowVirtualizer } from "virtua";
import { Feed as FeedDocument, type FeedKind, type PostCard } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { Blank, Skeleton } from "@/ui/parts";
import { More } from "@/ui/More";
import { PostTile } from "./PostTile";
import "./show.css";

export interface Page {
  nodes: readonly PostCard[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export function Feed({ kind, topic, product, short = false }: { kind: FeedKind; topic?: string; product?: string; short?: boolean }) {
  const { t } = useSpeech();
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(FeedDocument, { kind, topic: topic ?? null, product: product ?? null, after });
  return (
    <Loaded asked={asked} skeleton={<TileSkeletons />}>
      {({ feed }) => {
        if (!feed || feed.nodes.length === 0) return <Blank title={t("show.empty")} words={t("show.empty_more")} />;
        return (
          <>
            <Tiles posts={short ? feed.nodes.slice(0, 12) : feed.nodes} />
            {!short && (
              <More has={feed.pageInfo.hasNextPage} busy={asked.busy} load={() => setAfter(feed.pageInfo.endCursor)} />
            )}
          </>
        );
      }}
    </Loaded>
  );
}

/** Width to height of the tile's picture: neither a ribbon nor a tower. */
export function ratioOf(post: PostCard): number | null {
  const first = post.images[0];
  return first ? Math.min(1.5, Math.max(0.7, first.width / first.height)) : null;
}

/** How tall a tile is, in column widths: enough to part posts fairly between the columns. */
export function heightOf(post: PostCard): number {
  const ratio = ratioOf(post);
  const lines = Math.min(ratio === null ? 7 : 3, Math.ceil([...post.text].length / 11));
  return (ratio === null ? 0.1 : 1 / ratio) + lines * 0.14 + 0.42;
}

/** Each post goes to the shorter column, and stays there as more come. */
export function columns(posts: readonly PostCard[]): [PostCard[], PostCard[]] {
  const found: [PostCard[], PostCard[]] = [[], []];
  const heights: [number, number] = [0, 0];
  const seen = new Set<string>();
  for (const post of posts) {
    if (seen.has(post.id)) continue;
    seen.add(post.id);
    const side = heights[0] <= heights[1] ? 0 : 1;
    found[side].push(post);
    heights[side] += heightOf(post);
  }
  return found;
}

export function Tiles({ posts }: { posts: readonly PostCard[] }) {
  const sides = useMemo(() => columns(posts), [posts]);
  return (
    <div className="tiles">
      {sides.map((side, index) => (
        <div key={index}>
          {posts.length <= 24 ? (
            side.map((post) => <PostTile key={post.id} post={post} />)
          ) : (
            <WindowVirtualizer bufferSize={900}>
              {side.map((post) => (
                <PostTile key={post.id} post={post} />
              ))}
            </WindowVirtualizer>
          )}
        </div>
      ))}
    </div>
  );
}

export function TileSkeletons() {
  return (
    <div className="tiles">
      <div><Skeleton height={260} count={2} /></div>
      <div><Skeleton height={220} count={2} /></div>
    </div>
  );
}

