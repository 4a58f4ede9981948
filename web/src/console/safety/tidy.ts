/** The words of a list as they are typed: one a line or parted by commas, each once. */
export function tidy(text: string): string[] {
  const words = text.split(/[\n,，、;；]/).map((one) => one.trim()).filter(Boolean);
  return [...new Set(words)];
}
