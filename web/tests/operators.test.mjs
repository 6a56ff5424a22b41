// The administrator looks at partners' boxes: what they run, and what they look like.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { findings, picture } from './support/axe.mjs';
import { launch, Visitor } from './support/browser.mjs';
import { ADMINISTRATOR, openHouse, skip } from './support/house.mjs';

const NAME = 'Câble Un';

let house;
let browser;
let partner;

const asks = (values) =>
  fetch(`${house.address}/api/v1/box/settings?${new URLSearchParams(values)}`).then((answer) =>
    answer.json(),
  );

before(async () => {
  if (skip) return;
  house = await openHouse();
  browser = await launch();
  partner = house.json(['partner', 'add', NAME, '--contact', 'cable-un.example']).id;
  const key = path.join(path.dirname(house.folder), 'assertion.jwk');
  writeFileSync(
    key,
    JSON.stringify({
      kty: 'OKP',
      crv: 'Ed25519',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    }),
  );
  house.run(['partner', 'assertion-key', 'add', NAME, key]);
  for (const version of ['1.1', '1.2'])
    house.run([
      'box', 'version', 'add', version, '--address',
      `https://boxes.example/lanterne-box_${version}_amd64.deb`,
    ]); // prettier-ignore
  const roll = (version, share) =>
    house.run(['box', 'rollout', '--partner', NAME, '--version', version, '--share', share]);
  roll('1.1', '100%');
  roll('1.2', '2.5%');
  for (let i = 0; i < 12; i++)
    await asks({
      partner: NAME,
      box: `livingroom-box-${String(i).padStart(4, '0')}`,
      version: i < 9 ? '1.1' : '1.2',
      state: i % 3 ? 'home' : 'playing',
    });
  await asks({ box: 'a-box-of-nobody-0001', version: '0.9' });
});
after(async () => {
  await browser?.close();
  await house?.close();
});

const administrator = async (options) =>
  (await Visitor.arrive(browser, house, options)).signIn(ADMINISTRATOR);

test('a partner’s page tells what its boxes run and who signs them in', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open('/console/partners');
  await page.getByText('1.2 · 2.5% · Rolling out').waitFor();
  await picture(visitor.page, 'partners');
  await page.getByRole('link', { name: NAME }).click();
  await page.waitForURL(`**/console/partners/${partner}`);
  const counts = page.getByRole('table', { name: /heard of within 30 days/ });
  await counts.getByRole('row', { name: /1\.1\s+9\s+75%/ }).waitFor();
  await counts.getByRole('row', { name: /1\.2\s*being rolled out\s+3\s+25%/ }).waitFor();
  await page.getByRole('row', { name: /EdDSA/ }).waitFor();
  const boxes = page.getByRole('table', { name: 'Boxes', exact: true });
  await boxes.getByRole('row', { name: /livingroom-box-0000 1\.1 playing/ }).waitFor();
  assert.equal(await boxes.getByRole('row').count(), 13);
  assert.deepEqual(await findings(page), []);
  await picture(visitor.page, 'partner');
  await visitor.leave();
});

test('a look is refused with words, saved, and reaches the boxes', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open(`/console/partners/${partner}`);
  const colour = (name) => page.getByLabel(name, { exact: true });
  const preview = page.getByRole('img', { name: 'How a box looks' });
  const ground = () => preview.evaluate((one) => getComputedStyle(one).backgroundColor);
  await preview.waitFor();
  assert.equal(await ground(), 'rgb(15, 12, 10)');
  await colour('Text').fill('#333333');
  await page.getByRole('button', { name: 'Save the look' }).click();
  await page.getByText(/Its contrast with the ground is 1\.5; it must be 4\.5/).waitFor();
  assert.equal((await asks({ partner: NAME })).colours.text, '#f8f1e7');
  await colour('Text').fill('white');
  await page.getByRole('button', { name: 'Save the look' }).click();
  await page.getByText('A colour has six digits, as #ffb84d.').waitFor();
  await colour('Ground').fill('#101820');
  await colour('Text').fill('#FFFFFF');
  await colour('Accent').fill('#fee715');
  await page.getByLabel('Name', { exact: true }).fill('Câble Un TV');
  await page.getByLabel(/Rows of the home page/).fill('series, newest');
  await page.getByRole('button', { name: 'Save the look' }).click();
  await page.getByText(/"newest" is no row/).waitFor();
  await page.getByLabel(/Rows of the home page/).fill('series, continue');
  await page.getByRole('button', { name: 'Save the look' }).click();
  await page.getByText('The look is saved.').waitFor();
  assert.equal(await ground(), 'rgb(16, 24, 32)');
  const said = await asks({ partner: NAME });
  assert.equal(said.name, 'Câble Un TV');
  assert.deepEqual(said.home_rows, ['series', 'continue']);
  assert.deepEqual(said.colours, { ground: '#101820', text: '#ffffff', accent: '#fee715' });
  assert.deepEqual(await findings(page), []);
  await visitor.leave();
});

test('a logo is taken, shown and taken away', { skip }, async () => {
  const visitor = await administrator();
  const { page } = visitor;
  await visitor.open(`/console/partners/${partner}`);
  const input = page.getByLabel('Logo', { exact: true });
  await input.setInputFiles({
    name: 'x.png',
    mimeType: 'image/png',
    buffer: Buffer.from('GIF89a'),
  });
  await page.getByText(/must be a PNG or JPEG/).waitFor();
  const drawn = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAFAAAAAUCAIAAACVui2AAAAAOUlEQVR42u3WQQ0AQAgDQUzgXx4u' +
      '7nBBQphNDcyv8Y8VwMDAu8Gv8tSAgYGBgYGBgefAvjQwMPCmGvU6hMJX3iqPAAAAAElFTkSuQmCC',
    'base64',
  );
  await input.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: drawn });
  await page.getByText('The look is saved.').waitFor();
  const { logo } = await asks({ partner: NAME });
  assert.match(logo, /^\/files\/[a-z2-7]{26}\.png$/);
  const answer = await fetch(house.address + logo);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), drawn);
  await page.locator('.look-preview img').waitFor();
  await page.waitForFunction(
    () => globalThis.document.querySelector('.look-preview img').naturalWidth === 80,
  );
  await picture(visitor.page, 'look');
  await page.getByRole('button', { name: 'Take the logo away' }).click();
  await page.locator('.look-preview img').waitFor({ state: 'detached' });
  assert.equal((await asks({ partner: NAME })).logo, null);
  assert.equal((await fetch(house.address + logo)).status, 404);
  await visitor.leave();
});

test(
  'all boxes are listed with whose they are, in French, on a telephone too',
  { skip },
  async () => {
    const visitor = await administrator({ language: 'fr-FR', width: 390, height: 844 });
    const { page } = visitor;
    await visitor.ask('PATCH', '/api/v1/me', { language: 'fr' });
    await visitor.open('/console/boxes');
    await page.getByRole('heading', { name: 'Boîtiers', level: 1 }).waitFor();
    await page.getByText('a-box-of-nobody-0001').waitFor();
    await page.getByRole('link', { name: NAME }).first().waitFor();
    await page.getByText('https://boxes.example/lanterne-box_1.2_amd64.deb').waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    assert.deepEqual(await findings(page), []);
    await picture(visitor.page, 'boxes-fr');
    await visitor.open(`/console/partners/${partner}`);
    await page.getByRole('heading', { name: 'Apparence de ses boîtiers' }).waitFor();
    await picture(visitor.page, 'partner-fr');
    await visitor.leave();
  },
);
