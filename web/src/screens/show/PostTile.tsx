/** A post in a list. */
import { memo } from "react";
import { Link } from "wouter";
import type { PostCard } from "@/graph/generated";
import { useSpeech } from "@/i18n";
import { Avatar, Photo, Stars } from "@/ui/parts";
import { LikeButton } from "./LikeButton";
import { ratioOf } from "./Feed";

export const PostTile = memo(function PostTile({ post }: { post: PostCard }) {
  const { t } = useSpeech();
  const image = post.images[0];
  const ratio = ratioOf(post);
  return (
    <article className="tile">
      <Link href={`/posts/${post.id}`} className="tile-open">
        {image && ratio !== null && (
          <span className="tile-photo">
            <Photo image={image} ratio={ratio} />
            {post.images.length > 1 && <span className="tile-count">1/{post.images.length}</span>}
          </span>
        )}
        {post.featured && <span className="chip bloom">{t("post.featured")}</span>}
        <p className={image ? "tile-text" : "tile-text long"}>{post.text || t("post.wordless")}</p>
        {post.rating !== null && <Stars rating={post.rating} size={14} />}
      </Link>
      <footer className="tile-foot">
        <Link href={`/members/${post.author.id}`} className="tile-author">
          <Avatar member={post.author} size={26} />
          <span className="clip">{post.author.displayName}</span>
        </Link>
        <LikeButton post={post} small />
      </footer>
    </article>
  );
});

