// A box is signed in by the code that it shows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box, SALON } from './support/box.mjs';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, PASSWORD, skip } from './support/house.mjs';

let house;
let browser;
before(async () => {
  if (skip) return;
  house = await openHouse({
    settings: { trusted_proxies: '127.0.0.1', place_header: 'X-Place' },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

let networks = 0;
/** Somebody at home: each is in a network of their own, so that wrong codes are their own too. */
function home() {
  networks += 1;
  return { 'X-Forwarded-For': `198.18.${networks}.7`, 'X-Place': 'FR' };
}
const arrive = (headers, more = {}) =>
  Visitor.arrive(browser, house, { extraHTTPHeaders: headers, ...more });

test('a box is signed in by the code its screen shows, and out again', { skip }, async () => {
  const at = home();
  const visitor = await (await arrive(at)).join();
  const { page } = visitor;
  const box = await Box.asks(house, { ...SALON, name: 'Living room' }, at);
  await visitor.open('/account');
  await page.getByRole('link', { name: 'Sign in a box' }).click();
  await page.getByRole('heading', { name: 'Sign in a box' }).waitFor();
  await page.getByLabel('Code').fill(box.code.toLowerCase().replace('-', ' '));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Is this the code on your screen?' }).waitFor();
  for (const shown of [box.code, 'Living room', 'LB-1', 'lanterne-box 1.0', 'France'])
    await page.getByText(shown, { exact: true }).waitFor();
  await page.getByText('It is on the same network as you.').waitFor();
  await page.getByText(visitor.email).waitFor();
  assert.equal((await box.poll()).error, 'authorization_pending');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Your box is signing in' }).waitFor();
  const token = await box.signedIn();
  await page.getByRole('heading', { name: 'Your box is signed in' }).waitFor();
  assert.equal((await box.ask(token, '/api/v1/me')).status, 200);
  await page.getByRole('link', { name: 'To your account' }).click();
  await page.getByText('Living room').waitFor();
  await page.getByRole('button', { name: /^Sign out Living room/ }).click();
  await page.getByText('Living room is signed out.').waitFor();
  assert.equal((await box.ask(token, '/api/v1/me')).status, 401);
  await visitor.leave();
});

test('who is not signed in signs in first, and the code is kept', { skip }, async () => {
  const at = home();
  const member = await (await arrive(at, { language: 'fr-FR' })).join('tele@example.org');
  await member.ask('PATCH', '/api/v1/me', { language: 'fr' });
  await member.leave();
  const box = await Box.asks(house, SALON, at);
  const visitor = await arrive(at, { language: 'fr-FR' });
  const { page } = visitor;
  const address = new URL(box.codes.verification_uri_complete);
  await visitor.open(address.pathname + address.search);
  await page.getByText(box.code).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Se connecter' }).click();
  await page.getByLabel('Adresse e-mail').fill('tele@example.org');
  await page.getByLabel('Mot de passe', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Est-ce le code de votre écran' }).waitFor();
  await page.getByText(box.code).waitFor();
  await page.getByRole('button', { name: 'Accepter' }).click();
  await box.signedIn();
  await page.getByRole('heading', { name: 'Votre boîtier est connecté' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Votre boîtier est connecté' }).waitFor();
  await visitor.leave();
});

test('who signs up with a code comes back to it, too', { skip }, async () => {
  const at = home();
  const box = await Box.asks(house, SALON, at);
  const visitor = await arrive(at);
  const { page } = visitor;
  await visitor.open(`/box?code=${box.code}`); // the other name of the page
  await page.getByRole('main').getByRole('link', { name: 'Join' }).click();
  await page.getByLabel('E-mail address').fill('neu@example.org');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Is this the code on your screen?' }).waitFor();
  await visitor.leave();
});

test('a box that is refused is not signed in', { skip }, async () => {
  const at = home();
  const visitor = await (await arrive(at)).join();
  const { page } = visitor;
  const far = await Box.asks(house, SALON, { 'X-Forwarded-For': '203.0.113.9', 'X-Place': 'RO' });
  await visitor.open(`/activate?code=${far.code}`);
  await page.getByText('Romania').waitFor();
  await page.getByText('It is on another network than you.').waitFor();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await page.getByRole('heading', { name: 'The box was refused' }).waitFor();
  assert.equal((await far.poll()).error, 'access_denied');
  await page.getByRole('link', { name: 'Type another code' }).click();
  await page.getByLabel('Code').waitFor();
  await visitor.leave();
});

test('wrong codes are told, and then have to wait', { skip }, async () => {
  const at = home();
  const visitor = await (await arrive(at)).join();
  const { page } = visitor;
  await visitor.open('/activate');
  await page.getByLabel('Code').fill('1234');
  await page.keyboard.press('Enter');
  await page.getByText('A code has eight letters').waitFor();
  for (const letter of 'BCDFG') {
    await page.getByLabel('Code').fill(`BCDFGHJ${letter}`);
    await page.keyboard.press('Enter');
    await page.waitForURL((to) => to.search.endsWith(`GHJ${letter}`));
    await page.getByText('No box shows this code now.').waitFor();
    assert.equal(await page.getByLabel('Code').inputValue(), `BCDF-GHJ${letter}`);
  }
  await page.getByLabel('Code').fill('BCDFGHJH');
  await page.keyboard.press('Enter');
  await page.getByText(/Too many tries/).waitFor();
  await visitor.leave();
});

test('a child is sent to the profiles of the others', { skip }, async () => {
  const at = home();
  const visitor = await (await arrive(at)).join();
  const { page } = visitor;
  const box = await Box.asks(house, SALON, at);
  const child = await visitor.ask('POST', '/api/v1/profiles', { name: 'Léo', child: true });
  await visitor.ask('PUT', '/api/v1/session/profile', { profile: child.id });
  await visitor.open(`/activate?code=${box.code}`);
  await page.getByRole('heading', { name: 'This profile may not sign in a box' }).waitFor();
  await page.getByRole('link', { name: 'Choose another profile' }).click();
  await page.waitForURL(/\/profiles/);
  await page.getByRole('main').getByRole('button').first().click();
  await page.getByRole('heading', { name: 'Is this the code on your screen?' }).waitFor();
  await visitor.leave();
});

test('what a box calls itself is shown as it is written', { skip }, async () => {
  const at = home();
  const visitor = await (await arrive(at)).join();
  const { page } = visitor;
  const wicked = '<img src=x onerror=window.pwned=1>';
  const box = await Box.asks(house, { ...SALON, name: wicked, model: 'סלון' }, at);
  await visitor.open(`/activate?code=${box.code}`);
  await page.getByText(wicked).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await box.signedIn();
  await visitor.open('/account');
  await page.getByText(wicked).waitFor();
  assert.equal(await page.evaluate(() => 'pwned' in window), false);
  await visitor.leave();
});
