// Puts a gzip and a Brotli copy beside each file of dist/ that gets smaller by it.
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const dist = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "dist");
const TEXT = /\.(js|css|html|svg|json|webmanifest)$/;

for (const name of await readdir(dist, { recursive: true })) {
  const file = path.join(dist, name);
  if (!TEXT.test(name) || !(await stat(file)).isFile()) continue;
  const bytes = await readFile(file);
  const [gz, br] = await Promise.all([
    promisify(gzip)(bytes, { level: 9 }),
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  ]);
  for (const [ending, packed] of [["gz", gz], ["br", br]]) {
    if (packed.length < bytes.length) await writeFile(`${file}.${ending}`, packed);
  }
}
