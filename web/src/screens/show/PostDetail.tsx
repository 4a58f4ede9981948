/** One post: its pictures, its words, what it is about, and what the others say. */
import { useState } from "react";
import { Link } from "wouter";
import {
  AddComment, CommentsLive, DeleteComment, Follow, LikeComment, PostDetail as PostDetailDocument, PostLive, SharePost,
  Unfollow, UnlikeComment, type CommentShown, type PostDetailData,
} from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useAsk, useDo, useHear } from "@/graph/hooks";
import { newKey } from "@/graph/kept";
import { useSpeech } from "@/i18n";
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import { Icon } from "@/ui/Icon";
import { Gone, Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Avatar, Button, Section, Skeleton, Stars } from "@/ui/parts";
import { offer } from "@/ui/share";
import { useToast } from "@/ui/Toast";
import { Gallery } from "./Gallery";
import { LikeButton } from "./LikeButton";
import { ProductRow } from "./ProductRow";
import { ReportButton } from "./Report";

type Post = NonNullable<PostDetailData["post"]>;

export default function PostDetail({ params }: ScreenProps) {
  const { t } = useSpeech();
  const id = params["id"] ?? "";
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(PostDetailDocument, { id, after });
  const [left, setLeft] = useState(false);
  useHear(PostLive, { id }, ({ postChanged }) => setLeft(postChanged === null));
  useHear(CommentsLive, { post: id }, () => asked.again());
  return (
    <>
      <Top title={t("post.title")} back="/show">
        {asked.data?.post && <Share post={asked.data.post} />}
      </Top>
      <Loaded asked={asked} skeleton={<Skeleton height={300} count={2} />}>
        {({ post, me }) =>
          post === null || left ? (
            <Gone />
          ) : (
            <>
              <Whole post={post} mine={me?.id === post.author.id} />
              <Comments post={post} me={me?.id ?? null} busy={asked.busy} more={() => setAfter(post.comments.pageInfo.endCursor)} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Whole({ post, mine }: { post: Post; mine: boolean }) {
  const { t, ago } = useSpeech();
  return (
    <article className="post">
      {post.images.length > 0 && <Gallery images={post.images} />}
      <header className="row">
        <Link href={`/members/${post.author.id}`} className="row grow">
          <Avatar member={post.author} size={44} />
          <span className="grow">
            <strong className="clip post-author">{post.author.displayName}</strong>
            <span className="soft small">
              {ago(post.publishedAt ?? post.createdAt)}
              {post.editedAt && ` · ${t("post.edited")}`}
            </span>
          </span>
        </Link>
        {!mine && <FollowButton member={post.author} />}
      </header>
      {(post.rating !== null || post.verifiedPurchase || post.featured || post.state !== "PUBLISHED") && (
        <p className="chips">
          {post.rating !== null && <Stars rating={post.rating} size={20} />}
          {post.verifiedPurchase && <span className="chip"><Icon name="check" size={14} /> {t("post.bought")}</span>}
          {post.featured && <span className="chip bloom">{t("post.featured")}</span>}
          {post.state !== "PUBLISHED" && (
            <span className="chip soft">{t(`post.state.${post.state.toLowerCase()}` as "post.state.in_review")}</span>
          )}
        </p>
      )}
      {post.text && <p className="post-text">{post.text}</p>}
      {post.topics.length > 0 && (
        <p className="chips">
          {post.topics.map((topic) => (
            <Link key={topic} href={`/topics/${encodeURIComponent(topic)}`} className="topic">#{topic}</Link>
          ))}
        </p>
      )}
      {post.products.map((product) => (
        <ProductRow key={product.id} product={product} />
      ))}
      <footer className="row post-foot">
        <LikeButton post={post} />
        <span className="soft small grow">{t("post.shared_n", { n: post.shareCount })}</span>
        {!mine && <ReportButton subject={post.id} author={post.author.id} />}
      </footer>
    </article>
  );
}

export function FollowButton({ member }: { member: { id: string; viewerFollows: boolean } }) {
  const { t } = useSpeech();
  const signedIn = useSession() !== null;
  const follow = useDo(Follow);
  const unfollow = useDo(Unfollow);
  if (!signedIn) return null;
  return (
    <Button
      tone={member.viewerFollows ? "plain" : "leaf"}
      slim
      aria-pressed={member.viewerFollows}
      onClick={() => void (member.viewerFollows ? unfollow : follow).run({ member: member.id })}
    >
      {t(member.viewerFollows ? "member.following" : "member.follow")}
    </Button>
  );
}

function Share({ post }: { post: Post }) {
  const { t } = useSpeech();
  const toast = useToast();
  const share = useDo(SharePost, { quiet: true });
  const member = useSession() !== null;
  const tap = async () => {
    const done = member ? await share.run({ post: post.id }) : null;
    const link = done?.sharePost?.link ?? `${location.origin}/p/${post.id}`;
    const how = await offer({ title: t("post.title"), text: post.text.slice(0, 80), url: link });
    if (how === "copied") toast(t("do.copied"));
  };
  return (
    <button type="button" className="icon-button" aria-label={t("do.share")} onClick={() => void tap()}>
      <Icon name="share" />
    </button>
  );
}

function Comments({ post, me, busy, more }: { post: Post; me: string | null; busy: boolean; more: () => void }) {
  const { t } = useSpeech();
  const [reply, setReply] = useState<CommentShown | null>(null);
  const comments = post.comments.nodes.filter((one) => one.state !== "DELETED");
  return (
    <Section title={t("post.comments_n", { n: post.commentCount })}>
      {me !== null && post.state === "PUBLISHED" && <Write post={post.id} reply={reply} onDone={() => setReply(null)} />}
      {comments.length === 0 ? (
        <p className="soft">{t("post.no_comments")}</p>
      ) : (
        <ul className="stack">
          {comments.map((comment) => (
            <CommentRow key={comment.id} comment={comment} mine={comment.author.id === me} onReply={me ? () => setReply(comment) : null} />
          ))}
        </ul>
      )}
      <More has={post.comments.pageInfo.hasNextPage} busy={busy} load={more} />
    </Section>
  );
}

function CommentRow({ comment, mine, onReply }: { comment: CommentShown; mine: boolean; onReply: (() => void) | null }) {
  const { t, ago } = useSpeech();
  const like = useDo(LikeComment);
  const unlike = useDo(UnlikeComment);
  const remove = useDo(DeleteComment);
  return (
    <li className={`comment ${comment.replyTo ? "reply" : ""}`}>
      <Link href={`/members/${comment.author.id}`} className="comment-face" aria-label={comment.author.displayName}>
        <Avatar member={comment.author} size={36} />
      </Link>
      <div className="grow">
        <p className="small soft">
          <strong>{comment.author.displayName}</strong> · {ago(comment.createdAt)}
          {comment.state === "IN_REVIEW" && ` · ${t("post.state.in_review")}`}
        </p>
        <p className="comment-text">
          {comment.replyTo && <span className="soft">{t("post.reply_to", { name: comment.replyTo.author.displayName })} </span>}
          {comment.text}
        </p>
        {onReply && (
          <p className="comment-do">
            <button type="button" onClick={onReply}>{t("post.reply")}</button>
            {mine && (
              <button type="button" onClick={() => void remove.run({ id: comment.id })} disabled={remove.busy}>{t("do.delete")}</button>
            )}
          </p>
        )}
      </div>
      <button
        type="button"
        className={`like small ${comment.viewerLiked ? "liked" : ""}`}
        aria-pressed={comment.viewerLiked}
        aria-label={t("post.like_n", { n: comment.likeCount })}
        disabled={!onReply}
        onClick={() => void (comment.viewerLiked ? unlike : like).run({ comment: comment.id })}
      >
        <Icon name="heart" size={18} filled={comment.viewerLiked} />
        <span aria-hidden="true">{comment.likeCount || ""}</span>
      </button>
    </li>
  );
}

/** Keeps its words and its key until the shop has them, so that trying again writes nothing twice. */
function Write({ post, reply, onDone }: { post: string; reply: CommentShown | null; onDone: () => void }) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [key, setKey] = useState(newKey);
  const { run, busy, refusals } = useDo(AddComment);
  const send = async () => {
    const done = await run({ post, text, reply: reply?.id ?? null, key });
    if (!done) return;
    setText("");
    setKey(newKey());
    onDone();
  };
  return (
    <form
      className="write"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label className="unseen" htmlFor="comment">{t("post.comment")}</label>
      <textarea
        id="comment"
        rows={2}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setKey(newKey());
        }}
        placeholder={reply ? t("post.reply_to", { name: reply.author.displayName }) : t("post.comment")}
        aria-invalid={refusals.length > 0 || undefined}
      />
      <Button type="submit" slim busy={busy} disabled={text.trim() === ""}>{t("do.send")}</Button>
    </form>
  );
}
