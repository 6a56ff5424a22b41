// Builds the site into dist/ (or --out DIR): index.html and assets/ with a hash in every name, so
// that a server may call them immutable. --watch builds again on each change.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({
  options: {
    out: { type: 'string', default: path.join(root, 'dist') },
    watch: { type: 'boolean' },
  },
});
const out = path.resolve(args.out);
const assets = path.join(out, 'assets');

const hashed = (name, bytes) => {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  return `${stem}-${hash}${ext}`;
};

// What ships in the site and was written by others, with the licences they ask to be told.
async function licences() {
  const parts = [];
  for (const name of ['preact', 'shaka-player']) {
    const dir = path.join(root, 'node_modules', name);
    const { version } = JSON.parse(await readFile(path.join(dir, 'package.json'), 'utf8'));
    parts.push(`${name} ${version}\n\n${await readFile(path.join(dir, 'LICENSE'), 'utf8')}`);
  }
  return parts.join(`\n\n${'-'.repeat(72)}\n\n`);
}

async function copyStatic() {
  const names = new Map();
  for (const name of await readdir(path.join(root, 'static'))) {
    const bytes = await readFile(path.join(root, 'static', name));
    names.set(name, hashed(name, bytes));
    await cp(path.join(root, 'static', name), path.join(assets, names.get(name)));
  }
  const text = Buffer.from(await licences());
  names.set('licences.txt', hashed('licences.txt', text));
  await writeFile(path.join(assets, names.get('licences.txt')), text);
  return names;
}

function outputOf(metafile, entry) {
  for (const [file, info] of Object.entries(metafile.outputs)) {
    if (info.entryPoint === entry) return path.basename(file);
  }
  throw new Error(`no output for ${entry}`);
}

async function writePage(metafile, names) {
  let page = await readFile(path.join(root, 'index.html'), 'utf8');
  names.set('main.js', outputOf(metafile, 'src/main.tsx'));
  names.set('site.css', outputOf(metafile, 'src/style/site.css'));
  page = page.replace(/\{\{([\w.-]+)\}\}/g, (_, name) => {
    if (!names.has(name)) throw new Error(`index.html asks for ${name}, which was not built`);
    return `/assets/${names.get(name)}`;
  });
  await writeFile(path.join(out, 'index.html'), page.replace(/>\s+</g, '><').trim() + '\n');
}

await rm(out, { recursive: true, force: true });
await mkdir(assets, { recursive: true });
const names = await copyStatic();
const options = {
  absWorkingDir: root,
  entryPoints: ['src/main.tsx', 'src/style/site.css'],
  outdir: assets,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2021', 'chrome100', 'firefox100', 'safari15'],
  minify: true,
  sourcemap: 'external',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  legalComments: 'none',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { LICENCES: JSON.stringify(`/assets/${names.get('licences.txt')}`) },
  metafile: true,
  logLevel: 'warning',
  plugins: [
    {
      name: 'page',
      setup(build) {
        build.onEnd(async (result) => {
          if (result.metafile) await writePage(result.metafile, names);
        });
      },
    },
  ],
};
if (args.watch) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
