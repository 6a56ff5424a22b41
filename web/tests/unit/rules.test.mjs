import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { load, tree } from '../support/bundle.mjs';

globalThis.location = new URL('http://127.0.0.1:8080/');
const site = await load(
  'core/router.ts',
  'routes.ts',
  'watch/keeper.ts',
  'watch/names.ts',
  'pages/play.ts',
  'ui/art.tsx',
  'console/draft.ts',
  'i18n/language.ts',
);
site.choose('en', false);

test('an address to go on to is one of ours, or home', () => {
  for (const [next, to] of [
    ['/title/abc?x=1', '/title/abc?x=1'],
    [null, '/'],
    ['', '/'],
    ['//evil.example/', '/'],
    ['https://evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/\t/evil.example', '/'],
  ]) {
    const got = site.safeNext(next);
    assert.equal(new URL(got, 'http://here.example').host, 'here.example', String(next));
    if (to !== '/') assert.equal(got, to);
  }
});

test('the site and the server agree on which addresses are pages', async () => {
  const source = await readFile(path.join(tree, 'src/service/site/site.c'), 'utf8');
  const rows = [...source.matchAll(/\{ "(\/[^"]*)", (true|false) \}/g)];
  assert.ok(rows.length >= 8);
  for (const [, address, takesMore] of rows) {
    const route = site.routeOf(takesMore === 'true' ? `${address}abc` : address);
    assert.notEqual(route.page, 'not-found', address);
  }
  for (const stranger of ['/nothing', '/title/', '/title/a/b', '/watch']) {
    assert.equal(site.routeOf(stranger).page, 'not-found', stranger);
  }
});

test('a new pass is asked for a minute early, for short ones at half their time', () => {
  const now = Date.parse('2013-07-22T20:00:00Z');
  const at = (seconds) => new Date(now + seconds * 1000).toISOString();
  assert.equal(site.renewalDelay(at(3600), now), 3_540_000);
  assert.equal(site.renewalDelay(at(60), now), 30_000);
  assert.equal(site.renewalDelay(at(-5), now), 1000);
  assert.equal(site.renewalDelay('never', now), 2 ** 31 - 1);
  assert.equal(site.renewalDelay(at(1e9), now), 2 ** 31 - 1);
});

test('what was seen to its credits is finished', () => {
  assert.equal(site.isFinished(5500, 6000), false);
  assert.equal(site.isFinished(5880, 6000), true);
  assert.equal(site.isFinished(9, 12), false);
  assert.equal(site.isFinished(11.5, 12), true);
  assert.equal(site.isFinished(0, 0), false);
});

test('the next episode is offered in the last 20 seconds, or the last third', () => {
  assert.equal(site.offerNextAt(2700), 2680);
  assert.equal(site.offerNextAt(12), 8);
});

const film = { id: 'f', kind: 'film', may: 'play', playable: 'f', resume_seconds: 0, seasons: [] };
const episode = (id, number, more = {}) => ({ id, number, ready: true, ...more });

test('the large button of a film plays, resumes, or says what comes first', () => {
  const cases = [
    [film, '/watch/f', 'Play'],
    [{ ...film, resume_seconds: 60, progress: 0.5 }, '/watch/f', 'Resume'],
    [{ ...film, may: 'join' }, '/join?next=%2Fwatch%2Ff', 'Join to watch'],
    [{ ...film, may: 'subscribe' }, '/account?next=%2Fwatch%2Ff', 'Take the plan to watch'],
  ];
  for (const [title, href, text] of cases) {
    const play = site.playOf(title);
    assert.equal(play.href, href);
    assert.equal(play.text, text);
  }
  assert.equal(site.playOf({ ...film, playable: null }), null);
});

test('the large button of a series goes on where one is, and never begins with specials', () => {
  const seasons = [
    { number: 0, episodes: [episode('s', 1)] },
    {
      number: 1,
      episodes: [episode('a', 1, { finished: true }), episode('b', 2, { resume_seconds: 9 })],
    },
    { number: 2, episodes: [episode('c', 1, { ready: false })] },
  ];
  const series = { ...film, kind: 'series', playable: null, seasons };
  assert.equal(site.playOf(series).href, '/watch/b');
  assert.equal(site.playOf({ ...series, resume: { playable: 'b' } }).text, 'Resume S1 E2');
  const fresh = [{ number: 1, episodes: [episode('a', 1, { finished: true })] }];
  assert.equal(site.playOf({ ...series, seasons: fresh }).text, 'Play S1 E1');
  assert.equal(site.playOf({ ...series, seasons: [] }), null);
});

test('what stands in for a picture has the same colour each time', () => {
  assert.equal(site.hueOf('p6j6pvrfw6rm7zr76qdxhd2w2y'), site.hueOf('p6j6pvrfw6rm7zr76qdxhd2w2y'));
  assert.notEqual(site.hueOf('a'), site.hueOf('b'));
});

test('menus name sounds by language, and by channels where two are alike', () => {
  const one = { id: '1', language: 'fr', label: null, special: false, channels: 2 };
  const two = { ...one, id: '2', channels: 6 };
  assert.equal(site.soundName(one, [one]), 'French');
  assert.equal(site.soundName(two, [one, two]), 'French 5.1');
  assert.equal(
    site.choiceName({ ...one, special: true }, 'caption'),
    'French (for the deaf and hard of hearing)',
  );
  assert.equal(
    site.choiceName({ ...one, label: 'Version française' }, 'sound'),
    'Version française',
  );
});

test('the editor sends what was written, and null for what was taken away', () => {
  const draft = {
    ...site.emptyDraft,
    original_title: ' Nitrate ',
    year: '1931',
    countries: 'fr, de',
    texts: [
      { language: 'fr', title: 'Nitrate', synopsis: '' },
      { language: 'en', title: '', synopsis: '' },
    ],
    credits: [
      { role: 'actor', name: 'A', character: '' },
      { role: 'actor', name: '', character: '' },
    ],
  };
  const body = site.bodyOf(draft);
  assert.equal(body.original_title, 'Nitrate');
  assert.equal(body.year, 1931);
  assert.equal(body.runtime_minutes, null);
  assert.equal(body.credit_line, null);
  assert.deepEqual(body.countries, ['FR', 'DE']);
  assert.deepEqual(body.texts, [{ language: 'fr', title: 'Nitrate', synopsis: null }]);
  assert.deepEqual(body.credits, [{ role: 'actor', name: 'A', character: null }]);
  assert.deepEqual(site.faultsOf(draft), {});
  assert.deepEqual(Object.keys(site.faultsOf({ ...draft, original_title: '', year: '19x' })), [
    'original_title',
    'year',
  ]);
});
