// Protected films in every player that members may use: our own, and on a page of the test's own
// shaka-player, dash.js and hls.js as others would use them. Pixels tell whether there is a picture.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, skip } from './support/house.mjs';
import { brightest, difference, rowsThatDiffer } from './support/pixels.mjs';
import { begin, keepSeat, pictureOf, PLAYS, showsNothing, stage } from './support/players.mjs';
import { until } from './support/until.mjs';

let house;
let browser;
before(async () => {
  if (skip) return;
  house = await openHouse({ settings: { lease_seconds: 15, pass_seconds: 10 } });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

/** The cue is shown by the browser: where it stands the picture is another without it. */
async function captionsAreOnTheScreen(visitor) {
  const { page } = visitor;
  await page.waitForFunction(() =>
    [...document.querySelector('video').textTracks].some(
      (track) =>
        track.mode === 'showing' &&
        [...(track.activeCues ?? [])].some((cue) => /A lantern is lit/.test(cue.text)),
    ),
  );
  await visitor.video((video) => video.pause());
  const shown = await pictureOf(browser, visitor);
  await visitor.video((video) => {
    window.shown = [...video.textTracks].filter((track) => track.mode === 'showing');
    for (const track of window.shown) track.mode = 'hidden';
  });
  const bare = await pictureOf(browser, visitor);
  await visitor.video((video) => {
    for (const track of window.shown) track.mode = 'showing';
    return video.play();
  });
  const rows = rowsThatDiffer(shown, bare);
  assert.ok(rows.length > 0, 'no caption is on the screen');
  assert.ok(Math.min(...rows) > 20, `something else changed, too: rows ${rows}`);
}

for (const [name, [library, form, play]] of Object.entries(PLAYS)) {
  test(`${name} shows the decrypted picture, captions, and jumps`, { skip }, async () => {
    const visitor = await (await Visitor.arrive(browser, house)).join();
    const playback = await visitor.ask('POST', '/api/v1/playbacks', {
      playable: house.catalogue.film,
    });
    assert.match(playback.licence, /\/licence\//);
    const rest = keepSeat(visitor, playback);
    await stage(visitor, library);
    await begin(visitor, playback, form, play);
    await visitor.plays(1);
    const first = await pictureOf(browser, visitor);
    assert.ok(brightest(first) > 150, `${name} shows nothing: ${brightest(first)}`);
    await captionsAreOnTheScreen(visitor);
    await visitor.page.evaluate(() => (document.querySelector('video').currentTime = 14));
    await visitor.page.waitForFunction(
      () => {
        const video = document.querySelector('video');
        return video.currentTime > 14.5 && !video.seeking && video.readyState > 2;
      },
      undefined,
      { polling: 50 },
    );
    const later = await pictureOf(browser, visitor);
    assert.ok(brightest(later) > 150 && difference(first, later) > 1, 'the picture stands still');
    assert.equal(await visitor.page.evaluate(() => window.fault), undefined);
    rest();
    await visitor.page.close();
    visitor.wrong.length = 0; // libraries talk
    await visitor.context.close();
  });
}

test('without a licence there is no picture', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const playback = await visitor.ask('POST', '/api/v1/playbacks', {
    playable: house.catalogue.film,
  });
  let asked = 0;
  await visitor.page.route(/\/licence\//, (route) => {
    asked++;
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{}' });
  });
  for (const [name, [library, form, play]] of Object.entries(PLAYS)) {
    await stage(visitor, library);
    asked = 0;
    begin(visitor, playback, form, play).catch(() => {}); // some never begin
    await until(`${name} asks for a key`, () => asked > 0);
    await visitor.page.waitForTimeout(1500);
    await showsNothing(browser, visitor, name);
  }
  await visitor.context.close();
});

test('our player says why a key is refused, and asks again', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  let refuse = true;
  await page.route(/\/licence\//, (route) =>
    refuse
      ? route.fulfill({
          status: 403,
          contentType: 'application/problem+json',
          body: JSON.stringify({ status: 403, code: 'stream-ended', reason: 'territory' }),
        })
      : route.continue(),
  );
  await visitor.open(`/watch/${house.catalogue.film}`);
  await page.getByRole('alert').getByText('The key to this film was refused').waitFor();
  refuse = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await visitor.plays(1);
  assert.ok(brightest(await pictureOf(browser, visitor)) > 150);
  await visitor.leave();
});

test('a browser without EME is told so', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  await page.addInitScript(() => {
    delete Navigator.prototype.requestMediaKeySystemAccess;
  });
  await visitor.open(`/watch/${house.catalogue.film}`);
  await page.getByRole('alert').getByText('cannot open protected films').waitFor();
  await visitor.leave();
});

test('a stream stopped from elsewhere stops within one renewal', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  let playback = null;
  page.on('response', async (answer) => {
    if (/\/api\/v1\/playbacks$/.test(new URL(answer.url()).pathname) && answer.status() === 201)
      playback = await answer.json();
  });
  await visitor.open(`/watch/${house.catalogue.film}`);
  await visitor.plays(1);
  await until('the playback is known', () => playback !== null);
  const stopped = Date.now();
  await visitor.ask('DELETE', `/api/v1/me/streams/${playback.id}`);
  await page.waitForFunction(() => {
    const video = document.querySelector('video');
    return video.paused || video.ended;
  });
  const took = (Date.now() - stopped) / 1000;
  assert.ok(took < 15, `it played on for ${took} s`);
  await page.getByRole('alert').waitFor();
  const asked = await visitor.context.request.post(playback.licence, {
    data: { kids: ['ABEiM0RVZneImaq7zN3u_w'], type: 'temporary' },
  });
  assert.equal(asked.status(), 403);
  assert.equal((await asked.json()).code, 'stream-ended');
  await visitor.leave();
});
