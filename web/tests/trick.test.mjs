// Trick play of protected films: fast forward by the players' own means and the pictures of I-frame
// playlists, all of it ciphertext until the key has come.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, skip } from './support/house.mjs';
import { brightest, difference } from './support/pixels.mjs';
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

/** A player that plays, how its requests for pictures of I-frame playlists were answered, and how
 * to leave it. */
async function playing(name) {
  const [library, form, play] = PLAYS[name];
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const playback = await visitor.ask('POST', '/api/v1/playbacks', {
    playable: house.catalogue.film,
  });
  const rest = keepSeat(visitor, playback);
  const pictures = [];
  visitor.page.on('response', (answer) => {
    const { pathname } = new URL(answer.url());
    if (/\/v\d+[^/]*\/key-\d+\.m4s$/.test(pathname)) pictures.push(answer.status());
  });
  await stage(visitor, library);
  await begin(visitor, playback, form, play);
  await visitor.plays(0.5);
  const leave = async () => {
    rest();
    assert.equal(await visitor.page.evaluate(() => window.fault), undefined);
    await visitor.context.close();
  };
  return { visitor, playback, pictures, leave };
}

/** Seconds of film a second, from now until it is at `to`; a picture is seen, and it moves. */
async function pace(visitor, to) {
  const from = { at: await visitor.video((video) => video.currentTime), when: Date.now() };
  await visitor.plays(from.at + 1);
  const first = await pictureOf(browser, visitor);
  await visitor.plays(to);
  const took = (Date.now() - from.when) / 1000;
  const last = await pictureOf(browser, visitor);
  assert.ok(brightest(first) > 150 && brightest(last) > 150, 'nothing is shown');
  assert.ok(difference(first, last) > 1, 'the picture stands still');
  return (to - from.at) / took;
}

const FAST = {
  'shaka-player over DASH': () => window.player.trickPlay(4),
  'dash.js over DASH': () => window.player.setPlaybackRate(4),
  'shaka-player over HLS': () => window.player.trickPlay(4),
  'hls.js over HLS': () => (document.querySelector('video').playbackRate = 4),
  'hls.js over HLS with AES-128': () => (document.querySelector('video').playbackRate = 4),
  'shaka-player over HLS with AES-128': () => window.player.trickPlay(4),
};

for (const [name, fast] of Object.entries(FAST)) {
  test(`${name} shows the film four times as fast`, { skip }, async () => {
    const { visitor, pictures, leave } = await playing(name);
    await visitor.page.evaluate(`(${fast})()`);
    const speed = await pace(visitor, 16);
    assert.ok(speed > 2, `${name} plays ${speed} seconds a second`);
    if (name === 'shaka-player over HLS')
      assert.ok(pictures.length > 0, 'the I-frame playlist was not used');
    assert.ok(pictures.every((status) => status === 200));
    await leave();
  });
}

/** hls.js shows single pictures in a second video: at one place after the other, forwards. (Backwards
 * hls.js 1.7 shows none, of clear films neither.) */
async function shownAt(visitor, places) {
  const { page } = visitor;
  await page.evaluate(() => {
    window.pictures = window.player.createIFramePlayer();
    window.pictures.on(Hls.Events.ERROR, (_, data) => data.fatal && (window.fault = data.details));
    window.pictures.attachMedia(document.querySelectorAll('video')[1]);
  });
  const seen = [];
  for (const place of places) {
    await page.evaluate((at) => window.pictures.loadMediaAt(at), place);
    await page.waitForFunction(
      (at) => {
        const video = document.querySelectorAll('video')[1];
        return video.readyState >= 2 && !video.seeking && Math.abs(video.currentTime - at) < 0.1;
      },
      place,
      { polling: 50 },
    );
    seen.push(await pictureOf(browser, visitor, 'video:nth-of-type(2)'));
  }
  return seen;
}

test('hls.js shows pictures of the I-frame playlist', { skip }, async () => {
  const { visitor, pictures, leave } = await playing('hls.js over HLS');
  const seen = await shownAt(visitor, [5, 12, 19]);
  assert.ok(pictures.length >= 3 && pictures.every((status) => status === 200), `${pictures}`);
  for (const [i, picture] of seen.entries()) {
    assert.ok(brightest(picture) > 150, `picture ${i} is dark`);
    assert.ok(difference(picture, seen[(i + 1) % seen.length]) > 1, `picture ${i} is the next`);
  }
  await leave();
});

test('without a licence trick play shows nothing', { skip }, async () => {
  for (const name of ['shaka-player over DASH', 'shaka-player over HLS']) {
    const [library, form, play] = PLAYS[name];
    const visitor = await (await Visitor.arrive(browser, house)).join();
    const playback = await visitor.ask('POST', '/api/v1/playbacks', {
      playable: house.catalogue.film,
    });
    let asked = 0;
    await visitor.page.route(/\/licence\//, (route) => {
      asked++;
      return route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{}' });
    });
    await stage(visitor, library);
    begin(visitor, playback, form, play).catch(() => {}); // some never begin
    await until(`${name} asks for a key`, () => asked > 0);
    await visitor.page.evaluate(() => {
      try {
        window.player.trickPlay(4);
      } catch {
        // it has given up already
      }
    });
    await visitor.page.waitForTimeout(2000);
    await showsNothing(browser, visitor, name);
    await visitor.context.close();
  }
});

test('our site plays fast, and shows where a seek would lead', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  const sheets = [];
  page.on('response', (answer) => {
    if (/\/tiles\/\d+\.jpg$/.test(new URL(answer.url()).pathname)) sheets.push(answer.status());
  });
  await visitor.open(`/watch/${house.catalogue.film}`);
  await visitor.plays(0.3);
  await page.mouse.move(300, 300);
  await page.getByRole('button', { name: 'Quality and speed' }).click();
  await page.getByRole('menuitemradio', { name: '2 ×' }).click();
  const speed = await pace(visitor, 8);
  assert.ok(speed > 1.3, `${speed} seconds a second`);
  await page.keyboard.press('k');
  const bar = await page.locator('.seek').boundingBox();
  await page.mouse.move(bar.x + bar.width * 0.75, bar.y + bar.height / 2);
  await page.locator('.seek-picture').waitFor();
  await until('the small pictures have come', () => sheets.length > 0);
  assert.ok(sheets.every((status) => status === 200));
  await visitor.leave();
});
