// What titles, captions and addresses bring with them is text, whatever it looks like.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { ADMINISTRATOR, openHouse, skip, XSS } from './support/house.mjs';

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

/** Nothing of it ran, and nothing of it became an element. */
async function harmless(visitor, where) {
  const found = await visitor.page.evaluate(() => ({
    ran: 'pwned' in window,
    elements: document.querySelectorAll('img[onerror], body script, [onload], [onclick]').length,
  }));
  assert.deepEqual(found, { ran: false, elements: 0 }, where);
}

test('a title that is markup is shown as it is written, on every page', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  const { wicked } = house.catalogue;
  for (const path of ['/', '/search', `/search?q=${encodeURIComponent(XSS)}`, `/title/${wicked}`]) {
    await visitor.open(path);
    await page.getByText(XSS).first().waitFor();
    await harmless(visitor, path);
  }
  await visitor.open(`/watch/${wicked}`);
  await visitor.plays(0.3);
  await page.getByRole('heading', { name: XSS }).waitFor({ state: 'attached' });
  await page.keyboard.press('c');
  await page.locator('.shaka-text-container').getByText(/end/).waitFor();
  await harmless(visitor, 'player with captions');
  await visitor.leave();
});

test('the console shows them as text, too', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).signIn(ADMINISTRATOR);
  for (const path of ['/console', '/console/jobs', `/console/titles/${house.catalogue.wicked}`]) {
    await visitor.open(path);
    await visitor.page.getByText(XSS).first().waitFor();
    await harmless(visitor, path);
  }
  await visitor.leave();
});

test('an address to go on to after signing in cannot lead away', { skip }, async () => {
  for (const next of [
    '//evil.example/',
    'https://evil.example/',
    'javascript:window.pwned=1',
    '/\\evil.example',
  ]) {
    const visitor = await (await Visitor.arrive(browser, house)).join();
    await visitor.page.goto(`${house.address}/sign-in?next=${encodeURIComponent(next)}`);
    await visitor.page.waitForURL((address) => !address.pathname.startsWith('/sign-in'));
    assert.equal(new URL(visitor.page.url()).origin, house.address, next);
    await harmless(visitor, next);
    await visitor.leave();
  }
});

test(
  'the page comes with a policy under which no inline script or style runs',
  { skip },
  async () => {
    const visitor = await Visitor.arrive(browser, house);
    const answer = await visitor.context.request.get(house.address);
    const policy = answer.headers()['content-security-policy'];
    assert.match(policy, /script-src 'self'/);
    assert.match(policy, /style-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(await answer.text(), /<script>|style="| on\w+="/);
    await visitor.open('/');
    await visitor.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
      script.remove();
    });
    assert.equal(await visitor.page.evaluate(() => 'pwned' in window), false);
    const reports = await visitor.page.evaluate(() => window.violations.splice(0));
    assert.equal(reports.length, 1); // the one that was provoked, and no other
    visitor.wrong.splice(0);
    await visitor.leave();
  },
);
