/** Words in the reader's language. zh-CN comes with the app; the others are fetched when chosen. */
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import zhCN from "./zh-CN";
import type consoleWords from "@/console/i18n/zh-CN";

export const LANGUAGES = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" } as const;
export type Language = keyof typeof LANGUAGES;
export type Key = keyof typeof zhCN | keyof typeof consoleWords;
export type Catalogue = Partial<Record<Key, string>>;
export type Loaders = Record<Language, () => Promise<Catalogue>>;
type Values = Record<string, string | number>;

const KEPT = "laurels.language";
/** The app's own words; the console adds its to them. */
export const LOAD: Loaders = {
  "zh-CN": async () => zhCN,
  "zh-TW": async () => (await import("./zh-TW")).default,
  en: async () => (await import("./en")).default,
};

/** What the reader chose before, else what their browser prefers, else zh-CN. */
export function preferredLanguage(kept: string | null, browser: readonly string[]): Language {
  if (kept !== null && kept in LANGUAGES) return kept as Language;
  for (const tag of browser) {
    const lower = tag.toLowerCase();
    if (lower.startsWith("zh")) return /hant|tw|hk|mo/.test(lower) ? "zh-TW" : "zh-CN";
    if (lower.startsWith("en")) return "en";
  }
  return "zh-CN";
}

/**
 * The words with their values. `{n}` becomes a number as the language writes it; where the words
 * have two forms parted by `|`, `n` chooses: one, then other.
 */
export function filled(words: string, language: Language, values: Values = {}): string {
  const forms = words.split("|");
  const count = values["n"];
  const one = forms.length > 1 && typeof count === "number" && new Intl.PluralRules(language).select(count) === "one";
  const form = (one ? forms[0] : forms[forms.length - 1]) ?? words;
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? value.toLocaleString(language) : value;
  });
}

const HAN = /\p{Script=Han}/u;
const QUOTED = /([“「])([^“”「」]*)([”」])/g;
const SEAMS = [
  { between: /\n/, join: "\n" },
  { between: " · ", join: " · " },
  { between: /(?<=[。！？])\s+(?=[A-Za-z])/, join: " " },
] as const;

/**
 * Shops that speak two languages write names as “银卡 · Silver” and descriptions one after the other.
 * The part in the reader's language, or the whole where it is not written like that.
 */
export function spoken(text: string, language: Language): string {
  const inside = text.replace(QUOTED, (_whole, open: string, words: string, close: string) => open + spoken(words, language) + close);
  for (const { between, join } of SEAMS) {
    const parts = inside.split(between).map((part) => part.trim()).filter(Boolean);
    const han = parts.filter((part) => HAN.test(part));
    if (parts.length > 1 && han.length > 0 && han.length < parts.length) {
      const others = parts.filter((part) => !han.includes(part));
      return (language === "en" ? others : han).join(join);
    }
  }
  return inside.trim();
}

interface Speech {
  language: Language;
  choose: (language: Language) => void;
  t: (key: Key, values?: Values) => string;
  spoken: (text: string) => string;
  number: (value: number) => string;
  signed: (value: number) => string;
  percent: (ratio: number) => string;
  money: (value: { amount: string; currency: string }) => string;
  day: (at: string | Date, style?: "short" | "long" | "month") => string;
  moment: (at: string) => string;
  ago: (at: string) => string;
}

const Speaking = createContext<Speech | null>(null);

export async function firstWords(load: Loaders = LOAD): Promise<{ language: Language; words: Catalogue }> {
  const language = preferredLanguage(recall(), navigator.languages ?? []);
  return load[language]().then(
    (words) => ({ language, words }),
    () => ({ language: "zh-CN", words: zhCN }) as const,
  );
}

export function SpeechProvider({
  first,
  load = LOAD,
  children,
}: {
  first: Awaited<ReturnType<typeof firstWords>>;
  load?: Loaders;
  children: ReactNode;
}) {
  const [{ language, words }, setWords] = useState(first);
  const choose = useCallback((wanted: Language) => {
    void load[wanted]().then((found) => {
      keep(wanted);
      document.documentElement.lang = wanted;
      setWords({ language: wanted, words: found });
    });
  }, [load]);
  const speech = useMemo(() => speechOf(language, words, choose), [language, words, choose]);
  return <Speaking value={speech}>{children}</Speaking>;
}

export function useSpeech(): Speech {
  const speech = use(Speaking);
  if (speech === null) throw new Error("there is no SpeechProvider above");
  return speech;
}

export function speechOf(language: Language, words: Catalogue, choose: (language: Language) => void): Speech {
  const numbers = new Intl.NumberFormat(language);
  const signs = new Intl.NumberFormat(language, { signDisplay: "exceptZero" });
  const percents = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const long = new Intl.DateTimeFormat(language, { dateStyle: "long" });
  const short = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });
  const month = new Intl.DateTimeFormat(language, { month: "long", year: "numeric" });
  const moments = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  return {
    language,
    choose,
    t: (key, values) => filled(words[key] ?? key, language, values),
    spoken: (text) => spoken(text, language),
    number: (value) => numbers.format(value),
    signed: (value) => signs.format(value),
    percent: (ratio) => percents.format(ratio),
    money: ({ amount, currency }) =>
      new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(Number(amount)),
    day: (at, style = "long") => {
      const date = typeof at === "string" ? new Date(at.length === 10 ? `${at}T12:00:00` : at) : at;
      return (style === "long" ? long : style === "month" ? month : short).format(date);
    },
    moment: (at) => moments.format(new Date(at)),
    ago: (at) => {
      const seconds = (new Date(at).getTime() - Date.now()) / 1000;
      for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]] as const) {
        if (Math.abs(seconds) >= size) {
          if (unit === "day" && Math.abs(seconds) > 30 * size) return short.format(new Date(at));
          return relative.format(Math.trunc(seconds / size), unit);
        }
      }
      return relative.format(0, "minute");
    },
  };
}

function recall(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // The choice then lasts as long as the page.
  }
}
