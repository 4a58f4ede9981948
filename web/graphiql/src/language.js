// The language of the answers: the one chosen last, else the browser's.
const KEY = "laurels:language";

export function chosenLanguage() {
  const kept = localStorage.getItem(KEY);
  if (kept) return kept;
  for (const tag of navigator.languages.map((one) => one.toLowerCase())) {
    if (/^zh-(tw|hk|mo|hant)/.test(tag)) return "zh-TW";
    if (tag.startsWith("zh")) return "zh-CN";
    if (tag.startsWith("en")) return "en";
  }
  return "zh-CN";
}

export function keepLanguage(language) {
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
}
