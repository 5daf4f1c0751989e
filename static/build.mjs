// Bundles static/js into static/dist: hashed names, a manifest, .gz twins and the licences of what is bundled in.
// Called by static/build.py, which finds Node and npm.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const ENTRIES = ["page", "thread", "compose", "media", "lesson", "order", "author"];

// Chinese writing puts no space before @, and the completion of mentions asks for one. One expression is widened; a
// version that no longer holds it ends the build.
const BOUNDARY = String.raw`const boundary = /\s|\(|\[/;`;
const WIDER = String.raw`const boundary = /[^A-Za-z0-9_.+\/=@-]/;`;
const afterChinese = {
  name: "mentions after Chinese characters",
  setup(builder) {
    builder.onLoad({ filter: /text-expander-element[\\/]dist[\\/]index\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (source.split(BOUNDARY).length !== 2) throw new Error(`${path} holds no expression ${BOUNDARY}`);
      return { contents: source.replace(BOUNDARY, WIDER), loader: "js" };
    });
  },
};

const result = await build({
  absWorkingDir: here,
  entryPoints: ENTRIES.map((name) => join(here, "js", `${name}.js`)),
  outdir: dist,
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  // Android's web views do not update themselves everywhere.
  target: ["chrome66", "es2018", "safari14.1"],
  legalComments: "none",
  banner: { js: "/* Licences: licences.txt */" },
  plugins: [afterChinese],
  logLevel: "warning",
});

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const manifest = {};
for (const { path, contents } of result.outputFiles) {
  const name = basename(path, ".js");
  const file = `${name}-${createHash("sha256").update(contents).digest("hex").slice(0, 10)}.js`;
  writeFileSync(join(dist, file), contents);
  writeFileSync(join(dist, `${file}.gz`), gzipSync(contents, { level: 9 }));
  manifest[name] = file;
}

// Some packages hold others that they have bundled in themselves, so the lock file says whose text is used.
const locked = JSON.parse(readFileSync(join(here, "..", "package-lock.json"), "utf8")).packages;
const used = Object.keys(locked).filter((path) => path && !locked[path].dev);
const licences = used.sort().map((path) => {
  const folder = join(here, "..", path);
  const name = path.replace("node_modules/", "");
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((each) => join(folder, each)).find(existsSync);
  if (!file) throw new Error(`${name} brings no licence text`);
  return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
});
writeFileSync(join(dist, "licences.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));
