// Before anything is painted: light or dark, and the language that the reader chose.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let choice = null;
  let language = null;
  try {
    choice = localStorage.getItem("laurels.theme");
    language = localStorage.getItem("laurels.language");
  } catch {
    // A browser that keeps nothing is given what it prefers.
  }
  const show = () => {
    const chosen = root.dataset.choice ?? choice;
    root.dataset.theme = chosen === "dark" || (chosen !== "light" && dark.matches) ? "dark" : "light";
  };
  dark.addEventListener("change", show);
  show();
  if (language) root.lang = language;
})();
