// Modules of the site for tests under node: bundled as the build does, without the page.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

export const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const tree = path.dirname(web);

/** All that the modules export, as one module: they share what they import. */
export async function load(...modules) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lanterne-web-'));
  const out = path.join(folder, 'bundle.mjs');
  try {
    await esbuild.build({
      stdin: {
        contents: modules.map((one) => `export * from './src/${one}';`).join('\n'),
        resolveDir: web,
        loader: 'ts',
      },
      absWorkingDir: web,
      outfile: out,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      jsx: 'automatic',
      jsxImportSource: 'preact',
      define: { LICENCES: '"/licences"' },
      logLevel: 'warning',
    });
    return await import(pathToFileURL(out).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
