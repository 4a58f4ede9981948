/** Members: found by handle, customer number, e-mail or phone. */
import { useState, type FormEvent } from "react";
import { Link, useLocation } from "wouter";
import { useClient } from "urql";
import { wordOf } from "@/graph/hooks";
import { recall, keep } from "@/graph/kept";
import { useSpeech } from "@/i18n";
import { Avatar, Blank, Button } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { Page } from "../frame/Page";
import { DeskFind, type DeskAuthor } from "../generated";
import { Trust } from "../review/Facts";
import "./members.css";

const KEPT = "laurels.console.members";
const MOST_KEPT = 6;
type Seen = { id: string; name: string; handle: string };

export default function Members() {
  const { t, day } = useSpeech();
  const [, go] = useLocation();
  const client = useClient();
  const toast = useToast();
  const [wanted, setWanted] = useState("");
  const [found, setFound] = useState<DeskAuthor[] | null>(null);
  const [busy, setBusy] = useState(false);
  const search = async (event: FormEvent) => {
    event.preventDefault();
    const text = wanted.trim();
    setBusy(true);
    const { data, error } = await client.query(DeskFind, { handle: text.replace(/^@/, ""), ref: text }, { requestPolicy: "network-only" }).toPromise();
    setBusy(false);
    if (error && !data) return toast(wordOf(error, t("say.offline"), t("say.failed")), "bad");
    const people = [data?.byHandle, data?.byRef].filter((one): one is DeskAuthor => one != null);
    const each = [...new Map(people.map((one) => [one.id, one])).values()];
    if (each.length === 1) return go(`/members/${each[0]!.id}`);
    setFound(each);
  };
  const seen = seenBefore();
  return (
    <Page title={t("console.nav.members")} words={t("members.words")}>
      <form className="row member-search" role="search" onSubmit={search}>
        <div className="field grow">
          <input type="search" aria-label={t("members.search")} placeholder={t("members.search")} value={wanted} required autoFocus onChange={(event) => setWanted(event.target.value)} />
        </div>
        <Button type="submit" busy={busy}>{t("members.find")}</Button>
      </form>
      <div aria-live="polite">
        {found?.length === 0 && <Blank title={t("members.nobody")} words={t("members.nobody_more")} />}
        {found && found.length > 0 && (
          <div className="list">
            {found.map((one) => (
              <Link key={one.id} href={`/members/${one.id}`} className="list-row">
                <Avatar member={one} />
                <span className="grow"><strong>{one.displayName}</strong> <span className="soft">@{one.handle}</span></span>
                <span className="soft small">{t("desk.joined", { month: day(one.joinedAt, "month") })}</span>
                {one.standing && <Trust trust={one.standing.trust} />}
              </Link>
            ))}
          </div>
        )}
      </div>
      {found === null && seen.length > 0 && (
        <section className="section">
          <h2>{t("members.seen")}</h2>
          <div className="list">
            {seen.map((one) => (
              <Link key={one.id} href={`/members/${one.id}`} className="list-row">
                <Avatar member={{ displayName: one.name, avatar: null }} size={32} />
                <span className="grow"><strong>{one.name}</strong> <span className="soft">@{one.handle}</span></span>
              </Link>
            ))}
          </div>
        </section>
      )}
    </Page>
  );
}

export function seenBefore(): Seen[] {
  try {
    return JSON.parse(recall(KEPT) ?? "[]") as Seen[];
  } catch {
    return [];
  }
}

export function see(member: { id: string; displayName: string; handle: string }): void {
  const rest = seenBefore().filter((one) => one.id !== member.id);
  keep(KEPT, JSON.stringify([{ id: member.id, name: member.displayName, handle: member.handle }, ...rest].slice(0, MOST_KEPT)));
}
