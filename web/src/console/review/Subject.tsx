/** What is looked at: as its author wrote it, with what was found in it marked. */
import { Link } from "wouter";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Avatar, Stars } from "@/ui/parts";
import type { DeskItem, PostState, ReportReason } from "../generated";
import { Due } from "./Due";
import { parts } from "./highlight";
import { Photos } from "./Photos";

type Subjects = DeskItem["subject"];
type Written = Exclude<Subjects, { __typename: "Member" }>;

export function Subject({ item, zoom, setZoom }: { item: DeskItem; zoom: number | null; setZoom: (at: number | null) => void }) {
  const { t, moment } = useSpeech();
  const { subject } = item;
  const author = subject.__typename === "Member" ? subject : subject.author;
  return (
    <article className="subject">
      <header className="subject-head">
        <Avatar member={author} size={44} />
        <div className="grow">
          <h2>
            <Link href={`/members/${author.id}`}>{author.displayName}</Link>
          </h2>
          <p className="soft small">
            @{author.handle}
            {subject.__typename !== "Member" && ` · ${moment(subject.createdAt)}`}
            {subject.__typename !== "Member" && subject.revision > 1 && ` · ${t("desk.revision", { n: subject.revision })}`}
          </p>
        </div>
        <div className="chips">
          {subject.__typename !== "Member" && <State state={subject.state} />}
          {item.decision === null && <Due at={item.dueAt} />}
        </div>
      </header>
      {item.appealText !== null && (
        <section className="plea">
          <h3><Icon name="comment" size={20} /> {t("desk.plea")}</h3>
          <blockquote>{item.appealText}</blockquote>
          <p className="soft small">{t("desk.plea_more")}</p>
        </section>
      )}
      {subject.__typename === "Member" ? (
        <p className="subject-text">{subject.bio ?? t("desk.no_bio")}</p>
      ) : (
        <>
          {subject.__typename === "Comment" && (
            <p className="subject-on soft"><span>{t("desk.comment_on", { name: subject.post.author.displayName })}</span> <q className="clip">{subject.post.text}</q></p>
          )}
          <Text subject={subject} item={item} />
        </>
      )}
      {subject.__typename === "Post" && (
        <>
          <Photos images={subject.images} zoom={zoom} setZoom={setZoom} />
          <footer className="subject-foot">
            {subject.rating !== null && <Stars rating={subject.rating} />}
            {subject.verifiedPurchase && <span className="chip">{t("desk.bought")}</span>}
            {subject.products.map((one) => <span key={one.id} className="chip soft">{one.name}</span>)}
            {subject.topics.map((one) => <span key={one} className="chip sky">#{one}</span>)}
            {subject.state === "PUBLISHED" && <span className="soft small">{t("desk.seen", { likes: subject.likeCount, comments: subject.commentCount })}</span>}
          </footer>
        </>
      )}
      <Reports item={item} />
      <Alike item={item} />
    </article>
  );
}

export function State({ state }: { state: PostState }) {
  const { t } = useSpeech();
  const tone = state === "PUBLISHED" ? "" : state === "IN_REVIEW" ? "bloom" : state === "DRAFT" ? "soft" : "heart";
  return <span className={`chip ${tone}`}>{t(`desk.state.${state.toLowerCase() as Lowercase<PostState>}`)}</span>;
}

function Text({ subject, item }: { subject: Written; item: DeskItem }) {
  const { t } = useSpeech();
  const found = item.signals.filter((one) => one.revision === null || one.revision === subject.revision).flatMap((one) => one.spans);
  return (
    <p className="subject-text">
      {parts(subject.text, found).map((part, index) =>
        part.found === null ? (
          part.text
        ) : (
          <mark key={index} title={`${part.found.what} · ${howOf(t, part.found.how)}`}>{part.text}</mark>
        ),
      )}
    </p>
  );
}

const WAYS = ["exact", "width", "script", "split", "sound", "link", "email", "phone", "wechat", "qq"] as const;

/** How a word is written, or what kind of contact it is, in the reader's words. */
export function howOf(t: ReturnType<typeof useSpeech>["t"], how: string): string {
  const way = WAYS.find((one) => one === how.toLowerCase());
  return way ? t(`desk.how.${way}`) : how;
}

function Reports({ item }: { item: DeskItem }) {
  const { t, ago } = useSpeech();
  if (item.reports.length === 0) return null;
  return (
    <section className="subject-part">
      <h3>{t("desk.reports", { n: item.reports.length })}</h3>
      <ul className="reports">
        {item.reports.map((one) => (
          <li key={one.id}>
            <span className="chip heart">{t(`desk.reason.${one.reason.toLowerCase() as Lowercase<ReportReason>}`)}</span>
            <span className="grow">{one.note}</span>
            <span className="soft small">
              <Link href={`/members/${one.reporter.id}`}>{one.reporter.displayName}</Link> · {ago(one.createdAt)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Earlier posts that say the same or show the same picture. */
function Alike({ item }: { item: DeskItem }) {
  const { t } = useSpeech();
  const posts = new Map(item.signals.flatMap((one) => one.posts).map((one) => [one.id, one]));
  if (posts.size === 0) return null;
  return (
    <section className="subject-part">
      <h3>{t("desk.alike", { n: posts.size })}</h3>
      <ul className="alike">
        {[...posts.values()].map((one) => (
          <li key={one.id}>
            {one.images[0] && <img src={one.images[0].url} alt={one.images[0].alt ?? ""} loading="lazy" />}
            <div className="grow">
              <p className="small"><Link href={`/members/${one.author.id}`}>{one.author.displayName}</Link> <State state={one.state} /></p>
              <p className="alike-text">{one.text}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
