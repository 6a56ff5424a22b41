// Runs the tests: prepares one house for all files, then node's test runner over every *.test.mjs
// (or those that are named).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare, skip } from './support/house.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const found = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return found(at);
    return entry.name.endsWith('.test.mjs') ? [at] : [];
  });
const files = process.argv.length > 2 ? process.argv.slice(2) : found(here).sort();

const env = { ...process.env };
let house = null;
if (
  !skip &&
  !env.LANTERNE_TEST_HOUSE &&
  files.some((file) => !file.includes(`${path.sep}unit${path.sep}`))
) {
  house = mkdtempSync(path.join(os.tmpdir(), 'lanterne-house-'));
  console.log('# encoding a small catalogue');
}
let status = 1;
try {
  if (house) {
    prepare(house);
    env.LANTERNE_TEST_HOUSE = house;
  }
  status = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit', env }).status ?? 1;
} finally {
  if (house) rmSync(house, { recursive: true, force: true });
}
process.exit(status);
