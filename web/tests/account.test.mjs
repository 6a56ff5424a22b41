// What letters lead to, and what members do with their account.
import assert from 'node:assert/strict';
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
