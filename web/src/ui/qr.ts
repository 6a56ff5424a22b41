// QR codes (ISO/IEC 18004): bytes, error correction M, versions 1 to 15. Enough for an address of
// some 400 bytes, drawn by us so that no secret leaves the page.

/** By version from 1: error correction bytes a block, then [blocks, data bytes] of each group. */
const BLOCKS: [number, ...[number, number][]][] = [
  [10, [1, 16]],
  [16, [1, 28]],
  [26, [1, 44]],
  [18, [2, 32]],
  [24, [2, 43]],
  [16, [4, 27]],
  [18, [4, 31]],
  [22, [2, 38], [2, 39]],
  [22, [3, 36], [2, 37]],
  [26, [4, 43], [1, 44]],
  [30, [1, 50], [4, 51]],
  [22, [6, 36], [2, 37]],
  [22, [8, 37], [1, 38]],
  [24, [4, 40], [5, 41]],
  [24, [5, 41], [5, 42]],
];
/** Centres of the small squares; the first two are on the timing lines. */
const ALIGNED: number[][] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
  [6, 30, 54],
  [6, 32, 58],
  [6, 34, 62],
  [6, 26, 46, 66],
  [6, 26, 48, 70],
];

const exp = new Uint8Array(512);
const log = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i += 1) {
  exp[i] = exp[i + 255] = x;
  log[x] = i;
  x = x & 0x80 ? (x << 1) ^ 0x11d : x << 1;
}
const times = (a: number, b: number) => (a && b ? exp[log[a]! + log[b]!]! : 0);

/** What is left of data * x^n by the generator with n roots. */
function correction(data: Uint8Array, n: number): Uint8Array {
  let generator = new Uint8Array([1]);
  for (let i = 0; i < n; i += 1) {
    const next = new Uint8Array(generator.length + 1);
    generator.forEach((one, at) => {
      next[at]! ^= one;
      next[at + 1]! ^= times(one, exp[i]!);
    });
    generator = next;
  }
  const rest = new Uint8Array(data.length + n);
  rest.set(data);
  for (let i = 0; i < data.length; i += 1) {
    const factor = rest[i]!;
    if (factor) generator.forEach((one, at) => (rest[i + at]! ^= times(one, factor)));
  }
  return rest.slice(data.length);
}

const dataBytes = (version: number) =>
  BLOCKS[version - 1]!.slice(1).reduce<number>((sum, group) => {
    const [n, size] = group as [number, number];
    return sum + n * size;
  }, 0);

/** The data with its mode, its length and what fills it up. */
function packed(bytes: Uint8Array, version: number): Uint8Array {
  const out = new Uint8Array(dataBytes(version));
  let at = 0;
  const put = (value: number, bits: number) => {
    for (let i = bits - 1; i >= 0; i -= 1, at += 1)
      if ((value >>> i) & 1) out[at >> 3]! |= 0x80 >> (at & 7);
  };
  put(4, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  at = Math.min(out.length * 8, at + 4); // the end
  at = (at + 7) & ~7;
  for (let pad = 0xec; at < out.length * 8; pad ^= 0xec ^ 0x11) put(pad, 8);
  return out;
}

/** All blocks with their correction, one byte of each in turn. */
function interleaved(data: Uint8Array, version: number): number[] {
  const [extra, ...groups] = BLOCKS[version - 1]!;
  const blocks: Uint8Array[] = [];
  let from = 0;
  for (const [n, size] of groups)
    for (let i = 0; i < n; i += 1, from += size) blocks.push(data.slice(from, from + size));
  const corrections = blocks.map((block) => correction(block, extra));
  const out: number[] = [];
  for (const all of [blocks, corrections]) {
    const longest = Math.max(...all.map((one) => one.length));
    for (let i = 0; i < longest; i += 1)
      for (const one of all) if (i < one.length) out.push(one[i]!);
  }
  return out;
}

/** value with the remainder of its division by a polynomial behind it. */
function guarded(value: number, bits: number, polynomial: number): number {
  let rest = value << bits;
  for (let i = 31; i >= bits; i -= 1) if ((rest >>> i) & 1) rest ^= polynomial << (i - bits);
  return (value << bits) | rest;
}

class Drawing {
  readonly dark: boolean[][];
  readonly fixed: boolean[][];
  constructor(readonly size: number) {
    const rows = () => Array.from({ length: size }, () => Array<boolean>(size).fill(false));
    this.dark = rows();
    this.fixed = rows();
  }
  fix(row: number, column: number, dark: boolean) {
    if (row < 0 || column < 0 || row >= this.size || column >= this.size) return;
    this.dark[row]![column] = dark;
    this.fixed[row]![column] = true;
  }
  /** Rings around a place: dark ones are those not at a distance of `light`. */
  rings(row: number, column: number, reach: number, light: number[]) {
    for (let y = -reach; y <= reach; y += 1)
      for (let x = -reach; x <= reach; x += 1)
        this.fix(row + y, column + x, !light.includes(Math.max(Math.abs(x), Math.abs(y))));
  }
}

function frame(version: number): Drawing {
  const d = new Drawing(17 + 4 * version);
  const end = d.size - 1;
  for (let i = 0; i < d.size; i += 1) {
    d.fix(6, i, i % 2 === 0);
    d.fix(i, 6, i % 2 === 0);
  }
  for (const [y, x] of [
    [3, 3],
    [3, end - 3],
    [end - 3, 3],
  ] as const)
    d.rings(y, x, 4, [2, 4]);
  const centres = ALIGNED[version - 1]!;
  const last = centres.at(-1);
  for (const y of centres)
    for (const x of centres) {
      const corner = (y === 6 && (x === 6 || x === last)) || (x === 6 && y === last);
      if (!corner) d.rings(y, x, 2, [1]);
    }
  putFormat(d, 0); // keeps the places
  if (version >= 7) {
    const bits = guarded(version, 12, 0x1f25);
    for (let i = 0; i < 18; i += 1) {
      const a = Math.floor(i / 3);
      const b = d.size - 11 + (i % 3);
      d.fix(a, b, ((bits >>> i) & 1) === 1);
      d.fix(b, a, ((bits >>> i) & 1) === 1);
    }
  }
  return d;
}

/** Correction M and the mask, twice, and the one module that is always dark. */
function putFormat(d: Drawing, mask: number) {
  const bits = guarded(mask, 10, 0x537) ^ 0x5412; // M is 00
  for (let i = 0; i < 15; i += 1) {
    const dark = ((bits >>> i) & 1) === 1;
    const along = i < 6 ? i : i < 8 ? i + 1 : d.size - 15 + i;
    d.fix(along, 8, dark);
    const across = i < 8 ? d.size - 1 - i : i === 8 ? 7 : 14 - i;
    d.fix(8, across, dark);
  }
  d.fix(d.size - 8, 8, true);
}

/** Upwards and downwards in columns of two from the right, around what is fixed. */
function fill(d: Drawing, bytes: number[]) {
  let at = 0;
  let upwards = true;
  for (let right = d.size - 1; right > 0; right -= 2, upwards = !upwards) {
    if (right === 6) right = 5; // the timing line
    for (let i = 0; i < d.size; i += 1) {
      const row = upwards ? d.size - 1 - i : i;
      for (const column of [right, right - 1]) {
        if (d.fixed[row]![column]) continue;
        d.dark[row]![column] = (((bytes[at >> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1;
        at += 1;
      }
    }
  }
}

const MASKS: ((y: number, x: number) => boolean)[] = [
  (y, x) => (y + x) % 2 === 0,
  (y) => y % 2 === 0,
  (_, x) => x % 3 === 0,
  (y, x) => (y + x) % 3 === 0,
  (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (y, x) => ((y * x) % 2) + ((y * x) % 3) === 0,
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2 === 0,
  (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2 === 0,
];

function turn(d: Drawing, mask: number) {
  for (let y = 0; y < d.size; y += 1)
    for (let x = 0; x < d.size; x += 1)
      if (!d.fixed[y]![x] && MASKS[mask]!(y, x)) d.dark[y]![x] = !d.dark[y]![x];
}

/** How hard it is to read: runs, squares, what looks like a finder, too dark or too light. */
function penalty({ dark, size }: Drawing): number {
  let points = 0;
  const lines = [...dark, ...dark.map((_, x) => dark.map((row) => row[x]!))];
  for (const line of lines) {
    const text = line.map((one) => (one ? '1' : '0')).join('');
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
    points += 40 * (text.match(/(?=10111010000|00001011101)/g)?.length ?? 0);
  }
  for (let y = 1; y < size; y += 1)
    for (let x = 1; x < size; x += 1) {
      const one = dark[y]![x];
      if (one === dark[y - 1]![x] && one === dark[y]![x - 1] && one === dark[y - 1]![x - 1])
        points += 3;
    }
  const share = dark.flat().filter(Boolean).length / (size * size);
  return points + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}

/** Rows of modules, true for dark ones, without the light border; null: too long. */
export function qr(text: string): boolean[][] | null {
  const bytes = new TextEncoder().encode(text);
  let version = 1;
  while (version <= BLOCKS.length && dataBytes(version) < bytes.length + (version < 10 ? 2 : 3))
    version += 1;
  if (version > BLOCKS.length) return null;
  const d = frame(version);
  fill(d, interleaved(packed(bytes, version), version));
  let best = 0;
  let least = Infinity;
  for (let mask = 0; mask < MASKS.length; mask += 1) {
    putFormat(d, mask);
    turn(d, mask);
    const points = penalty(d);
    if (points < least) [best, least] = [mask, points];
    turn(d, mask); // off again
  }
  putFormat(d, best);
  turn(d, best);
  return d.dark;
}

/** As the path of an SVG, with modules of 1 and the border of 4 that readers need. */
export function qrPath(rows: boolean[][]): { path: string; size: number } {
  const parts: string[] = [];
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      let n = 0;
      while (row[x + n]) n += 1;
      if (n) parts.push(`M${x + 4} ${y + 4}h${n}v1h-${n}z`);
      x += n;
    }
  });
  return { path: parts.join(''), size: rows.length + 8 };
}
