// Builds client/ into server/static/: every file directly in src/pages/, src/worker/, styles/ and
// icons/ is one entry.
// Names carry a hash of the content, so that they can be cached for ever; manifest.json says
// which is which. Beside each file stands the same in brotli, made once at its best. The same
// sources give the same bytes.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "server", "static");
const fresh = `${target}.new`;

async function entries(folder, ending) {
  const names = await readdir(join(here, folder)).catch(() => []);
  return names
    .filter((name) => name.endsWith(ending) && !name.startsWith("_") && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => join(here, folder, name));
}

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
const result = await build({
  entryPoints: [
    ...(await entries("src/pages", ".ts")),
    ...(await entries("src/worker", ".ts")),
    ...(await entries("styles", ".css")),
    ...(await entries("icons", ".svg")),
  ],
  absWorkingDir: here,
  outdir: fresh,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  format: "esm",
  target: "es2020",
  minify: true,
  legalComments: "none",
  alias: { "lib0/logging": "./src/net/logging.ts" },
  loader: { ".svg": "copy", ".woff2": "file", ".png": "file" },
  metafile: true,
  write: true,
  logLevel: "warning",
});

const manifest = {};
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  if (output.entryPoint === undefined) continue;
  manifest[basename(output.entryPoint).replace(/\.ts$/, ".js")] = relative(fresh, join(here, file));
}
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
// esbuild is the faster one, terser leaves a little less: 3 % of what a phone has to wait for.
const SMALLER = { module: true, compress: { passes: 2, ecma: 2020 }, format: { ecma: 2020 } };
for (const file of Object.values(sorted)) {
  const path = join(fresh, file);
  if (file.endsWith(".js")) {
    const { code } = await minify(await readFile(path, "utf8"), SMALLER);
    await writeFile(path, code);
  }
  await writeFile(`${path}.br`, brotliCompressSync(await readFile(path)));
}
// A running server keeps reading the old folder until the new one stands complete in its place.
await rm(target, { recursive: true, force: true });
await rename(fresh, target);

if (process.argv.includes("--sizes")) {
  for (const [name, file] of Object.entries(sorted)) {
    const [plain, small] = await Promise.all(
      [file, `${file}.br`].map((each) => readFile(join(target, each))),
    );
    console.log(`${name}\t${plain.length}\t${small.length} br`);
  }
}
