import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** `sw.js` with the list of what it keeps: every file of the shopper's app, known by its hash. */
function serviceWorker(): Plugin {
  return {
    name: "laurels-service-worker",
    apply: "build",
    async generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter(
        (file) => /\.(js|css)$/.test(file) && !/console/i.test(file),
      );
      const { readFile } = await import("node:fs/promises");
      const source = await readFile(new URL("./src/sw.js", import.meta.url), "utf-8");
      const kept = ["/", ...files.sort().map((file) => `/${file}`), "/theme.js", "/icons/icon.svg"];
      const version = createHash("sha256").update(kept.join("\n") + source).digest("hex").slice(0, 12);
      this.emitFile({
        type: "asset",
        fileName: "sw.js",
        source: source
          .replace("__VERSION__", version)
          .replace("__KEPT__", JSON.stringify(kept)),
      });
    },
  };
}

/** While developing, what lies below /console is the console's page, as the server has it. */
function consolePaths(): Plugin {
  return {
    name: "laurels-console-paths",
    configureServer(dev) {
      dev.middlewares.use((request, _response, next) => {
        if (/^\/console(\/|$|\?)/.test(request.url ?? "")) request.url = "/console.html";
        next();
      });
    },
  };
}

const server = process.env["LAURELS"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), serviceWorker(), consolePaths()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { app: "index.html", console: "console.html" },
      output: {
        chunkFileNames: ({ moduleIds }: { moduleIds: readonly string[] }) =>
          moduleIds.some((id) => id.includes("/src/console/")) ? "assets/console/[name]-[hash].js" : "assets/[name]-[hash].js",
        entryFileNames: ({ name }: { name: string }) =>
          name === "console" ? "assets/console/[name]-[hash].js" : "assets/[name]-[hash].js",
      },
    },
  },
  server: {
    proxy: {
      "/graphql": { target: server, ws: true },
      "/media": server,
      "/uploads": server,
      "/try": server,
      "/p/": server,
    },
  },
  test: { include: ["test/unit/**/*.test.ts", "test/unit/**/*.test.tsx"] },
} as Parameters<typeof defineConfig>[0]);
