// Players as others use them, each on a page of the test's own: shaka-player, dash.js and hls.js with a
// protected playback of ours. Every player is put where a page finds it, as window.player.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { web } from './bundle.mjs';
import { brightest, pixelsOf } from './pixels.mjs';

const module_ = (name) => readFileSync(path.join(web, 'node_modules', name), 'utf8');
const LIBRARIES = {
  shaka: 'shaka-player/dist/shaka-player.compiled.js',
  dashjs: 'dashjs/dist/modern/umd/dash.all.min.js',
  hlsjs: 'hls.js/dist/hls.js',
};

/** A page with two videos, the second for what a player shows beside the first, and one library. */
export async function stage(visitor, library) {
  const at = `${visitor.house.address}/stage-${library}.html`;
  const html = `<!doctype html><title>stage</title><style>body{margin:0;background:#000}
    video{width:640px;height:360px}</style><video muted></video><video muted></video>
    <script>${library ? module_(LIBRARIES[library]).replace(/<\/script/g, '<\\/script') : ''}</script>`;
  await visitor.page.route(at, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await visitor.page.goto(at);
}

/** {name: [library, which manifest, what begins to play]} */
export const PLAYS = {
  'shaka-player over DASH': ['shaka', 'dash', playShaka],
  'dash.js over DASH': ['dashjs', 'dash', playDash],
  'shaka-player over HLS': ['shaka', 'identity', playShaka],
  'hls.js over HLS': ['hlsjs', 'hls', playHls],
  'hls.js over HLS with AES-128': ['hlsjs', 'aes', playHlsPlain],
  'shaka-player over HLS with AES-128': ['shaka', 'aes', playShaka],
};

/* Each runs in the page. */
async function playShaka({ address, licence }) {
  shaka.polyfill.installAll();
  const video = document.querySelector('video');
  const player = (window.player = new shaka.Player());
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
  const player = (window.player = dashjs.MediaPlayer().create());
  player.on('error', (event) => (window.fault = event.error?.code ?? 'error'));
  player.initialize(video, address, true);
  await new Promise((done) => player.on('streamInitialized', done));
  player.setTextTrack(0);
}
async function playHls({ address, licence }) {
  const video = document.querySelector('video');
  const player = (window.player = new Hls({
    emeEnabled: true,
    drmSystems: { 'org.w3.clearkey': { licenseUrl: licence } },
  }));
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
  const player = (window.player = new Hls());
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

/** Begins to play on a page that is staged. */
export const begin = (visitor, playback, form, play) =>
  visitor.page.evaluate(
    `(${play})(${JSON.stringify({
      address: addressOf(playback, form),
      licence: playback.licence,
    })})`,
  );

/** What the screen shows of a video, in figures. */
export const pictureOf = async (browser, visitor, which = 'video') =>
  pixelsOf(browser, await visitor.page.locator(which).first().screenshot());

/** Keeps a playback's seat as a player with our heartbeat would. */
export function keepSeat(visitor, playback) {
  const timer = setInterval(
    () => visitor.ask('POST', playback.lease.href, {}).catch(() => {}),
    4000,
  );
  timer.unref(); // a test that fails leaves it behind
  return () => clearInterval(timer);
}

/** AssertionError unless nothing is to be seen. Players that wait for a key try to get over what they
 * take for a gap, a tenth of a second at a time: that is no playing, and there is no frame. */
export async function showsNothing(browser, visitor, name) {
  const [at, ready] = await visitor.video((video) => [video.currentTime, video.readyState]);
  assert.ok(at < 1 && ready < 2, `${name} plays: ${at} s, ${ready}`);
  const light = brightest(await pictureOf(browser, visitor));
  assert.ok(light < 30, `${name} shows something: ${light}`);
}
