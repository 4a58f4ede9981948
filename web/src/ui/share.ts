/** Hands a link to the phone's own sheet; puts it on the clipboard where there is none. */
export async function offer(what: { title: string; text: string; url: string }): Promise<"shared" | "copied" | "neither"> {
  if (navigator.share) {
    try {
      await navigator.share(what);
      return "shared";
    } catch (reason) {
      if ((reason as DOMException).name === "AbortError") return "neither";
    }
  }
  return (await copy(what.url)) ? "copied" : "neither";
}

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
