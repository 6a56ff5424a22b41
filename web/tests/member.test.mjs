// Joining, watching, and what an account does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, PASSWORD, skip } from './support/house.mjs';
import { brightest, difference, pixelsOf } from './support/pixels.mjs';
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

test('the form says what is wrong, in the language and at the field', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house, { language: 'fr-FR' });
  const { page } = visitor;
  await visitor.open('/join');
  const email = page.getByLabel('Adresse e-mail');
  const password = page.getByLabel('Mot de passe', { exact: true });
  const submit = page.getByRole('button', { name: 'S’abonner', exact: true });
  const bad = (field) => field.getAttribute('aria-invalid');
  await submit.click();
  await page.getByText('Ce champ est nécessaire.').first().waitFor();
  assert.equal(await bad(email), 'true');
  await email.fill('personne');
  await password.fill('court');
  await submit.click();
  await page.getByText('Cela ne ressemble pas à une adresse e-mail.').waitFor();
  await page.getByText('C’est trop court').waitFor();
  await email.fill('taken@example.org');
  await password.fill('password123');
  await submit.click();
  await page.getByText('Choisissez un autre mot de passe').waitFor();
  assert.equal(await bad(password), 'true');
  house.run(
    ['member', 'add', '--email', 'taken@example.org', '--language', 'fr', '--password-stdin'],
    `${PASSWORD}\n`,
  );
  await password.fill(PASSWORD);
  await submit.click();
  await page.getByText('Cette adresse a déjà un compte.').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Se connecter' }).click();
  await email.fill('taken@example.org');
  await password.fill('not the password');
  await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
  await page.getByText('L’adresse et le mot de passe ne vont pas ensemble.').waitFor();
  await password.fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Compte' }).first().waitFor();
  await visitor.leave();
});

test('who signs up watches at once, with sound, without a stall', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house);
  const { page } = visitor;
  await visitor.open('/');
  await page.getByRole('link', { name: 'Join Lanterne' }).first().click();
  await page.getByLabel('E-mail address').fill('new.member@example.org');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page
    .getByRole('region', { name: 'Films', exact: true })
    .getByRole('link', { name: /The Magic Lantern/ })
    .click();
  await page.getByRole('link', { name: 'Play' }).click();
  await visitor.plays(1);
  const first = await page.screenshot();
  await visitor.plays(6);
  const second = await page.screenshot();
  const seen = await visitor.video((video) => ({
    at: video.currentTime,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    sound: video.webkitAudioDecodedByteCount,
    muted: video.muted,
    stalls: video.dataset.stalls,
    state: video.dataset.state,
    height: Number(video.dataset.height),
  }));
  assert.ok(seen.at >= 6);
  assert.ok(seen.frames > 40, `${seen.frames} frames`);
  assert.ok(seen.sound > 10_000, `${seen.sound} bytes of sound`);
  assert.equal(seen.muted, false);
  assert.equal(seen.stalls, '0');
  assert.equal(seen.state, 'playing');
  assert.ok(seen.height >= 200);
  const [a, b] = [await pixelsOf(browser, first), await pixelsOf(browser, second)];
  assert.ok(brightest(a) > 100, 'the picture is dark');
  assert.ok(difference(a, b) > 1, 'the picture stands still');
  await visitor.leave();
});

test('a film goes on where it was left, and from the beginning when asked', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  await visitor.open(`/watch/${house.catalogue.film}`);
  await visitor.plays(1);
  await page.keyboard.press('5'); // to the half
  await visitor.plays(12.5);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Resume' }).waitFor();
  await visitor.open('/');
  const card = page
    .getByRole('region', { name: /Continue/ })
    .getByRole('link', { name: 'Resume The Magic Lantern' });
  await card.click();
  await visitor.plays(12);
  await page.getByText(/Going on at 0:1\d/).waitFor();
  await page.getByRole('button', { name: 'From the beginning' }).first().click();
  await page.waitForFunction(() => document.querySelector('video').currentTime < 5);
  await page.close(); // the tab is closed: the position is on its way all the same
  const titled = await until('the position is saved', async () => {
    const title = await visitor.ask('GET', `/api/v1/titles/${house.catalogue.film}`);
    return title.resume_seconds < 8 && title;
  });
  assert.ok(titled.resume_seconds >= 0);
  await visitor.context.close();
});

test('a series offers the next episode, counts down, and goes on by itself', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  const [first, second] = house.catalogue.episodes;
  await visitor.open(`/title/${house.catalogue.series}`);
  await page.getByRole('tab', { name: 'Season 1' }).waitFor();
  await page.getByText('Ready soon').waitFor(); // the third
  await page.getByRole('link', { name: 'Play S1 E1' }).click();
  await page.waitForURL(`**/watch/${first}`);
  await visitor.plays(1);
  const offer = page.getByRole('region', { name: 'Next episode' });
  await offer.getByText('S1 E2 · Part 2').waitFor();
  await offer.getByText(/Next episode in \d second/).waitFor();
  await page.waitForURL(`**/watch/${second}`);
  await visitor.plays(1);
  await page.getByText('S1 E2 · Part 2').waitFor();
  await page.keyboard.press('End'); // the last that is ready: no offer, but an end
  await page.getByText('That was it').waitFor();
  await page.getByRole('button', { name: 'Watch again' }).click();
  await page.waitForFunction(() => document.querySelector('video').currentTime < 5);
  await page.goBack();
  await visitor.open(`/title/${house.catalogue.series}`);
  await page.getByText('Watched', { exact: true }).first().waitFor();
  await visitor.leave();
});

test('the next episode can be refused, and taken by a key', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  const [first, second] = house.catalogue.episodes;
  await visitor.open(`/watch/${first}`);
  await visitor.plays(0.5);
  await page.keyboard.press('8');
  await page.getByRole('button', { name: 'Stay here' }).click();
  await page.getByText('That was it').waitFor();
  assert.match(page.url(), new RegExp(first));
  await page.keyboard.press('n');
  await page.waitForURL(`**/watch/${second}`);
  await visitor.plays(0.5);
  await visitor.leave();
});

test(
  'the account shows the subscription, takes the plan, the language and a new password',
  { skip },
  async () => {
    const visitor = await (await Visitor.arrive(browser, house)).join();
    const { page } = visitor;
    await visitor.open('/account');
    await page.getByText(/Your free trial runs until/).waitFor();
    await page.getByRole('button', { name: 'Take the plan for a month' }).click();
    await page.getByText(/Done: /).waitFor();
    await page.getByRole('radio', { name: 'Français' }).check();
    await page.getByRole('heading', { level: 1, name: 'Compte' }).waitFor();
    await until(
      'the account speaks French',
      async () => (await visitor.ask('GET', '/api/v1/me')).language === 'fr',
    );
    await page.getByLabel('Mot de passe actuel').fill('not the password');
    await page.getByLabel('Nouveau mot de passe').fill('un autre mot de passe');
    await page.getByRole('button', { name: 'Changer le mot de passe' }).click();
    await page.getByText('Ce n’est pas votre mot de passe actuel.').waitFor();
    await page.getByLabel('Mot de passe actuel').fill(PASSWORD);
    await page.getByRole('button', { name: 'Changer le mot de passe' }).click();
    await page.getByText('Votre mot de passe est changé.').waitFor();
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await page.getByRole('link', { name: 'Rejoindre Lanterne' }).first().waitFor();
    const elsewhere = await (
      await Visitor.arrive(browser, house)
    ).signIn(visitor.email, 'un autre mot de passe');
    await elsewhere.open('/');
    await elsewhere.page.waitForFunction(() => document.documentElement.lang === 'fr');
    await elsewhere.leave();
    await visitor.leave();
  },
);

test('a title appears on an empty home by itself once it is ready', { skip }, async () => {
  const { film, series, wicked } = house.catalogue;
  for (const id of [film, series, wicked]) house.run(['withdraw', id]);
  const visitor = await Visitor.arrive(browser, house);
  await visitor.open('/');
  await visitor.page.getByText('the screen is still white').waitFor();
  for (const id of [film, series, wicked]) house.run(['publish', id]);
  await visitor.page
    .getByRole('region', { name: 'Films', exact: true })
    .getByRole('link', { name: /The Magic Lantern/ })
    .waitFor();
  await visitor.leave();
});
