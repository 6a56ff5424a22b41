// Seats: two screens play, a third is told who they are, stops one and plays; what the stopped one
// is told; what frees a seat.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './support/axe.mjs';
import { launch, Visitor } from './support/browser.mjs';
import { ADMINISTRATOR, openHouse, skip } from './support/house.mjs';
import { until } from './support/until.mjs';

let house;
let browser;
before(async () => {
  if (skip) return;
  house = await openHouse({ settings: { lease_seconds: 15 } });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

const watchFilm = () => `/watch/${house.catalogue.film}`;

/** Screens of one household. */
async function household(n, options = {}) {
  const first = await (await Visitor.arrive(browser, house, options)).join();
  const all = [first];
  while (all.length < n)
    all.push(await (await Visitor.arrive(browser, house, options)).signIn(first.email));
  return all;
}

async function plays(visitor, path = watchFilm()) {
  await visitor.open(path);
  await visitor.plays(0.3);
}

const running = async (visitor) => (await visitor.ask('GET', '/api/v1/me/streams')).items;

test('a full house shows who watches what where, and one press makes room', { skip }, async () => {
  const [one, two, three] = await household(3);
  await one.ask('POST', '/api/v1/profiles', { name: 'Ada', avatar: 'hare' });
  const { items } = await one.ask('GET', '/api/v1/profiles');
  await one.ask('PUT', '/api/v1/session/profile', { profile: items[1].id });
  await plays(one);
  await plays(two, `/watch/${house.catalogue.episodes[0]}`);
  await three.open(watchFilm());
  const { page } = three;
  await page.getByRole('heading', { name: 'All 2 screens are taken' }).waitFor();
  const rows = page.locator('.streams .device');
  assert.equal(await rows.count(), 2);
  const text = await rows.first().innerText();
  assert.match(text, /The Magic Lantern/);
  assert.match(text, /Ada/);
  assert.match(text, /Linux · since \d+:\d\d/);
  assert.match(await rows.nth(1).innerText(), /Main profile/);
  assert.deepEqual(await findings(page), []);
  await page.getByRole('button', { name: /^Stop The Magic Lantern, Ada/ }).click();
  await three.plays(0.3);
  await one.page.getByRole('heading', { name: 'Playing has ended' }).waitFor();
  await one.page.getByText('It was stopped from another screen of your household.').waitFor();
  assert.equal(await one.video((video) => video.paused), true);
  assert.deepEqual(await findings(one.page), []);
  // and back: who was stopped finds no seat but is told who has them
  await one.page.getByRole('button', { name: 'Go on here' }).click();
  await one.page.getByRole('heading', { name: 'All 2 screens are taken' }).waitFor();
  for (const visitor of [one, two, three]) await visitor.leave();
});

test('it is said in French, too, and a seat that comes free is seen', { skip }, async () => {
  const [one, two, three] = await household(3, { language: 'fr-FR', width: 390, height: 844 });
  await one.ask('PATCH', '/api/v1/me', { language: 'fr' });
  await plays(one);
  await plays(two);
  await three.open(watchFilm());
  await three.page.getByRole('heading', { name: 'Les 2 écrans sont occupés' }).waitFor();
  await three.page
    .getByRole('button', { name: /^Arrêter/ })
    .first()
    .waitFor();
  await one.page.goto(house.address + '/');
  await three.page.getByRole('heading', { name: 'Un écran est de nouveau libre' }).waitFor();
  await three.page.getByRole('button', { name: 'Regarder ici' }).click();
  await three.plays(0.3);
  await one.ask('DELETE', `/api/v1/me/streams/${(await running(one))[0].id}`);
  await two.page.getByText('Elle a été arrêtée depuis un autre écran de votre foyer.').waitFor();
  for (const visitor of [one, two, three]) await visitor.leave();
});

test(
  'heartbeats keep the seat while it plays or is paused; leaving frees it',
  { skip },
  async () => {
    const [one] = await household(1);
    const beats = [];
    one.page.on('request', (request) => {
      if (request.url().endsWith('/heartbeat')) beats.push(Date.now());
    });
    await plays(one);
    const [mine] = await running(one);
    await one.page.keyboard.press('k');
    await until('three heartbeats', () => beats.length >= 3);
    assert.ok(beats[2] - beats[1] > 4000);
    assert.equal((await running(one))[0].id, mine.id);
    // within the site
    await one.page.keyboard.press('Escape');
    await one.page.getByRole('heading', { level: 1, name: 'The Magic Lantern' }).waitFor();
    await until('the seat is free', async () => (await running(one)).length === 0);
    // by closing the page
    await plays(one);
    assert.equal((await running(one)).length, 1);
    await one.page.goto('about:blank');
    await until('the seat is free again', async () => (await running(one)).length === 0, 5000);
    await one.page.goBack();
    await one.plays(0.3);
    await until('it has one again', async () => (await running(one)).length === 1);
    // and a site that only stands open has none
    await one.open('/');
    await until('it is left', async () => (await running(one)).length === 0, 5000);
    await one.leave();
  },
);

test(
  'a film seen to its end gives its seat up, and asks for one when played again',
  { skip },
  async () => {
    const [one] = await household(1);
    await plays(one);
    await one.video((video) => {
      video.currentTime = video.duration - 0.5;
    });
    await one.page.getByRole('button', { name: 'Watch again' }).waitFor();
    await until('the seat lapses', async () => (await running(one)).length === 0, 30_000);
    await one.page.getByRole('button', { name: 'Watch again' }).click();
    await one.plays(0.3);
    await until('it has one again', async () => (await running(one)).length === 1);
    await one.leave();
  },
);

test('another window of the same profile takes the picture along', { skip }, async () => {
  const [one] = await household(1);
  await plays(one);
  const second = await one.context.newPage();
  await second.goto(house.address + watchFilm());
  await second.waitForFunction(() => document.querySelector('video')?.currentTime > 0.3);
  const words = 'This profile began to watch in another window of this device.';
  await one.page.getByText(words).waitFor();
  assert.equal((await running(one)).length, 1);
  await second.close();
  await one.page.getByRole('button', { name: 'Go on here' }).click();
  await one.plays(0.3);
  await one.leave();
});

test('a subscription that ends stops the film and shows the way', { skip }, async () => {
  const [one] = await household(1);
  await plays(one);
  house.run(['member', 'stop', one.email]);
  await one.page.getByText('The subscription has ended.').waitFor();
  assert.equal(await one.page.getByRole('button', { name: 'Go on here' }).count(), 0);
  await one.page.getByRole('link', { name: 'Account' }).click();
  await one.page.getByRole('heading', { name: 'Account', level: 1 }).waitFor();
  await one.leave();
});

test(
  'the account lists who is watching and stops them; the house only looks',
  { skip },
  async () => {
    const [one, two] = await household(2);
    await plays(one);
    await two.open('/account');
    const panel = two.page.getByRole('region', { name: 'Watching now' });
    await panel.getByText('2 screens may play at a time.').waitFor();
    await panel.getByText('The Magic Lantern').waitFor();
    assert.deepEqual(await findings(two.page), []);
    const admin = await (await Visitor.arrive(browser, house)).signIn(ADMINISTRATOR);
    const { id } = await one.ask('GET', '/api/v1/me');
    await admin.open(`/console/members/${id}`);
    await admin.page.getByRole('heading', { name: 'Watching now' }).waitFor();
    await admin.page.getByText('The Magic Lantern').waitFor();
    assert.equal(await admin.page.locator('.streams button').count(), 0);
    await panel.getByRole('button', { name: /^Stop The Magic Lantern/ }).click();
    await panel.getByText('Nobody is watching.').waitFor();
    await one.page.getByText('It was stopped from another screen of your household.').waitFor();
    for (const visitor of [one, two, admin]) await visitor.leave();
  },
);
