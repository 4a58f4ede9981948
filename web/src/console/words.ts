/** The console's words join those of the app. */
import { LOAD, type Catalogue, type Loaders } from "@/i18n";

export function withWords(): Loaders {
  const own = {
    "zh-CN": () => import("./i18n/zh-CN"),
    "zh-TW": () => import("./i18n/zh-TW"),
    en: () => import("./i18n/en"),
  };
  const both = (language: keyof typeof own) => async (): Promise<Catalogue> => {
    const [shared, added] = await Promise.all([LOAD[language](), own[language]()]);
    return { ...shared, ...added.default };
  };
  return { "zh-CN": both("zh-CN"), "zh-TW": both("zh-TW"), en: both("en") };
}
