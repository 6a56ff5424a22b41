// Contracts and countries: what the house reads of them at the console, and what visitors and
// members are told where a title or the service is not there, or not for long.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, Visitor } from './support/browser.mjs';
import { ADMINISTRATOR, openHouse, skip } from './support/house.mjs';
import { day, LINKED, license, stock, STUDIO, UNLINKED } from './support/rights.mjs';

const PROXY = { trusted_proxies: '127.0.0.1', place_header: 'X-Place' };
const from = (place) => ({ extraHTTPHeaders: { 'X-Place': place } });

let house;
let browser;
before(async () => {
  if (skip) return;
  house = await openHouse({
    settings: { ...PROXY, finish_hours: 0 },
    stock: (made) => {
      stock(made);
      const { film, series } = made.catalogue;
      const soon = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');
      license(made, film, { from: day(-9), until: soon });
      license(made, series, { from: `${day(5)}T20:30:00Z`, announced: day(-1) });
    },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

async function administrator({ speaks = 'en', ...options } = {}) {
  const visitor = await (await Visitor.arrive(browser, house, options)).signIn(ADMINISTRATOR);
  await visitor.ask('PATCH', '/api/v1/me', { language: speaks });
  return visitor;
}

test('the calendar draws what opens and closes, week by week', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open('/console/rights?weeks=4');
  const weeks = page.locator('.week');
  await weeks.first().waitFor();
  assert.ok((await weeks.count()) >= 4);
  await page.getByText('by the clocks of Europe/Paris').waitFor();
  const closing = page
    .locator('.turn.is-closing', { hasText: 'The Draft' })
    .or(page.locator('.turn.is-closing', { hasText: 'Le Brouillon' }));
  assert.match(await closing.first().innerText(), /Closes FR/);
  await page.locator('.turn', { hasText: 'Country opens BE' }).waitFor();
  // Another territory, and further on.
  await page.getByLabel('Territory').selectOption('BE');
  await page.waitForURL(/territory=BE/);
  await page.locator('.turn', { hasText: 'Country opens BE' }).waitFor();
  assert.equal(await page.locator('.turn', { hasText: 'FR' }).count(), 0);
  await page.getByRole('button', { name: 'After' }).click();
  await page.waitForURL(/from=\d{4}-\d\d-\d\d/);
  await page.getByText('Nothing opens, nothing closes').waitFor();
  await visitor.leave();
});

test('what closes can be asked why, and the chain says it', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open('/console/rights?weeks=4&territory=FR');
  await page
    .locator('.turn.is-closing', { hasText: 'Brouillon' })
    .getByRole('link', { name: /Why/ })
    .first()
    .click();
  await page.waitForURL('**/console/rights/explain?*');
  await page.getByRole('heading', { name: 'Not shown' }).waitFor();
  const chain = page.locator('.verdict > .chain');
  const deal = chain.locator('.chain-row.is-decisive');
  assert.match(await deal.innerText(), /Deal\s*stands in the way\s*decides[\s\S]*Lumen 2026/);
  assert.match(await chain.locator('.is-good', { hasText: 'Territory' }).innerText(), /holds/);
  await page.locator('.span-at').waitFor({ state: 'attached' });
  // A day earlier it could be watched; the form still knows what was asked.
  assert.match(await page.getByLabel('At this instant').inputValue(), /^\d{4}-\d\d-\d\dT00:00/);
  await page.getByLabel('At this instant').fill(`${day(2)}T20:00`);
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByRole('heading', { name: 'Can be watched' }).waitFor();
  await page.getByText('decides').waitFor();
  await visitor.leave();
});

test('a title is found by name; a stranger as member, or no title, is said', { skip }, async () => {
  const visitor = await administrator({ language: 'fr-FR', speaks: 'fr' });
  const { page } = visitor;
  await visitor.open('/console/rights/explain');
  await page.getByLabel('Titre ou offre').pressSequentially('lanterne');
  await page
    .locator(`#explain-titles option[value*="${house.catalogue.film}"]`)
    .waitFor({ state: 'attached' });
  const value = await page.locator('#explain-titles option').first().getAttribute('value');
  await page.getByLabel('Titre ou offre').fill(value);
  await page.getByLabel('Pour ce membre').fill('nobody@example.org');
  await page.getByRole('button', { name: 'Expliquer' }).click();
  await page.getByText('ou pas de tel membre.').waitFor();
  await page.getByLabel('Pour ce membre').fill('');
  await page.getByRole('button', { name: 'Expliquer' }).click();
  await page.getByRole('heading', { name: 'Peut être regardé' }).waitFor();
  await page.getByLabel('Titre ou offre').fill('nothing of the kind');
  await page.getByRole('button', { name: 'Expliquer' }).click();
  await page.getByText('Il n’y a ni titre, ni offre').waitFor();
  await visitor.leave();
});

test('offers without a title come first, with the way to link them', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open('/console/avails');
  const offers = page.locator('.offer');
  await offers.first().waitFor();
  assert.match(await offers.first().innerText(), new RegExp(UNLINKED));
  await page.getByText(`lanterne avails link ${UNLINKED} TITLE --studio '${STUDIO}'`).waitFor();
  await page.getByLabel('Studio', { exact: true }).selectOption({ label: 'Studio Nord' });
  await page.waitForURL(/studio=/);
  await page.waitForFunction(() => document.querySelectorAll('.offer').length === 2);
  await page.getByLabel('Studio', { exact: true }).selectOption({ label: STUDIO });
  await page
    .locator('.offer', { hasText: LINKED })
    .getByRole('link', { name: /Explain/ })
    .click();
  await page.getByRole('heading', { name: 'Can be watched' }).waitFor();
  await visitor.leave();
});

test('the rights of an offer are drawn with their windows', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  const right = {
    id: 'r1', transaction: 'fr-1', licence: 'SVOD', territories: 'ZZ -US', start: '2013-07-15',
    end: 'theatrical+36m', window: null, announce: null, format: 'HD', hdr: true, exclusive: true,
    status: null, allowed: [{ language: 'fr', as: 'dub' }], held_back: [], price: null,
    contract: 'C-1',
  }; // prettier-ignore
  await page.route('**/api/v1/console/avails?*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    for (const one of body.items) one.rights = [right];
    await route.fulfill({ response: answer, json: body });
  });
  await visitor.open('/console/avails');
  const text = await page.locator('.right').first().innerText();
  for (const said of ['the world, without United States', 'Jul 15, 2013', 'theatrical+36m', 'HD HDR',
    'Exclusive', 'French (dubbed)', 'Contract C-1']) assert.ok(text.includes(said), `${said}: ${text}`); // prettier-ignore
  await visitor.leave();
});

test('deals are shown, and where they do not go together', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open('/console/deals');
  const deal = page.getByRole('article', { name: 'Lumen 2026' });
  const text = await deal.innerText();
  for (const said of [
    'Granted to us',
    STUDIO,
    'Belgium, France',
    '€12,000.00 a year',
    'free television',
  ])
    assert.ok(text.includes(said), `${said}: ${text}`);
  const cut = page.locator('.finding', { hasText: 'A window is cut' });
  assert.match(await cut.innerText(), /free television/);
  await page.locator('.finding', { hasText: 'An offer goes beyond its deal' }).first().waitFor();
  await visitor.leave();
});

test('a country says what is planned for it and what keeps it from opening', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open('/console/territories');
  const belgium = page.getByRole('row', { name: /Belgium/ });
  assert.match(await belgium.innerText(), /Ready[\s\S]*Open: /);
  await page
    .getByRole('row', { name: /Germany/ })
    .getByText('Held by regulation')
    .waitFor();
  await belgium.getByRole('link', { name: 'Readiness report: Belgium' }).click();
  await page.getByRole('heading', { name: 'Belgium' }).waitFor();
  await page.locator('.life .is-planned', { hasText: 'Open' }).waitFor();
  await page.getByText('Not ready').waitFor();
  const price = page.locator('.rule.is-bad', { hasText: 'The plan has a price.' });
  await price.getByText('lanterne territory set BE --price AMOUNT').waitFor();
  await page.locator('.rule-failing summary').first().click();
  await page.locator('.rule-failing a').first().waitFor();
  // The same country on another day, and one nobody has dealt with.
  await page.getByLabel('As of').fill('2013-07-15');
  await page.waitForURL(/at=2013-07-15/);
  await page.locator('.verdict-what', { hasText: 'Jul 15, 2013' }).waitFor();
  await visitor.open('/console/territories/JP');
  await page.getByRole('heading', { name: 'Japan' }).waitFor();
  await page.getByText('Not ready').waitFor();
  await visitor.leave();
});

test('a production shows its thirteen masters, faults and instalments', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open('/console/productions');
  await page.getByRole('link', { name: 'Les Ombres' }).click();
  await page.locator('.delivery').first().waitFor();
  assert.equal(await page.locator('.delivery').count(), 13);
  const first = page.locator('.delivery[data-episode="1"]');
  assert.match(await first.innerText(), /Refused\s*Late/);
  assert.ok((await first.locator('.delivery-faults li').count()) >= 3);
  await first.locator('summary').click();
  await first.getByText('320 × 180').waitFor();
  assert.equal(await page.locator('.steps [aria-current]').innerText(), 'Delivering');
  const signature = page.getByRole('row', { name: /Signature/ });
  assert.match(await signature.innerText(), /€300,000\.00/);
  await page
    .getByRole('row', { name: /Delivery/ })
    .getByText('Not yet')
    .waitFor();
  await visitor.open('/console/productions/aaaaaaaaaaaaaaaaaaaaaaaaaa');
  await page.getByText('Nothing on this reel').waitFor();
  await visitor.leave();
});

test('cards and pages say what is exclusive, what goes and what comes', { skip }, async () => {
  const visitor = await (await Visitor.arrive(browser, house)).join();
  const { page } = visitor;
  const { film, series } = house.catalogue;
  await visitor.open('/search');
  const card = page.locator(`.card[href="/title/${film}"]`);
  await card.waitFor();
  assert.match(await card.innerText(), /Exclusive\s*Until \d+:\d\d/);
  assert.match(await page.locator(`.card[href="/title/${series}"]`).innerText(), /From [A-Z]/);
  await visitor.open(`/title/${series}`);
  await page.getByText(/Here from [A-Z][a-z]+ \d+, \d{4}/).waitFor();
  assert.equal(await page.locator('.episode[href]').count(), 0);
  assert.equal(await page.locator('.title-text .actions a').count(), 0);
  await visitor.open(`/watch/${house.catalogue.episodes[0]}`);
  await page.getByText('This title is coming and cannot be watched yet.').waitFor();
  await visitor.leave();
});

test(
  'the player says that a right ends in mid-film, and what was the matter then',
  { skip },
  async () => {
    const visitor = await (await Visitor.arrive(browser, house)).join();
    const { page } = visitor;
    let over = false;
    await page.route('**/api/v1/playbacks', async (route) => {
      const answer = await route.fetch();
      const ends_at = new Date(Date.now() + 15_000).toISOString();
      return route.fulfill({ response: answer, json: { ...(await answer.json()), ends_at } });
    });
    await page.route('**/heartbeat', (route) =>
      over
        ? route.fulfill({ status: 409, json: { code: 'stream-ended', reason: 'window' } })
        : route.continue(),
    );
    await page.route(/\/[2-9]\.m4s$/, (route) => {
      over = true;
      return route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{}' });
    });
    await visitor.open(`/watch/${house.catalogue.film}`);
    await page.locator('.player-ends', { hasText: /This can be watched until \d+:\d\d/ }).waitFor();
    await page.getByRole('button', { name: 'Understood' }).click();
    assert.equal(await page.locator('.player-ends').count(), 0);
    await page.getByRole('heading', { name: 'Our right to show this has ended' }).waitFor();
    await visitor.leave();
  },
);

test(
  'where the service is not open, a page says so in place of empty shelves',
  { skip },
  async () => {
    const visitor = await Visitor.arrive(browser, house, { language: 'fr-FR', ...from('JP') });
    const { page } = visitor;
    for (const path of ['/', '/search', '/join', `/title/${house.catalogue.film}`]) {
      await visitor.open(path);
      await page.getByRole('heading', { name: 'Lanterne n’est pas encore ouverte ici' }).waitFor();
      await page.getByText('Vous semblez être dans ce pays\u00a0: Japon.').waitFor();
      assert.equal(await page.locator('.card').count(), 0);
    }
    await page.getByRole('button', { name: 'EN English' }).click();
    await page.getByRole('heading', { name: 'Lanterne is not open here yet' }).waitFor();
    await page.getByText('You seem to be in this country: Japan.').waitFor();
    await page.locator('main').getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail address').waitFor();
    await visitor.leave();
  },
);

test('the console fits a phone', { skip }, async () => {
  const visitor = await administrator({ width: 360, height: 740 });
  const { page } = visitor;
  const { draft, production } = house.catalogue;
  for (const path of [
    '/console/rights',
    `/console/rights/explain?title=${draft}&territory=FR`,
    '/console/avails',
    '/console/deals',
    '/console/territories',
    '/console/territories/FR',
    '/console/productions',
    `/console/productions/${production}`,
  ]) {
    await visitor.open(path);
    await page.waitForSelector('.week, .chain-row, .offer, .finding, .table, .reel, .rule');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${path}: ${wide} px`);
  }
  await visitor.leave();
});
