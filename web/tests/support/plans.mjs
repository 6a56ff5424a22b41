// What a house has that sells: plans with prices, a card gateway's double beside it, direct debits,
// a film to rent, gifts, and a cable partner that signs its calls (RFC 9421).
import { spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { tree } from './bundle.mjs';
import { openHouse } from './house.mjs';
import { license } from './rights.mjs';
import { until } from './until.mjs';

export const PAYS = '4242424242424242';
export const DECLINES = '4000000000000341';
export const CONFIRMS = '4000002760003184';
const KEY = 'sk_test_double';
const SECRET = 'whsec_double';

/** An IBAN that nobody had before: each has one free trial (ISO 13616). */
let accounts = Date.now() % 1_000_000;
export function newIban() {
  const bban = `37040044${String((accounts += 1)).padStart(10, '0')}`;
  const check = 98n - (BigInt(`${bban}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${bban}`;
}

const freePort = () =>
  new Promise((done, fail) => {
    const server = net.createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

function secret(house, name, text) {
  const file = path.join(path.dirname(house.folder), `${name}.key`);
  writeFileSync(file, `${text}\n`);
  chmodSync(file, 0o600);
  return file;
}

function stock(house) {
  const plan = (code, name, french, streams, format, rank, price, ...more) => {
    house.run([
      'plan', 'add', code, '--name', name, '--name-fr', french, '--streams', String(streams),
      '--format', format, '--rank', String(rank), ...more,
    ]); // prettier-ignore
    house.run(['plan', 'price', code, '--territory', 'FR', '--amount', price]);
  };
  house.run(['territory', 'set', 'FR', '--tax', '20']);
  plan('basic', 'Basic', 'Essentiel', 1, 'SD', 1, '5.99');
  plan('standard', 'Standard', 'Standard', 2, 'HD', 2, '9.99');
  plan('premium', 'Premium', 'Intégral', 4, 'UHD', 3, '14.99');
  plan('year', 'Standard for a year', 'Standard à l’année', 2, 'HD', 2, '99.00', '--months', '12');
  // A film that is for rent alone.
  const { draft } = house.catalogue;
  license(house, draft, { from: '2020-01-01', licence: 'VOD' });
  house.run(['publish', draft]);
  house.run([
    'rental', 'price', 'set', '--territory', 'FR', '--title', draft, '--format', 'HD',
    '--amount', '3.99',
  ]); // prettier-ignore
  const partner = house.json([
    'partner', 'add', 'Câble Un', '--contact', 'cable-un.example, 3900',
  ]).id; // prettier-ignore
  const key = house.json(['partner', 'key', 'add', 'Câble Un']);
  house.run([
    'bundle', 'add', 'Câble Un', 'triple', '--plan', 'standard', '--territory', 'FR',
    '--price', '6.00', '--share', '200',
  ]); // prettier-ignore
  house.catalogue.partner = partner;
  house.partnerKey = { id: key.id, secret: Buffer.from(key.secret, 'base64') };
}

/** A house of openHouse() that sells; `gateway` is the address of the pages where cards are typed. */
export async function openShop({ settings = {}, card = true } = {}) {
  const port = await freePort();
  const gateway = `http://127.0.0.1:${port}`;
  const house = await openHouse({
    settings: {
      trial_days: 0,
      seller: 'Lanterne SAS|1 rue du Quai|75001 Paris|FR 12 345678901',
      sepa_creditor_id: 'FR72ZZZ123456',
      sepa_creditor_name: 'Lanterne SAS',
      sepa_creditor_iban: 'FR7630006000011234567890189',
      ...settings,
    },
    stock: (made) => {
      stock(made);
      if (!card) return;
      set(made, {
        card_gateway_url: gateway,
        card_key_file: secret(made, 'card', KEY),
        card_webhook_secret_file: secret(made, 'webhook', SECRET),
        card_timeout: 5,
      });
    },
  });
  if (card) await startGateway(house, port);
  return house;
}

function set(house, values) {
  const lines = Object.entries(values).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(path.join(house.folder, 'lanterne.conf'), lines.join(''), { flag: 'a' });
}

async function startGateway(house, port) {
  const child = spawn(
    '/usr/bin/python3',
    [
      path.join(tree, 'tests/scenario/gateway.py'),
      ...['--port', String(port), '--key', KEY, '--secret', SECRET],
      ...['--webhook', `${house.address}/api/v1/webhooks/card`],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  child.said = '';
  for (const out of [child.stdout, child.stderr]) out.on('data', (text) => (child.said += text));
  house.children.push(child);
  house.gateway = await until('the gateway listens', () => {
    if (child.exitCode !== null) throw new Error(`the gateway ended:\n${child.said}`);
    return /http:\/\/127\.0\.0\.1:\d+/.exec(child.said)?.[0];
  });
}

/** What truly happened to money at the gateway. */
export const journalOf = async (house) => (await fetch(`${house.gateway}/double/journal`)).json();

/** Codes of gifts of so many months. */
export const giftCode = (house, plan = 'standard', months = 2) =>
  house.json(['gift', 'create', '--plan', plan, '--months', String(months)]).items[0].code;

/** A call of the partner's system; `body` null: GET. */
export async function partnerCalls(house, at, body = null) {
  const method = body === null ? 'GET' : 'POST';
  const url = `${house.address}/partner/v1${at}`;
  const sent = body === null ? null : JSON.stringify(body);
  const headers = {};
  if (sent !== null) {
    const digest = createHash('sha256').update(sent).digest('base64');
    headers['content-digest'] = `sha-256=:${digest}:`;
    headers['idempotency-key'] = randomBytes(8).toString('hex');
    headers['content-type'] = 'application/json';
  }
  const parts = { '@method': method, '@target-uri': url, ...headers };
  delete parts['content-type'];
  const names = Object.keys(parts);
  const now = Math.floor(Date.now() / 1000);
  const params =
    `(${names.map((name) => `"${name}"`).join(' ')});created=${now};expires=${now + 60}` +
    `;nonce="${randomBytes(18).toString('base64url')}";keyid="${house.partnerKey.id}"`;
  const base = [
    ...names.map((name) => `"${name}": ${parts[name]}`),
    `"@signature-params": ${params}`,
  ].join('\n');
  const mac = createHmac('sha256', house.partnerKey.secret).update(base).digest('base64');
  headers['signature-input'] = `sig1=${params}`;
  headers['signature'] = `sig1=:${mac}:`;
  const answer = await fetch(url, { method, headers, body: sent });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
}

/** The path of the link that the partner gives a customer of its, and its subscription there. */
export async function partnerLink(house) {
  const account = `C-${randomBytes(5).toString('hex')}`;
  const made = await partnerCalls(house, '/subscriptions', {
    partner_account_id: account,
    bundle: 'triple',
    channel: 'shop',
    billing_event_id: `E-${account}`,
  });
  const link = new URL(made.activation.link);
  return { path: link.pathname + link.hash, subscription: made.id };
}
