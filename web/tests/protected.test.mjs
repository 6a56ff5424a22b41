// Protected films in every player that members may use: our own, and on a page of the test's own
// shaka-player, dash.js and hls.js as others would use them. Pixels tell whether there is a picture.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { web } from './support/bundle.mjs';
import { openHouse, skip } from './support/house.mjs';
import { brightest, difference, pixelsOf } from './support/pixels.mjs';
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

const module_ = (name) => readFileSync(path.join(web, 'node_modules', name), 'utf8');
const LIBRARIES = {
  shaka: 'shaka-player/dist/shaka-player.compiled.js',
  dashjs: 'dashjs/dist/modern/umd/dash.all.min.js',
  hlsjs: 'hls.js/dist/hls.js',
};

/** A page with one video and one library; `play` begins, and leaves what it knows in window. */
async function stage(visitor, library) {
  const at = `${house.address}/stage-${library}.html`;
  const html = `<!doctype html><title>stage</title><style>body{margin:0;background:#000}
    video{width:640px;height:360px}</style><video muted></video><div id="words"></div>
    <script>${library ? module_(LIBRARIES[library]).replace(/<\/script/g, '<\\/script') : ''}</script>`;
  await visitor.page.route(at, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await visitor.page.goto(at);
}

const PLAYS = {
  'shaka-player over DASH': ['shaka', 'dash', playShaka],
  'dash.js over DASH': ['dashjs', 'dash', playDash],
  'shaka-player over HLS': ['shaka', 'identity', playShaka],
  'hls.js over HLS': ['hlsjs', 'hls', playHls],
  'hls.js over HLS with AES-128': ['hlsjs', 'aes', playHlsPlain],
};

/* Each runs in the page. */
async function playShaka({ address, licence }) {
  shaka.polyfill.installAll();
  const video = document.querySelector('video');
  const player = new shaka.Player();
  await player.attach(video);
  player.addEventListener('error', (event) => (window.fault = event.detail.code));
  if (address.includes('.mpd')) player.configure('drm.servers', { 'org.w3.clearkey': licence });
  await player.load(address);
  const text = player.getTextTracks()[0];
  player.selectTextTrack(text);
  await video.play();
}
async function playDash({ address }) {
  const video = document.querySelector('video');
  const player = dashjs.MediaPlayer().create();
  player.on('error', (event) => (window.fault = event.error?.code ?? 'error'));
  player.initialize(video, address, true);
  await new Promise((done) => player.on('streamInitialized', done));
  player.setTextTrack(0);
}
async function playHls({ address, licence }) {
  const video = document.querySelector('video');
  const player = new Hls({
    emeEnabled: true,
    drmSystems: { 'org.w3.clearkey': { licenseUrl: licence } },
  });
  player.on(Hls.Events.ERROR, (_, data) => data.fatal && (window.fault = data.details));
  player.loadSource(address);
  player.attachMedia(video);
  await new Promise((done) => player.on(Hls.Events.MANIFEST_PARSED, done));
  player.subtitleDisplay = true;
  player.subtitleTrack = 0;
  await video.play();
}
async function playHlsPlain({ address }) {
  const video = document.querySelector('video');
  const player = new Hls();
  player.on(Hls.Events.ERROR, (_, data) => data.fatal && (window.fault = data.details));
  player.loadSource(address);
  player.attachMedia(video);
  await new Promise((done) => player.on(Hls.Events.MANIFEST_PARSED, done));
  player.subtitleDisplay = true;
  player.subtitleTrack = 0;
  await video.play();
}

const addressOf = (playback, form) =>
  ({
    dash: playback.dash,
    hls: playback.hls,
    identity: playback.hls.replace('master.m3u8', 'master-identity.m3u8'),
    aes: playback.hls.replace('master.m3u8', 'master-aes.m3u8'),
  })[form];

const pictureOf = async (visitor) =>
  pixelsOf(browser, await visitor.page.locator('video').screenshot());

/** Keeps a playback's seat as a player with our heartbeat would. */
function keepSeat(visitor, playback) {
  const timer = setInterval(
    () => visitor.ask('POST', playback.lease.href, {}).catch(() => {}),
    4000,
  );
  return () => clearInterval(timer);
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
    await visitor.page.evaluate(
      `(${play})(${JSON.stringify({
        address: addressOf(playback, form),
        licence: playback.licence,
      })})`,
    );
    await visitor.plays(1);
    const first = await pictureOf(visitor);
    assert.ok(brightest(first) > 150, `${name} shows nothing: ${brightest(first)}`);
    await visitor.page.waitForFunction(() =>
      [...document.querySelector('video').textTracks].some((track) =>
        [...(track.activeCues ?? [])].some((cue) => /lantern/i.test(cue.text)),
      ),
    );
    await visitor.page.evaluate(() => (document.querySelector('video').currentTime = 14));
    await visitor.page.waitForFunction(
      () => {
        const video = document.querySelector('video');
        return video.currentTime > 14.5 && !video.seeking && video.readyState > 2;
      },
      undefined,
      { polling: 50 },
    );
    const later = await pictureOf(visitor);
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
  await visitor.page.route(/\/licence\//, (route) =>
    route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{}' }),
  );
  for (const [library, form, play] of Object.values(PLAYS)) {
    await stage(visitor, library);
    await visitor.page
      .evaluate(
        `Promise.race([(${play})(${JSON.stringify({
          address: addressOf(playback, form),
          licence: playback.licence,
        })}), new Promise((done) => setTimeout(done, 4000))]).catch(() => {})`,
      )
      .catch(() => {});
    await visitor.page.waitForTimeout(1500);
    assert.ok(!(await visitor.video((video) => video.currentTime > 0.2)), form);
    assert.ok(brightest(await pictureOf(visitor)) < 30, `${form} shows something`);
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
  assert.ok(brightest(await pictureOf(visitor)) > 150);
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
