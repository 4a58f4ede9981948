// How much script the first load of the shopper's app takes, compressed: what index.html names, and
// what that imports at once. Fails above the limit.
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const LIMIT = 180 * 1024;
const dist = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "dist");
const page = await readFile(path.join(dist, "index.html"), "utf-8");
const seen = new Set([...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]));
for (const file of seen) {
  const text = await readFile(path.join(dist, file), "utf-8");
  for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) seen.add(path.posix.join(path.posix.dirname(file), name));
}
let sum = 0;
for (const file of seen) {
  const size = (await stat(path.join(dist, `${file}.gz`)).catch(() => stat(path.join(dist, file)))).size;
  sum += size;
  console.log(`${(size / 1024).toFixed(1).padStart(7)} kB  ${file}`);
}
console.log(`${(sum / 1024).toFixed(1).padStart(7)} kB of ${LIMIT / 1024} kB, gzip`);
if (sum > LIMIT) process.exit(1);
