// Somebody who is not a member yet.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { openHouse, PASSWORD, skip } from './support/house.mjs';

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

test('a visitor sees the catalogue and is asked to join', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house);
  const { page } = visitor;
  await visitor.open('/');
  await page.getByRole('link', { name: 'Join Lanterne' }).first().waitFor();
  const row = page.getByRole('region', { name: 'Films', exact: true });
  await row.getByRole('link', { name: /The Magic Lantern/ }).click();
  await page.getByRole('heading', { level: 1, name: 'The Magic Lantern' }).waitFor();
  await page.getByText('A showman walks from village to village.').waitFor();
  await page.getByText('Alice Guy').first().waitFor();
  await page.getByText('For everybody', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Join to watch' }).click();
  await page.getByRole('heading', { level: 1, name: 'Join Lanterne' }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get('next'), `/watch/${house.catalogue.film}`);
  await visitor.leave();
});

test('a visitor who opens a player is sent to join, and comes back to it', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house);
  const { page } = visitor;
  await page.goto(`${house.address}/watch/${house.catalogue.film}`);
  await page.waitForURL('**/join?next=**');
  await page.getByLabel('E-mail address').fill('back.again@example.org');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.waitForURL(`**/watch/${house.catalogue.film}`);
  await visitor.plays();
  await visitor.leave();
});

test('a draft, and a series without anything ready, are not shown', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house);
  const { page } = visitor;
  await visitor.open('/search');
  await page.getByRole('link', { name: /The Magic Lantern/ }).waitFor();
  assert.equal(await page.getByText('The Draft').count(), 0);
  const answer = await page.goto(`${house.address}/title/${house.catalogue.draft}`);
  assert.equal(answer.status(), 200); // the page is there; it says that the title is not
  await page.getByRole('heading', { name: 'Nothing on this reel' }).waitFor();
  await visitor.leave();
});

test('an address that leads nowhere gets 404 and a page that says so', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house, { language: 'fr-FR' });
  const answer = await visitor.page.goto(`${house.address}/nowhere`);
  assert.equal(answer.status(), 404);
  await visitor.page.getByRole('heading', { name: 'Rien sur cette bobine' }).waitFor();
  await visitor.leave();
});

test(
  'the browser chooses French or English, and the visitor may choose the other',
  { skip },
  async () => {
    const visitor = await Visitor.arrive(browser, house, { language: 'fr-CA' });
    const { page } = visitor;
    await visitor.open('/');
    await page.getByRole('link', { name: 'Rejoindre Lanterne' }).first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr');
    await page
      .getByRole('heading', { name: 'Nouveautés' })
      .or(page.getByRole('region', { name: 'Films', exact: true }))
      .first()
      .waitFor();
    await page
      .getByRole('link', { name: /La Lanterne magique/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('link', { name: 'Join Lanterne' }).first().waitFor();
    await page
      .getByRole('link', { name: /The Magic Lantern/ })
      .first()
      .waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await page.reload();
    await page.getByRole('link', { name: 'Join Lanterne' }).first().waitFor();
    await visitor.leave();
  },
);

test(
  'search finds by word, by kind and by genre, and says when there is nothing',
  { skip },
  async () => {
    const visitor = await Visitor.arrive(browser, house);
    const { page } = visitor;
    await visitor.open('/search');
    const box = page.getByRole('searchbox');
    await box.fill('lantern');
    await page.waitForURL('**/search?q=lantern');
    await page
      .getByRole('main')
      .getByRole('link', { name: /The Magic Lantern/ })
      .waitFor();
    // What was there before stays until the answer comes.
    await page
      .getByRole('main')
      .getByRole('link', { name: /The Quay/ })
      .waitFor({ state: 'detached' });
    await box.fill('no such film');
    await page.getByText('Nothing was found for “no such film”.').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Series', exact: true }).click();
    await page.getByRole('link', { name: /The Quay/ }).waitFor();
    await page.getByRole('combobox', { name: 'Genre' }).selectOption('comedy');
    await page.getByText('There is nothing here yet.').waitFor();
    await visitor.leave();
  },
);

test('the site can be walked by keyboard alone', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house);
  const { page } = visitor;
  await visitor.open('/');
  await page.getByRole('region', { name: 'Films', exact: true }).waitFor();
  const focused = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      return { href: at.getAttribute('href'), text: at.textContent, id: at.id };
    });
  await page.keyboard.press('Tab');
  assert.equal((await focused()).text, 'Skip to the content');
  await page.keyboard.press('Enter');
  assert.equal((await focused()).id, 'content');
  for (let i = 0; i < 40 && !(await focused()).href?.startsWith('/title/'); i++)
    await page.keyboard.press('Tab');
  const hero = await focused();
  assert.match(hero.href, /^\/title\//);
  for (
    let i = 0;
    i < 40 && !(await page.evaluate(() => document.activeElement.matches('.rail a')));
    i++
  ) {
    await page.keyboard.press('Tab');
  }
  const first = await focused();
  await page.keyboard.press('ArrowRight');
  assert.notEqual((await focused()).href, first.href);
  await page.keyboard.press('ArrowLeft');
  assert.equal((await focused()).href, first.href);
  await page.keyboard.press('ArrowDown');
  const outline = await page.evaluate(
    () => getComputedStyle(document.activeElement.querySelector('.card-art')).boxShadow,
  );
  assert.notEqual(outline, 'none');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/title/*');
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await page.goBack();
  await page.getByRole('region', { name: 'Films', exact: true }).waitFor();
  await visitor.leave();
});

test('nothing is cut off and nothing scrolls sideways from 320 px to 4K', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house, { language: 'fr-FR' });
  const { page } = visitor;
  for (const width of [320, 360, 768, 1280, 2560, 3840]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/', `/title/${house.catalogue.series}`, '/search', '/join']) {
      await visitor.open(path);
      const beyond = await page.evaluate(() => {
        const wide = document.documentElement.clientWidth;
        const cut = [
          ...document.querySelectorAll('header a, header button, h1, .actions > *, form *'),
        ].filter((one) => {
          const box = one.getBoundingClientRect();
          return (
            box.width > 1 &&
            getComputedStyle(one).visibility === 'visible' &&
            (box.right > wide + 1 || box.left < -1)
          );
        });
        return {
          cut: cut.map((one) => one.outerHTML.slice(0, 120)),
          scrolls: document.documentElement.scrollWidth > wide,
        };
      });
      assert.deepEqual(beyond, { cut: [], scrolls: false }, `${path} at ${width} px`);
    }
  }
  await visitor.leave();
});
