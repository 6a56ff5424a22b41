// Letters as the house writes them into its folder, and codes as an app on a phone shows them.
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { until } from './until.mjs';

const plainText = (text) =>
  Buffer.from(
    text
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

function bodyOf(message) {
  const [, head, body] = /^([^]*?)\r?\n\r?\n([^]*)$/.exec(message);
  return /base64/i.test(head) ? Buffer.from(body, 'base64').toString('utf8') : plainText(body);
}

function letters(house, to) {
  const folder = path.join(house.folder, 'mail');
  let names = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  } catch {
    return []; // no letter yet
  }
  const age = (name) => statSync(path.join(folder, name)).mtimeMs;
  return names
    .sort((a, b) => age(a) - age(b))
    .map((name) => readFileSync(path.join(folder, name), 'latin1'))
    .filter((message) => message.includes(to))
    .map(bodyOf);
}

/** The path of the newest link of a kind ("/verify", "/reset") that was sent to an address; `not`:
 * another than this one. */
export const linkTo = (house, to, page, not = null) =>
  until(`a letter with ${page} comes to ${to}`, () => {
    const found = letters(house, to)
      .flatMap((body) => [...body.matchAll(new RegExp(`${page}#[\\w-]+`, 'g'))])
      .map((match) => match[0])
      .filter((link) => link !== not);
    return found.at(-1);
  });

/** The code of RFC 6238 that an app shows for a secret in base32. */
export function codeOf(secret, at = Date.now()) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((one) => letters.indexOf(one).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
