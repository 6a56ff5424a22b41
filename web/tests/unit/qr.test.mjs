import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { load } from '../support/bundle.mjs';

const { qr, qrPath } = await load('ui/qr.ts');
const dark = (rows, y, x) => (rows[y][x] ? 1 : 0);

/** Reads a code of one block (21 or 25 modules a side), by the standard and not by our writer. */
function read(rows) {
  const size = rows.length;
  let format = 0;
  for (const [y, x] of [
    [8, 0],
    [8, 1],
    [8, 2],
    [8, 3],
    [8, 4],
    [8, 5],
    [8, 7],
    [8, 8],
    [7, 8],
    [5, 8],
    [4, 8],
    [3, 8],
    [2, 8],
    [1, 8],
    [0, 8],
  ])
    format = format * 2 + dark(rows, y, x);
  const said = (format ^ 0x5412) >> 10;
  assert.equal(said >> 3, 0, 'correction M');
  const masks = [
    (i, j) => (i + j) % 2,
    (i) => i % 2,
    (_, j) => j % 3,
    (i, j) => (i + j) % 3,
    (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2,
    (i, j) => ((i * j) % 2) + ((i * j) % 3),
    (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2,
    (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2,
  ];
  const mask = masks[said & 7];
  const fixed = (y, x) =>
    y === 6 ||
    x === 6 ||
    (y < 9 && (x < 9 || x >= size - 8)) ||
    (x < 9 && y >= size - 8) ||
    (size === 25 && Math.abs(y - 18) < 3 && Math.abs(x - 18) < 3);
  let bits = '';
  let column = size - 1;
  for (let pair = 0; column > 0; pair += 1, column -= 2) {
    if (column === 6) column -= 1;
    for (let i = 0; i < size; i += 1) {
      const y = pair % 2 ? i : size - 1 - i;
      for (const x of [column, column - 1])
        if (!fixed(y, x)) bits += dark(rows, y, x) ^ (mask(y, x) === 0 ? 1 : 0);
    }
  }
  assert.equal(bits.slice(0, 4), '0100', 'bytes');
  const length = parseInt(bits.slice(4, 12), 2);
  const bytes = Array.from({ length }, (_, i) => parseInt(bits.slice(12 + 8 * i, 20 + 8 * i), 2));
  return Buffer.from(bytes).toString('utf8');
}

test('a short code reads back as what was written', () => {
  for (const text of ['', 'a', 'Lanterne', 'quatorze bytes', 'à la lanterne', 'x'.repeat(26)])
    assert.equal(read(qr(text)), text);
});

test('codes grow with what they say, to their ceiling', () => {
  const sizes = [14, 15, 26, 27, 106, 107, 180, 181, 412].map((n) => qr('x'.repeat(n)).length);
  assert.deepEqual(sizes, [21, 25, 25, 29, 41, 45, 53, 57, 77]);
  assert.equal(qr('x'.repeat(413)), null);
});

test('the drawing has every dark module and a border of four', () => {
  const rows = qr('otpauth://totp/Lanterne');
  const { path: drawn, size } = qrPath(rows);
  assert.equal(size, rows.length + 8);
  let n = 0;
  for (const [, x, y, width] of drawn.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(width); i += 1) assert.ok(rows[y - 4][Number(x) - 4 + i]);
    n += Number(width);
  }
  assert.equal(n, rows.flat().filter(Boolean).length);
});

const reader = spawnSync('zbarimg', ['--version']).status === 0;
test(
  'a reader that is not ours reads every version',
  { skip: reader ? false : 'there is no zbarimg' },
  () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lanterne-qr-'));
    const file = path.join(folder, 'code.pbm');
    for (let n = 10; n <= 412; n += 27) {
      const text = 'otpauth://totp/Lanterne:ana%40lanterne.example?secret='.repeat(8).slice(0, n);
      const rows = qr(text);
      const side = (rows.length + 8) * 4;
      const at = (i) => Math.floor(i / 4) - 4;
      const pixels = Array.from({ length: side * side }, (_, i) =>
        rows[at(Math.floor(i / side))]?.[at(i % side)] ? 1 : 0,
      );
      writeFileSync(file, `P1 ${side} ${side}\n${pixels.join(' ')}\n`);
      const said = spawnSync('zbarimg', ['-q', '--raw', file], { encoding: 'utf8' }).stdout;
      assert.equal(said.trimEnd(), text);
    }
    rmSync(folder, { recursive: true, force: true });
  },
);
