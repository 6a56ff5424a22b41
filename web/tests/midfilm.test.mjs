// What stops a protected film that plays on our site: nothing here is made up, the house, the clock,
// the household and the place do it. Each stops the picture within one renewal, says why in plain
// words, and takes keys and media away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, skip } from './support/house.mjs';
import { day, license } from './support/rights.mjs';
import { until } from './support/until.mjs';

const RENEWAL = 10; // seconds that a pass lasts: the longest that anything goes on
const SLACK = 5; // of a busy machine
const SETTINGS = {
  lease_seconds: 15,
  pass_seconds: RENEWAL,
  pass_hours: 1,
  finish_hours: 0,
  trial_days: 2,
  trusted_proxies: '127.0.0.1',
  place_header: 'X-Place',
};
const DAY = 86_400_000;
const instant = (ms) => new Date(ms).toISOString().replace(/\.\d+/, '');

const houses = [];
let house;
let browser;
/** A house of its own; `right`: what contracts say of the film. */
async function open(right, settings = {}) {
  const made = await openHouse({
    settings: { ...SETTINGS, ...settings },
    stock: (stocked) => {
      license(stocked, stocked.catalogue.film, { from: day(-9), ...right });
      stocked.run(['territory', 'ready', 'US']);
      stocked.run(['territory', 'open', 'US', '--despite', 'A test']);
    },
  });
  houses.push(made);
  return made;
}
before(async () => {
  if (skip) return;
  browser = await launch();
  house = await open({});
});
after(async () => {
  await browser?.close();
  for (const one of houses) await one.close();
});

const fromFrance = { extraHTTPHeaders: { 'X-Place': 'FR' } };

/** A member whose film plays, with the newest of what the service gave for it. */
async function watching(at, visitor) {
  const one = visitor ?? (await (await Visitor.arrive(browser, at, fromFrance)).join());
  one.page.on('response', async (answer) => {
    const { pathname } = new URL(answer.url());
    if (/^\/api\/v1\/playbacks(\/\w+\/heartbeat)?$/.test(pathname) && answer.ok())
      one.given = { ...one.given, ...(await answer.json()) };
    if (/^\/media\/.*\/v\d+\/\d+\.m4s$/.test(pathname)) one.segment = answer.url();
    if (/^\/licence\//.test(pathname)) one.asked = answer.request().postData();
  });
  await one.open(`/watch/${at.catalogue.film}`);
  await one.plays(0.5);
  await until('the film is known', () => one.given && one.segment && one.asked);
  return one;
}

/** The film runs, `act` happens: then it stands still in time, and nobody gets any more of it.
 * before: milliseconds until it happens by itself. */
async function stops(one, act, words, reason, before = 0) {
  const { page } = one;
  const began = Date.now();
  const at = await one.video((video) => video.currentTime);
  await act();
  await page.waitForFunction(() => document.querySelector('video').paused);
  const took = (Date.now() - began - before) / 1000;
  assert.ok(took < RENEWAL + SLACK, `it played on for ${took} s`);
  await page.getByRole('alert').getByText(words).waitFor();
  const still = await one.video((video) => video.currentTime);
  assert.ok(still < 23.9 && still >= at, `it was over by itself: ${still}`);
  await page.waitForTimeout(1500);
  assert.equal(await one.video((video) => video.currentTime), still);
  const keys = await one.context.request.post(one.given.licence, { data: JSON.parse(one.asked) });
  assert.equal(keys.status(), 403);
  const problem = await keys.json();
  // What ends by the clock ends the token in the same instant.
  assert.ok(problem.reason === reason || problem.code === 'expired', JSON.stringify(problem));
  const media = async () => (await one.context.request.get(one.segment)).status();
  await until('media are refused', async () => (await media()) === 403, (RENEWAL + SLACK) * 1000);
  return took;
}

test('the house ends the subscription', { skip }, async () => {
  const one = await watching(house);
  const act = () => house.run(['member', 'stop', one.email]);
  await stops(one, act, 'The subscription has ended.', 'subscription');
  await one.leave();
});

test('the film is stopped from another screen of the household', { skip }, async () => {
  const one = await watching(house);
  const two = await Visitor.arrive(browser, house, fromFrance);
  await two.signIn(one.email);
  const act = async () => {
    const { items } = await two.ask('GET', '/api/v1/me/streams');
    await two.ask('DELETE', `/api/v1/me/streams/${items[0].id}`);
  };
  await stops(one, act, 'It was stopped from another screen of your household.', 'stopped');
  await two.leave();
  await one.leave();
});

test('the member travels to where it is not cleared', { skip }, async () => {
  const one = await watching(house);
  const act = () => one.context.setExtraHTTPHeaders({ 'X-Place': 'US' });
  await stops(one, act, 'This title cannot be watched where you are now.', 'territory');
  await one.leave();
});

test('the house takes the title off the service', { skip }, async () => {
  const one = await watching(house);
  const act = () => house.run(['withdraw', house.catalogue.film]);
  await stops(one, act, 'This title was taken off the service.', 'withdrawn');
  house.run(['publish', house.catalogue.film]);
  await one.leave();
});

/** Serves a house as it is by another clock. */
async function serveAt(at, now) {
  const old = at.children.pop();
  const ended = new Promise((done) => old.once('exit', done));
  old.kill('SIGTERM');
  await ended;
  const server = at.start(['serve', '--listen', '127.0.0.1:0', '--now', instant(now)]);
  at.address = await until('the server listens', () => {
    if (server.exitCode !== null) throw new Error(`the server ended:\n${server.said}`);
    return /http:\/\/127\.0\.0\.1:(\d+)/.exec(server.said)?.[0];
  });
}

test('the window of the right closes', { skip }, async () => {
  const closes = Date.now() + 20 * DAY;
  const own = await open({ until: instant(closes) });
  await serveAt(own, closes - DAY);
  const member = await (await Visitor.arrive(browser, own, fromFrance)).join();
  await serveAt(own, closes - 12_000);
  const left = Date.now() + 12_000;
  const one = await watching(own, member);
  const before = Math.max(0, left - Date.now());
  const words = /Our right to show this has ended|This title can no longer be watched/;
  await stops(one, () => {}, words, 'window', before);
  await one.leave();
});

test('the subscription ends by the clock', { skip }, async () => {
  const own = await open({});
  const joined = Date.now();
  const member = await (await Visitor.arrive(browser, own, fromFrance)).join();
  const { subscription } = await member.ask('GET', '/api/v1/me');
  const ends = Date.parse(subscription?.ends_at ?? instant(joined + 2 * DAY));
  await serveAt(own, ends - 12_000);
  const left = Date.now() + 12_000;
  const one = await watching(own, member);
  const before = Math.max(0, left - Date.now());
  await stops(one, () => {}, 'The subscription has ended.', 'subscription', before);
  await one.leave();
});
