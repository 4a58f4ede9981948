/** Policies in all three languages: as they are read and saved. */
import { LANGUAGES, type Language } from "@/i18n";
import { DeskPolicyTexts, type PolicyInput } from "../generated";
import { inLanguage } from "./inLanguage";

export const TONGUES = Object.keys(LANGUAGES) as Language[];
export type Texts = Record<Language, { name: string; text: string }>;

export interface Draft {
  key: string;
  editable: boolean;
  texts: Texts;
}

export function blank(): Draft {
  return { key: "", editable: true, texts: byTongue(() => ({ name: "", text: "" })) };
}

/** Of the policy with this key, what readers of each language read. */
export async function draftOf(policy: { key: string; editable: boolean }): Promise<Draft> {
  const read = await Promise.all(TONGUES.map((language) => inLanguage(DeskPolicyTexts, language)));
  const texts = byTongue((_language, index) => {
    const found = read[index]?.policies?.find((one) => one.key === policy.key);
    return { name: found?.name ?? "", text: found?.text ?? "" };
  });
  return { key: policy.key, editable: policy.editable, texts };
}

/** The first language stands for readers of any that has no text. */
export function inputOf({ key, editable, texts }: Draft): PolicyInput {
  return {
    key,
    editable,
    ...texts["zh-CN"],
    translations: TONGUES.filter((one) => texts[one].name.trim() !== "").map((language) => ({ language, ...texts[language] })),
  };
}

function byTongue(of: (language: Language, index: number) => { name: string; text: string }): Texts {
  return Object.fromEntries(TONGUES.map((language, index) => [language, of(language, index)])) as Texts;
}
