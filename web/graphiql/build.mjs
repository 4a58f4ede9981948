// One script and one style out of src/, without the fonts that GraphiQL embeds: 0.4 MB of Latin
// letters, while ours are the system's, which has Chinese ones.
import { copyFile, readFile } from "node:fs/promises";
import { build } from "esbuild";

const withoutFonts = {
  name: "without fonts",
  setup(bundle) {
    bundle.onLoad({ filter: /\/graphiql\/dist\/style\.css$/ }, async ({ path }) => {
      const style = await readFile(path, "utf-8");
      return { contents: style.replaceAll(/@font-face\s*\{[^}]*\}/g, ""), loader: "css" };
    });
  },
};

await build({
  entryPoints: { graphiql: "src/main.jsx" },
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "linked",
  logLevel: "warning",
  plugins: [withoutFonts],
});
await copyFile("src/page.html", "dist/page.html");
