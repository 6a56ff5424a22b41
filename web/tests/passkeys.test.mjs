// Passkeys with a device that Chromium plays itself (CDP, WebAuthn): made, used, named, removed,
// cancelled; in both languages. The house is asked as "localhost": numbers have no passkeys.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, picture } from './support/axe.mjs';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, PASSWORD, skip } from './support/house.mjs';
import { codeOf } from './support/letters.mjs';

let house;
let browser;
before(async () => {
  if (skip) return;
  house = await openHouse();
  house.address = house.address.replace('127.0.0.1', 'localhost');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

/** A device with a screen lock in front of the browser. quick: it says yes by itself. */
async function device(visitor, { verified = true, present = true } = {}) {
  const talk = await visitor.context.newCDPSession(visitor.page);
  await talk.send('WebAuthn.enable');
  const { authenticatorId } = await talk.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: verified,
      automaticPresenceSimulation: present,
    },
  });
  return {
    credentials: async () =>
      (await talk.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    verified: (isUserVerified) =>
      talk.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    present: (enabled) =>
      talk.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
  };
}

const words = {
  en: {
    add: 'Add a passkey',
    make: 'Make the passkey',
    added: /opens your account from now on/,
    password: 'Password of the account',
    signIn: 'Sign in with a passkey',
    rename: /^Rename the passkey/,
    name: 'Name of the passkey',
    save: 'Save',
    named: 'The passkey has its new name.',
    remove: /^Remove the passkey/,
    removeYes: 'Remove',
    removed: /is removed/,
    used: /last used on/,
    none: /No passkey was used/,
    notMade: /No passkey was made/,
    here: /has a passkey for your account already/,
    unknown: /may have been removed/,
    cancel: 'Cancel',
    wrong: 'That is not your password.',
  },
  fr: {
    add: 'Ajouter une clé d’accès',
    make: 'Créer la clé d’accès',
    added: /ouvre désormais votre compte/,
    password: 'Mot de passe du compte',
    signIn: 'Utiliser une clé d’accès',
    rename: /^Renommer la clé/,
    name: 'Nom de la clé d’accès',
    save: 'Enregistrer',
    named: 'La clé d’accès porte son nouveau nom.',
    remove: /^Retirer la clé/,
    removeYes: 'Retirer',
    removed: /est retirée/,
    used: /a servi le/,
    none: /Aucune clé d’accès n’a servi/,
    notMade: /Aucune clé d’accès n’a été créée/,
    here: /a déjà une clé d’accès/,
    unknown: /a peut-être été retirée/,
    cancel: 'Annuler',
    wrong: 'Ce n’est pas votre mot de passe.',
  },
};

/** A new member who speaks that language. */
async function member(language, size = {}) {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const visitor = await Visitor.arrive(browser, house, { language: locale, height: 900, ...size });
  await visitor.join();
  await visitor.ask('PATCH', '/api/v1/me', { language });
  return visitor;
}

/** The part of the account page. */
const panelOf = (page) => page.locator('section[aria-labelledby="passkeys-title"]');

async function add(page, w, password = PASSWORD) {
  const panel = panelOf(page);
  await panel.getByRole('button', { name: w.add }).click();
  await panel.getByLabel(w.password, { exact: true }).fill(password);
  await panel.getByRole('button', { name: w.make }).click();
}

/** Nobody is signed in any more; the device stays. */
async function goOut(visitor) {
  await visitor.ask('DELETE', '/api/v1/sessions/current');
}

async function comesIn(page) {
  await page.waitForURL((at) => at.pathname === '/');
}

for (const [language, w] of Object.entries(words)) {
  test(`a passkey is made, opens, is named and removed (${language})`, { skip }, async () => {
    const visitor = await member(language);
    const { page } = visitor;
    await visitor.open('/account');
    const phone = await device(visitor);
    const panel = panelOf(page);
    await add(page, w, 'not the password');
    await panel.getByText(w.wrong).waitFor();
    assert.deepEqual(await phone.credentials(), []);
    await panel.getByLabel(w.password, { exact: true }).fill(PASSWORD);
    await panel.getByRole('button', { name: w.make }).click();
    await panel.getByText(w.added).waitFor();
    await panel.scrollIntoViewIfNeeded();
    await picture(page, `passkey-account-${language}`);
    const [made] = await phone.credentials();
    assert.equal(made.rpId, 'localhost');
    assert.equal(made.isResidentCredential, true);

    await add(page, w);
    await panel.getByText(w.here).waitFor(); // one a device is enough
    await panel.getByRole('button', { name: w.cancel }).click();
    await panel.getByRole('button', { name: w.add }).waitFor();
    assert.equal((await phone.credentials()).length, 1);

    await panel.getByRole('button', { name: w.rename }).click();
    await panel.getByLabel(w.name).fill('  Le téléphone de Zoé  ');
    await picture(page, `passkey-naming-${language}`);
    await panel.getByRole('button', { name: w.save }).click();
    await panel.getByText(w.named).waitFor();
    await panel.getByText('Le téléphone de Zoé', { exact: true }).waitFor();

    await goOut(visitor);
    await phone.present(false); // the quiet offer waits for somebody
    await visitor.open('/sign-in');
    await page.getByRole('button', { name: w.signIn }).waitFor();
    await picture(page, `passkey-door-${language}`);
    await phone.present(true);
    await page.getByRole('button', { name: w.signIn }).click();
    await comesIn(page);

    await visitor.open('/account');
    await panel.getByText(w.used).waitFor();
    await panel.getByRole('button', { name: w.remove }).click();
    await page.getByRole('dialog').getByRole('button', { name: w.removeYes }).click();
    await panel.getByText(w.removed).waitFor();
    assert.equal(await panel.locator('li').count(), 0);

    await goOut(visitor);
    await phone.present(false);
    await visitor.open('/sign-in');
    await page.getByRole('button', { name: w.signIn }).waitFor();
    await phone.present(true);
    await page.getByRole('button', { name: w.signIn }).click();
    await page.locator('.refusal').waitFor();
    const said = await page.locator('.refusal').textContent();
    assert.match(said, w.unknown);
    await picture(page, `passkey-unknown-${language}`);
    await visitor.leave();
  });

  test(`who does not say yes stays where they were (${language})`, { skip }, async () => {
    const visitor = await member(language);
    const { page } = visitor;
    await visitor.open('/account');
    const phone = await device(visitor, { verified: false });
    await add(page, w);
    await panelOf(page).getByText(w.notMade).waitFor();
    await picture(page, `passkey-cancelled-${language}`);
    await panelOf(page).getByRole('button', { name: w.cancel }).click();
    assert.equal(await panelOf(page).locator('li').count(), 0);
    await phone.verified(true);
    await add(page, w);
    await panelOf(page).getByText(w.added).waitFor();

    await goOut(visitor);
    await phone.present(false);
    await visitor.open('/sign-in');
    await phone.verified(false);
    await phone.present(true);
    await page.getByRole('button', { name: w.signIn }).click();
    await page.getByText(w.none).waitFor();
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    assert.deepEqual(await findings(page), []); // the device goes with it
    await page.locator('#email').fill(visitor.email);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form .button').click();
    await comesIn(page);
    await visitor.leave();
  });
}

test('a browser that offers passkeys by itself needs no button', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  await visitor.open('/account');
  await device(visitor);
  await add(page, words.en);
  await panelOf(page).getByText(words.en.added).waitFor();
  await goOut(visitor);
  await page.goto(`${house.address}/sign-in?next=%2Faccount`);
  await page.waitForURL((at) => at.pathname === '/account'); // the device said yes to the offer
  await visitor.leave();
});

test('an account with a code is asked for it before a passkey is made', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  const { secret } = await visitor.ask('POST', '/api/v1/me/second-factor', { password: PASSWORD });
  const { recovery_codes } = await visitor.ask('POST', '/api/v1/me/second-factor/confirm', {
    code: codeOf(secret),
  });
  await visitor.open('/account');
  await device(visitor);
  const panel = panelOf(page);
  await add(page, words.en);
  await panel.locator('.field-fault').waitFor();
  await panel.locator('#code').fill('000000');
  await panel.getByRole('button', { name: words.en.make }).click();
  await panel.getByText(/This code is wrong/).waitFor();
  await panel.locator('#code').fill(recovery_codes[0]);
  await panel.getByRole('button', { name: words.en.make }).click();
  await panel.getByText(words.en.added).waitFor();
  await visitor.leave();
});

for (const [language, w] of Object.entries(words))
  test(`a phone has room for it (${language})`, { skip }, async () => {
    const visitor = await member(language, { width: 360, height: 740 });
    const { page } = visitor;
    await visitor.open('/account');
    await device(visitor);
    await add(page, w);
    await panelOf(page).getByText(w.added).waitFor();
    await panelOf(page).scrollIntoViewIfNeeded();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px`);
    await picture(page, `passkey-phone-${language}`);
    assert.deepEqual(await findings(page), []);
    await visitor.leave();
  });

test('a house that is a number has no passkeys, and says so', { skip }, async () => {
  const number = { ...house, address: house.address.replace('localhost', '127.0.0.1') };
  const visitor = await (await Visitor.arrive(browser, number)).join();
  await visitor.open('/account');
  await panelOf(visitor.page).getByText('cannot make passkeys at this address').waitFor();
  await goOut(visitor);
  await visitor.open('/sign-in');
  assert.equal(await visitor.page.getByRole('button', { name: words.en.signIn }).count(), 0);
  await visitor.leave();
});
