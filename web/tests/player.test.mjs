// The player: its keys, menus, pictures for seeking, what it does when the network does not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, skip } from './support/house.mjs';
import { until } from './support/until.mjs';

let house;
let browser;
before(async () => {
  if (skip) return;
  house = await openHouse();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

async function watching(options) {
  const visitor = await (await Visitor.arrive(browser, house, options)).join();
  await visitor.open(`/watch/${house.catalogue.film}`);
  await visitor.plays(0.3);
  return visitor;
}

test('every key does what the list of keys says', { skip }, async () => {
  const visitor = await watching();
  const { page } = visitor;
  const press = (key) => page.keyboard.press(key);
  const is = (condition) => page.waitForFunction(`(${condition})(document.querySelector('video'))`);
  const said = (text) =>
    page.waitForFunction(
      (words) => document.querySelector('.player-said')?.textContent === words,
      text,
    );
  await press('k');
  await is((video) => video.paused);
  await said('Paused');
  await press('Home');
  await is((video) => video.currentTime === 0);
  await press('ArrowRight');
  await is((video) => video.currentTime === 10);
  await said('At 10 seconds');
  await press('l');
  await is((video) => video.currentTime === 20);
  await press('ArrowLeft');
  await press('j');
  await is((video) => video.currentTime === 0);
  await press('5');
  await is((video) => Math.abs(video.currentTime - 12) < 0.2);
  await press('ArrowDown');
  await is((video) => video.volume === 0.9);
  await said('Volume 90 percent');
  await press('ArrowUp');
  await is((video) => video.volume === 1);
  await press('m');
  await is((video) => video.muted);
  await press('m');
  await is((video) => !video.muted);
  await press('f');
  await page.waitForFunction(() => document.fullscreenElement?.matches('main'));
  await press('f');
  await page.waitForFunction(() => document.fullscreenElement === null);
  await press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.evaluate(() => document.activeElement.blur());
  await press(' ');
  await is((video) => !video.paused);
  await press('Escape');
  await page.getByRole('heading', { level: 1, name: 'The Magic Lantern' }).waitFor();
  assert.match(page.url(), /\/title\//);
  await visitor.leave();
});

test('captions are off at first, shown when chosen, and remembered', { skip }, async () => {
  const visitor = await watching();
  const { page } = visitor;
  const shown = page.locator('.shaka-text-container');
  await page.mouse.move(300, 300);
  await page.getByRole('button', { name: 'Captions' }).click();
  const menu = page.getByRole('menu', { name: 'Captions' });
  assert.equal(
    await menu.getByRole('menuitemradio', { name: 'Off' }).getAttribute('aria-checked'),
    'true',
  );
  assert.equal(await menu.getByRole('menuitemradio').count(), 3);
  await menu.getByRole('menuitemradio', { name: /English/ }).click();
  await shown.getByText('A lantern is lit').waitFor();
  await page.reload();
  await visitor.plays(0.6);
  await shown.getByText('A lantern is lit').waitFor();
  await page.keyboard.press('c'); // the next one, or off
  await page.keyboard.press('c');
  await page.waitForFunction(() => !document.querySelector('.shaka-text-container')?.textContent);
  await visitor.leave();
});

test('menus are walked by arrows and give the focus back', { skip }, async () => {
  const visitor = await watching();
  const { page } = visitor;
  const button = page.getByRole('button', { name: 'Quality and speed' });
  await button.focus();
  await page.keyboard.press('Enter');
  const menu = page.getByRole('menu', { name: 'Quality and speed' });
  await menu.waitFor();
  const at = () => page.evaluate(() => document.activeElement.textContent);
  assert.match(await at(), /Automatic/);
  await page.keyboard.press('ArrowDown');
  assert.equal(await at(), '360p');
  await page.keyboard.press('End');
  assert.equal(await at(), '2 ×');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('video').playbackRate === 2);
  assert.equal(
    await page.evaluate(() => document.activeElement.getAttribute('aria-label')),
    'Quality and speed',
  );
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  assert.match(page.url(), /\/watch\//);
  await visitor.leave();
});

test('a quality chosen by hand is played, and another sound', { skip }, async () => {
  const visitor = await watching();
  const { page } = visitor;
  await page.mouse.move(300, 300);
  await page.getByRole('button', { name: 'Quality and speed' }).click();
  await page.getByRole('menuitemradio', { name: '234p' }).click();
  await page.waitForFunction(() => document.querySelector('video').dataset.height === '234');
  await page.getByRole('button', { name: 'Sound', exact: true }).click();
  const sounds = page.getByRole('menu', { name: 'Sound' });
  assert.equal(await sounds.getByRole('menuitemradio').count(), 2);
  await sounds.getByRole('menuitemradio', { checked: false }).click();
  await page.getByRole('button', { name: 'Sound', exact: true }).click();
  await page
    .getByRole('menu', { name: 'Sound' })
    .getByRole('menuitemradio', { checked: true, name: /English|Anglais/ })
    .waitFor();
  await page.keyboard.press('Escape');
  const from = await visitor.video((video) => video.currentTime);
  await visitor.plays(from + 1);
  await visitor.leave();
});

test('the quality follows the bandwidth, down and up again', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  const line = await visitor.context.newCDPSession(page);
  await line.send('Network.enable');
  const bandwidth = (kilobits) =>
    line.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 20,
      uploadThroughput: -1,
      downloadThroughput: kilobits === null ? -1 : (kilobits * 1000) / 8,
    });
  await visitor.open(`/title/${house.catalogue.film}`);
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some((one) => one.name.includes('/shaka-')),
  );
  await bandwidth(260);
  await page.getByRole('link', { name: 'Play' }).click();
  await page.waitForSelector('video[data-variant-height]', { state: 'attached' });
  await page.waitForFunction(
    () => Number(document.querySelector('video').dataset.variantHeight) < 360,
  );
  await bandwidth(null);
  await page.waitForFunction(
    () => Number(document.querySelector('video').dataset.variantHeight) === 360,
  );
  await visitor.plays(2);
  await visitor.leave();
});

test('the place under the pointer is shown as a picture', { skip }, async () => {
  const visitor = await watching();
  const { page } = visitor;
  await page.keyboard.press('k');
  const bar = await page.locator('.seek').boundingBox();
  await page.mouse.move(bar.x + bar.width / 2, bar.y + bar.height / 2);
  const picture = page.locator('.seek-picture');
  await picture.waitFor();
  await page.locator('.seek-preview span', { hasText: /^0:1[12]$/ }).waitFor();
  const look = await picture.evaluate((one) => {
    const { backgroundImage, width, height } = getComputedStyle(one);
    return {
      address: /url\("(.*)"\)/.exec(backgroundImage)[1],
      width: parseFloat(width),
      height: parseFloat(height),
    };
  });
  assert.ok(
    look.width > 100 && Math.abs(look.width / look.height - 16 / 9) < 0.1,
    JSON.stringify(look),
  );
  const answer = await page.evaluate(
    async (address) => (await fetch(address)).status,
    look.address,
  );
  assert.equal(answer, 200);
  await page.mouse.click(bar.x + bar.width / 2, bar.y + bar.height / 2);
  await page.waitForFunction(
    () => Math.abs(document.querySelector('video').currentTime - 12) < 0.5,
  );
  await visitor.leave();
});

test('the controls hide while it plays and come back', { skip }, async () => {
  const visitor = await watching();
  const { page } = visitor;
  const idle = (value) =>
    page.waitForFunction((wanted) => document.querySelector('main').dataset.idle === wanted, value);
  await page.mouse.move(300, 300);
  await idle('false');
  await idle('true');
  await page.mouse.move(320, 300);
  await idle('false');
  await page.keyboard.press('k');
  await page.waitForFunction(() => document.querySelector('video').dataset.state === 'paused');
  await visitor.leave();
});

test(
  'a lost connection is said in plain words, and playing goes on when it is back',
  { skip },
  async () => {
    const visitor = await (await Visitor.arrive(browser, house)).join();
    const { page } = visitor;
    // The first two segments come, then nothing.
    await page.route(/\/([3-9]|\d\d)\.m4s$/, (route) => route.abort('internetdisconnected'));
    await visitor.open(`/watch/${house.catalogue.film}`);
    await visitor.plays(0.3);
    await page.getByRole('alert').getByText('The connection is gone').waitFor();
    const at = await visitor.video((video) => video.currentTime);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await visitor.plays(at + 1);
    assert.equal(await page.getByText('The connection is gone').count(), 0);
    await visitor.leave();
  },
);

test('a connection lost while it starts is said, too', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  let last = Infinity;
  // The sound breaks off and is given up before the picture has begun to come.
  await page.route(/\/a-[^/]+\/([2-9]|\d\d)\.m4s$/, (route) => {
    last = Date.now();
    return route.abort('internetdisconnected');
  });
  await page.route(/\/v\d+\/init\.mp4$/, async (route) => {
    await until('the sound is given up', () => Date.now() - last > 4000);
    await route.continue();
  });
  await visitor.open(`/watch/${house.catalogue.film}`);
  await page.getByRole('alert').getByText('The connection is gone').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  // It may have gone on by itself already.
  await page.evaluate(() => document.querySelector('.player-trouble button')?.click());
  await visitor.plays(5);
  await visitor.leave();
});

test(
  'a pass that is refused is renewed, and playing goes on at the same place',
  { skip },
  async () => {
    const visitor = await (await Visitor.arrive(browser, house)).join();
    const { page } = visitor;
    let first = null;
    let renewed = 0;
    let refused = 0;
    await page.route(/\/api\/v1\/playbacks(\/\w+\/heartbeat)?$/, async (route) => {
      const answer = await route.fetch();
      const playback = await answer.json();
      const pass = new URL(playback.dash).pathname.split('/')[2];
      if (first === null) first = pass;
      else renewed += 1;
      await route.fulfill({ response: answer, json: playback });
    });
    await page.route(/\/\d+\.m4s$/, (route) => {
      const [, , pass, , , segment] = new URL(route.request().url()).pathname.split('/');
      if (pass !== first || segment === '1.m4s') return route.continue();
      refused += 1;
      return route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{}' });
    });
    await visitor.open(`/watch/${house.catalogue.film}`);
    await visitor.plays(8);
    assert.ok(refused > 0, 'nothing was refused');
    assert.ok(renewed > 0, 'no new pass was asked for');
    await visitor.leave();
  },
);

test('before a pass ends a new one is taken without a halt', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  const passes = new Set();
  const asked = new Set();
  await page.route(/\/api\/v1\/playbacks(\/\w+\/heartbeat)?$/, async (route) => {
    const answer = await route.fetch();
    const playback = await answer.json();
    passes.add(new URL(playback.dash).pathname.split('/')[2]);
    const soon = new Date(Date.now() + 6000).toISOString();
    await route.fulfill({
      response: answer,
      json: { ...playback, expires_at: passes.size === 1 ? soon : playback.expires_at },
    });
  });
  page.on('request', (request) => {
    const parts = new URL(request.url()).pathname.split('/');
    if (parts[1] === 'media') asked.add(parts[2]);
  });
  await visitor.open(`/watch/${house.catalogue.film}`);
  await visitor.plays(1);
  await until('a second pass is taken', () => passes.size === 2);
  // A quality chosen by hand fetches anew, which may halt a busy machine: told before that.
  assert.equal(await visitor.video((video) => video.dataset.stalls), '0');
  await page.mouse.move(300, 300);
  await page.getByRole('button', { name: 'Quality and speed' }).click();
  // What is fetched from now on goes by the new pass.
  await page.getByRole('menuitemradio', { name: '234p' }).click();
  await until('the new pass is used', () => asked.size === 2);
  const from = await visitor.video((video) => video.currentTime);
  await visitor.plays(from + 1);
  await visitor.leave();
});
