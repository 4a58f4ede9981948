/** What I showed, and how it stands: in review, published, sent back with its reason. */
import { useState } from "react";
import { Link } from "wouter";
import { Top } from "@/app/Top";
import { Appeal, DeletePost, MyPosts as MyPostsDocument, PublishPost, RepairPost, type MyPost } from "@/graph/generated";
import { useAsk, useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Blank, Button } from "@/ui/parts";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";
import "./myposts.css";

const TONE: Record<MyPost["state"], string> = {
  DRAFT: "soft",
  IN_REVIEW: "sky",
  PUBLISHED: "",
  REJECTED: "heart",
  REMOVED: "heart",
  DELETED: "soft",
};

export default function MyPosts() {
  const { t } = useSpeech();
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(MyPostsDocument, { after });
  return (
    <>
      <Top title={t("mine.title")} back="/me">
        <Link href="/compose" className="icon-button" aria-label={t("show.compose")}>
          <Icon name="plus" />
        </Link>
      </Top>
      <Loaded asked={asked}>
        {({ me }) => {
          const posts = (me?.posts.nodes ?? []).filter((one) => one.state !== "DELETED");
          if (posts.length === 0) {
            return (
              <Blank title={t("mine.none")} words={t("mine.none_more")}>
                <Link href="/compose" className="button bloom">{t("show.compose")}</Link>
              </Blank>
            );
          }
          return (
            <>
              <ul className="stack">
                {posts.map((post) => (
                  <li key={post.id}><Mine post={post} /></li>
                ))}
              </ul>
              <More has={me?.posts.pageInfo.hasNextPage ?? false} busy={asked.busy} load={() => setAfter(me?.posts.pageInfo.endCursor ?? null)} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Mine({ post }: { post: MyPost }) {
  const { t, ago } = useSpeech();
  const [doing, setDoing] = useState<"repair" | "appeal" | "delete" | null>(null);
  const publish = useDo(PublishPost);
  const image = post.images[0];
  const back = post.state === "REJECTED" || post.state === "REMOVED";
  const done = () => setDoing(null);
  return (
    <article className="card mine-post">
      <Link href={`/posts/${post.id}`} className="row">
        {image && <img className="mine-picture" src={image.url} alt={image.alt ?? ""} width={76} height={76} loading="lazy" />}
        <span className="grow">
          <span className="row">
            <span className={`chip ${TONE[post.state]}`}>{t(`post.state.${post.state.toLowerCase()}` as "post.state.in_review")}</span>
            <span className="soft small">{ago(post.createdAt)}</span>
          </span>
          <span className="mine-text">{post.text || t("post.wordless")}</span>
          {post.state === "PUBLISHED" && <span className="soft small">♥ {post.likeCount} · {t("post.comments_n", { n: post.commentCount })}</span>}
        </span>
      </Link>
      {post.state === "IN_REVIEW" && <p className="soft small">{t("mine.waiting")}</p>}
      {back && <Sent post={post} onRepair={() => setDoing("repair")} onAppeal={() => setDoing("appeal")} />}
      <p className="mine-do">
        {post.state === "DRAFT" && (
          <button type="button" className="mine-publish" disabled={publish.busy} onClick={() => void publish.run({ post: post.id })}>
            {t("compose.send")}
          </button>
        )}
        <button type="button" onClick={() => setDoing("delete")}>{t("do.delete")}</button>
      </p>
      {doing === "repair" && <Repair post={post} onClose={done} />}
      {doing === "appeal" && <AppealSheet post={post} onClose={done} />}
      {doing === "delete" && <Delete post={post} onClose={done} />}
    </article>
  );
}

function Sent({ post, onRepair, onAppeal }: { post: MyPost; onRepair: () => void; onAppeal: () => void }) {
  const { t, spoken } = useSpeech();
  const { decision } = post;
  const appeal = decision?.appeal;
  return (
    <div className="sent">
      <p>
        <strong>{decision?.receipt?.title ?? (decision?.policyName ? spoken(decision.policyName) : t("mine.sent_back"))}</strong>{" "}
        <span className="soft">{decision?.receipt?.body ?? spoken(decision?.policyText ?? "")}</span>
      </p>
      {decision?.note && <p>“{decision.note}”</p>}
      {appeal ? (
        <p className="chip sky">{t(`appeal.${appeal.state.toLowerCase()}` as "appeal.open")}</p>
      ) : (
        <p className="row">
          {post.state === "REJECTED" && <Button slim onClick={onRepair}>{t("mine.repair")}</Button>}
          {decision?.receipt?.appealUntil && <Button slim tone="plain" onClick={onAppeal}>{t("mine.appeal")}</Button>}
        </p>
      )}
    </div>
  );
}

function Repair({ post, onClose }: { post: MyPost; onClose: () => void }) {
  const { t } = useSpeech();
  const [text, setText] = useState(post.text);
  const toast = useToast();
  const { run, busy, refusals } = useDo(RepairPost, { quiet: true });
  const send = async () => {
    if (!(await run({ post: post.id, text }))) return;
    toast(t("mine.resent"));
    onClose();
  };
  return (
    <Sheet title={t("mine.repair")} onClose={onClose}>
      <Field label={t("compose.words")} error={refusals[0]?.message}>
        {(props) => <textarea {...props} rows={6} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <Button whole busy={busy} disabled={text === post.text} onClick={() => void send()}>{t("mine.resend")}</Button>
    </Sheet>
  );
}

function AppealSheet({ post, onClose }: { post: MyPost; onClose: () => void }) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const toast = useToast();
  const { run, busy, refusals } = useDo(Appeal, { quiet: true });
  const send = async () => {
    if (!post.decision || !(await run({ decision: post.decision.id, text }))) return;
    toast(t("mine.appealed"));
    onClose();
  };
  return (
    <Sheet title={t("mine.appeal")} onClose={onClose}>
      <p className="soft">{t("mine.appeal_words")}</p>
      <Field label={t("mine.appeal_say")} error={refusals[0]?.message}>
        {(props) => <textarea {...props} rows={5} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <Button whole busy={busy} disabled={text.trim() === ""} onClick={() => void send()}>{t("do.send")}</Button>
    </Sheet>
  );
}

function Delete({ post, onClose }: { post: MyPost; onClose: () => void }) {
  const { t } = useSpeech();
  const { run, busy } = useDo(DeletePost);
  const remove = async () => {
    if (await run({ post: post.id })) onClose();
  };
  return (
    <Sheet title={t("mine.delete")} onClose={onClose}>
      <p>{t("mine.delete_words")}</p>
      <Button tone="bad" whole busy={busy} onClick={() => void remove()}>{t("do.delete")}</Button>
    </Sheet>
  );
}
