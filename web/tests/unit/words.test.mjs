import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { load, tree } from '../support/bundle.mjs';

const words = await load(
  'i18n/index.ts',
  'i18n/en.ts',
  'i18n/fr.ts',
  'i18n/language.ts',
  'i18n/genres.ts',
);
const { choose, clock, clockSaid, en, fr, fromBrowser, genres, list, runtime, span, t } = words;

const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
const holes = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).sort();

test('every sentence is there in both languages, with the same holes to fill', () => {
  assert.deepEqual(Object.keys(fr).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en)) {
    assert.equal(typeof fr[key], typeof en[key], key);
    const wanted = holes(forms(en[key]).at(-1));
    const most = wanted.filter((hole) => hole !== 'n');
    for (const sentence of [...forms(fr[key]), ...forms(en[key])]) {
      const found = holes(sentence);
      // "a month" has no figure where "3 months" has one.
      const isOne = sentence === fr[key].one || sentence === en[key].one;
      assert.deepEqual(found, isOne && !found.includes('n') ? most : wanted, key);
      assert.ok(sentence.trim().length > 0, key);
    }
  }
});

test('French has its spaces before ? ! ; : and inside guillemets, and they do not break', () => {
  for (const [key, entry] of Object.entries(fr)) {
    for (const sentence of forms(entry)) {
      assert.doesNotMatch(sentence, /[^\s\u00a0\u202f][?!;]| [?!;:»]|« /, `${key}: ${sentence}`);
    }
  }
});

test('the genres are those of the service', async () => {
  const header = await readFile(path.join(tree, 'src/rules/catalog/genre.h'), 'utf8');
  const known = [...header.matchAll(/X\("([\w-]+)"\)/g)].map((found) => found[1]).sort();
  assert.ok(known.length > 10);
  assert.deepEqual([...genres()].sort(), known);
});

test('every code of a problem can be said', async () => {
  const contract = await readFile(path.join(tree, 'src/service/api/problem.h'), 'utf8').catch(
    () => null,
  );
  const codes = contract
    ? [...contract.matchAll(/X\(\w+, \d+, "([\w-]+)"/g)].map((found) => found[1])
    : [];
  const asked = codes.length
    ? codes
    : [
        'validation',
        'malformed',
        'unauthenticated',
        'credentials',
        'forbidden',
        'origin',
        'not-found',
        'method',
        'exists',
        'state',
        'version',
        'too-large',
        'media-type',
        'slow-down',
        'join',
        'subscribe',
        'not-ready',
        'busy',
        'internal',
        'no-space',
      ];
  for (const code of asked) assert.ok(`problem.${code}` in en, code);
});

test('the first language of the browser that is spoken here is taken', () => {
  for (const [tags, wanted] of [
    [['fr-CA', 'en'], 'fr'],
    [['de', 'fr'], 'fr'],
    [['en-GB', 'fr'], 'en'],
    [['de', 'nl'], 'en'],
    [[], 'en'],
    [['FR'], 'fr'],
  ]) {
    assert.equal(fromBrowser(tags), wanted, tags.join());
  }
});

test('figures, times and plurals follow the language', () => {
  choose('en', false);
  assert.equal(t('count.episodes', { n: 1 }), '1 episode');
  assert.equal(t('count.episodes', { n: 0 }), '0 episodes');
  assert.equal(runtime(112), '1 h 52 min');
  assert.equal(runtime(120), '2 h');
  assert.equal(clockSaid(3727), '1 hour 2 minutes 7 seconds');
  assert.equal(clockSaid(0), '0 seconds');
  choose('fr', false);
  assert.equal(t('count.episodes', { n: 0 }), '0 épisode');
  assert.equal(t('count.episodes', { n: 2 }), '2 épisodes');
  assert.match(list(['un', 'deux', 'trois']), /^un, deux et trois$/);
  assert.equal(span(3600), '1 h');
  for (const [seconds, shown] of [
    [0, '0:00'],
    [9.9, '0:09'],
    [249, '4:09'],
    [3727, '1:02:07'],
    [NaN, '0:00'],
    [-3, '0:00'],
  ]) {
    assert.equal(clock(seconds), shown);
  }
});
