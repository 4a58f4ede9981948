/** A heart that fills at once, and empties again with a word when the shop refuses. */
import { useLocation } from "wouter";
import { Like, Unlike } from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";

interface Liked {
  id: string;
  likeCount: number;
  viewerLiked: boolean;
}

export function LikeButton({ post, small = false }: { post: Liked; small?: boolean }) {
  const { t, number } = useSpeech();
  const member = useSession() !== null;
  const [, go] = useLocation();
  const like = useDo(Like);
  const unlike = useDo(Unlike);
  const tap = () => {
    if (!member) go("/sign-in");
    else void (post.viewerLiked ? unlike : like).run({ post: post.id });
  };
  return (
    <button
      type="button"
      className={`like ${post.viewerLiked ? "liked" : ""} ${small ? "small" : ""}`}
      aria-pressed={post.viewerLiked}
      aria-label={t("post.like_n", { n: post.likeCount })}
      onClick={tap}
    >
      <Icon name="heart" size={small ? 20 : 24} filled={post.viewerLiked} />
      <span className="number" aria-hidden="true">{number(post.likeCount)}</span>
    </button>
  );
}
