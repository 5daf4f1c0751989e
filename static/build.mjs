// Bundles static/js into static/dist: hashed names, a manifest, .gz twins and the licences of what is bundled in.
// Called by static/build.py, which finds Node and npm.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const ENTRIES = ["page", "thread", "compose", "media", "lesson", "order", "author", "pdf", "quiz", "notebook"];

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

// The reader of PDFs is taken as it is, under a folder of its own: it asks for its parts by name, and most of them never.
const pdf = join(here, "..", "node_modules", "pdfjs-dist");
const { version: pdfVersion } = JSON.parse(readFileSync(join(pdf, "package.json"), "utf8"));
const PDF_PARTS = [
  ["legacy/build", "", /^pdf(\.worker)?\.min\.mjs$/],
  ["cmaps", "cmaps", /\.bcmap$/],
  ["standard_fonts", "standard_fonts", /\.(pfb|ttf)$/],
  ["wasm", "wasm", /_nowasm_fallback\.js$/],
];
const pdfFiles = PDF_PARTS.flatMap(([from, to, wanted]) =>
  readdirSync(join(pdf, from))
    .filter((file) => wanted.test(file))
    .map((file) => [join(pdf, from, file), join(to, file)]),
);
// Some writers (WeasyPrint among them) number the signs of an OpenType font by their place in it and say so by
// "CIDToGIDMap /Identity". The standard has the reader ask the font's own numbers instead, which are others in a
// subset, and so the wrong signs are drawn. Two expressions are widened, as above.
const PLAIN_NUMBERS = [
  [`try{const t=e.get("CIDToGIDMap");`, `t.cidsArePlaces="OpenType"===t.subtype&&"Identity"===e.get("CIDToGIDMap")?.name;`],
  ["if(e.isCIDFont)for(", "if(e.isCIDFont&&!this.properties.cidsArePlaces)for("],
];
const taken = (from) => {
  if (basename(from) !== "pdf.worker.min.mjs") return readFileSync(from);
  let source = readFileSync(from, "utf8");
  PLAIN_NUMBERS.forEach(([found, put], number) => {
    if (source.split(found).length !== 2) throw new Error(`${from} holds no expression ${found}`);
    source = source.replace(found, () => (number ? put : put + found));
  });
  return Buffer.from(source);
};
const pdfHash = createHash("sha256");
pdfFiles.forEach(([from]) => pdfHash.update(taken(from)));
const pdfFolder = `pdfjs-${pdfVersion}-${pdfHash.digest("hex").slice(0, 10)}`;
let pdfBytes = 0;
for (const [from, to] of pdfFiles) {
  const contents = taken(from);
  const goal = join(dist, pdfFolder, to);
  mkdirSync(dirname(goal), { recursive: true });
  writeFileSync(goal, contents);
  if (/\.m?js$/.test(to)) {
    const packed = gzipSync(contents, { level: 9 });
    writeFileSync(`${goal}.gz`, packed);
    if (to.endsWith(".mjs")) pdfBytes += packed.length;
  }
}
const libraries = { pdf: { folder: `/static/dist/${pdfFolder}/`, kilobytes: Math.ceil(pdfBytes / 1024) } };
writeFileSync(join(dist, "libraries.json"), JSON.stringify(libraries, null, 1));

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
// What that reader holds of others: decoders of pictures, and the fonts that every PDF may ask for.
for (const folder of ["wasm", "standard_fonts"]) {
  for (const file of readdirSync(join(pdf, folder)).filter((one) => one.startsWith("LICENSE"))) {
    licences.push(`pdfjs-dist ${folder}/${file}\n\n${readFileSync(join(pdf, folder, file), "utf8").trim()}\n`);
  }
}
writeFileSync(join(dist, "licences.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));
