// What letters lead to, and what members do with their account.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, PASSWORD, skip } from './support/house.mjs';
import { codeOf, linkTo } from './support/letters.mjs';

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

const NEXT = 'cinq autres mots dits le soir';

test('the letter of a new account confirms its address, once', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join('confirm@example.org');
  const { page } = visitor;
  await visitor.open('/');
  await page.getByText('Please confirm your address').waitFor();
  const link = await linkTo(house, 'confirm@example.org', '/verify');
  await visitor.open(link);
  await page.getByRole('heading', { level: 1, name: 'Confirm your address' }).waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the token stays in the address bar');
  assert.equal((await visitor.ask('GET', '/api/v1/me')).email_verified, false);
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor();
  assert.equal((await visitor.ask('GET', '/api/v1/me')).email_verified, true);
  await page.getByRole('link', { name: 'To the films' }).click();
  await page.getByRole('region', { name: 'Films', exact: true }).waitFor();
  assert.equal(await page.getByText('Please confirm your address').count(), 0);
  await page.goto('about:blank'); // the same page with another # would not be loaded again
  await visitor.open(link);
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  await visitor.open('/verify');
  await page.getByRole('heading', { name: 'This link is not whole' }).waitFor();
  await visitor.leave();
});

test(
  'a forgotten password is replaced by letter, and nothing is given away',
  { skip },
  async () => {
    const member = await (await Visitor.arrive(browser, house)).join('oubli@example.org');
    const visitor = await Visitor.arrive(browser, house, { language: 'fr-FR' });
    const { page } = visitor;
    await visitor.open('/sign-in');
    await page.getByRole('link', { name: 'Mot de passe oublié ?' }).click();
    await page.getByRole('button', { name: 'Envoyer le lien' }).click();
    await page.getByText('Ce champ est nécessaire.').waitFor();
    for (const email of ['nobody@example.org', 'oubli@example.org']) {
      await page.getByLabel('Adresse e-mail').fill(email);
      await page.getByRole('button', { name: 'Envoyer le lien' }).click();
      await page.getByText(`Si ${email} a un compte`).waitFor();
      await page.getByRole('button', { name: 'L’envoyer encore' }).click();
    }
    await visitor.open(await linkTo(house, 'oubli@example.org', '/reset'));
    await page.getByLabel('Nouveau mot de passe').fill('court');
    await page.getByRole('button', { name: 'Enregistrer le mot de passe' }).click();
    await page.getByText('C’est trop court').waitFor();
    await page.getByLabel('Nouveau mot de passe').fill(NEXT);
    await page.getByRole('button', { name: 'Enregistrer le mot de passe' }).click();
    await page.getByRole('heading', { name: 'Votre mot de passe est enregistré' }).waitFor();
    const old = await member.context.request.fetch(`${house.address}/api/v1/me`);
    assert.equal(old.status(), 401, 'sessions from before are still good');
    await page.getByRole('link', { name: 'Se connecter' }).last().click();
    await page.getByLabel('Adresse e-mail').fill('oubli@example.org');
    await page.getByLabel('Mot de passe', { exact: true }).fill(NEXT);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Films', exact: true }).waitFor();
    await visitor.leave();
    await member.context.close();
  },
);

test('a second step is set up by an app, asked at the door, and ended', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join('deux@example.org');
  const { page } = visitor;
  await visitor.open('/account');
  await page.getByRole('button', { name: 'Set it up' }).click();
  await page.getByLabel('Password of the account').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('img', { name: 'QR code with the secret below' }).waitFor();
  const secret = (await page.locator('.secret').textContent()).replaceAll(' ', '');
  await page.getByLabel('Code of the app').fill('000000');
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await page.getByText('This code is wrong or was used.').waitFor();
  const code = codeOf(secret);
  await page.getByLabel('Code of the app').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await page.getByText('Keep these recovery codes').waitFor();
  const codes = await page.locator('.codes li').allTextContents();
  assert.equal(codes.length, 10);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('Signing in asks for a code of your app').waitFor();
  assert.equal((await visitor.ask('GET', '/api/v1/me')).second_factor, true);

  const elsewhere = await Visitor.arrive(browser, house);
  await elsewhere.open('/sign-in');
  await elsewhere.page.getByLabel('E-mail address').fill('deux@example.org');
  await elsewhere.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await elsewhere.page.keyboard.press('Enter');
  const asked = elsewhere.page.getByLabel('Code', { exact: true });
  await asked.fill(code); // it was used a moment ago
  await elsewhere.page.keyboard.press('Enter');
  await elsewhere.page.getByText('This code is wrong or was used.').waitFor();
  await asked.fill(codes[0]);
  await elsewhere.page.keyboard.press('Enter');
  await elsewhere.page.getByRole('link', { name: 'Account' }).first().waitFor();
  await elsewhere.leave();

  await page.getByRole('button', { name: 'Switch it off' }).click();
  await page.getByLabel('Password of the account').fill(PASSWORD);
  await page.getByLabel('Code of the app, or a recovery code').fill(codes[1]);
  await page.getByRole('button', { name: 'Switch it off' }).click();
  await page.getByText('Two-step sign-in is off.').waitFor();
  await visitor.leave();
});

test('devices are listed and signed out, the address changes by letter', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join('avant@example.org');
  const others = [];
  for (let i = 0; i < 2; i += 1)
    others.push(await (await Visitor.arrive(browser, house)).signIn('avant@example.org'));
  const status = async (one) =>
    (await one.context.request.fetch(`${house.address}/api/v1/me`)).status();
  const { page } = visitor;
  await visitor.open('/account');
  const devices = page.getByRole('region', { name: 'Devices' });
  await devices.getByRole('listitem').nth(2).waitFor();
  await devices.getByText('This device').waitFor();
  await devices
    .getByRole('button', { name: /^Sign out .*seen/ })
    .first()
    .click();
  await page.getByText('is signed out.').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.device').length === 2);
  await devices.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.device').length === 1);
  for (const one of others) {
    assert.equal(await status(one), 401);
    await one.context.close();
  }

  const address = page.getByRole('region', { name: /E-mail address/ });
  await address.getByText('Not confirmed yet').waitFor();
  await address.getByRole('button', { name: 'Change the address' }).click();
  await address.getByLabel('New e-mail address').fill('apres@example.org');
  await address.getByLabel('Password of the account').fill('not the password');
  await address.getByRole('button', { name: 'Change the address' }).click();
  await address.getByText('That is not your password.').waitFor();
  await address.getByLabel('Password of the account').fill(PASSWORD);
  await address.getByRole('button', { name: 'Change the address' }).click();
  await address.getByText('We sent a link to apres@example.org.').waitFor();
  await visitor.open(await linkTo(house, 'apres@example.org', '/verify'));
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor();
  await visitor.open('/account');
  await page.getByText('apres@example.org').first().waitFor();
  await visitor.leave();
});

test('what is kept can be taken along, and an account be deleted', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join('adieu@example.org');
  const { page } = visitor;
  await visitor.open('/account');
  await page.getByRole('button', { name: 'Download my data' }).click();
  const taking = page.getByRole('dialog', { name: 'Your data' });
  await taking.getByLabel('Password of the account').fill('not the password');
  await taking.getByRole('button', { name: 'Download my data' }).click();
  await taking.getByText('That is not your password.').waitFor();
  await taking.getByLabel('Password of the account').fill(PASSWORD);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    taking.getByRole('button', { name: 'Download my data' }).click(),
  ]);
  const kept = JSON.parse(readFileSync(await file.path(), 'utf8'));
  assert.equal(kept.member[0].email, 'adieu@example.org');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete the account for good?' });
  await dialog.getByLabel('Password of the account').fill('not the password');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await dialog.getByText('That is not your password.').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal((await visitor.ask('GET', '/api/v1/me')).email, 'adieu@example.org');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await dialog.getByLabel('Password of the account').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('Your account is deleted. Farewell.').waitFor();
  await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  const again = await visitor.context.request.fetch(`${house.address}/api/v1/sessions`, {
    method: 'POST',
    data: { email: 'adieu@example.org', password: PASSWORD },
  });
  assert.equal(again.status(), 401);
  await visitor.leave();
});
