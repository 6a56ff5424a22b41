// axe-core on every page, at the width of a phone, a desk and a wall, in both languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './support/axe.mjs';
import { Box } from './support/box.mjs';
import { launch, Visitor } from './support/browser.mjs';
import { ADMINISTRATOR, openHouse, PASSWORD, skip } from './support/house.mjs';
import { codeOf } from './support/letters.mjs';
import { LINKED, stock } from './support/rights.mjs';

let house;
let browser;
before(async () => {
  if (skip) return;
  house = await openHouse({
    stock,
    settings: { trusted_proxies: '127.0.0.1', place_header: 'X-Place' },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

const open = (path) => async (visitor) => visitor.open(path);
const shown = (selector) => async (visitor) => visitor.page.waitForSelector(selector);
const { film, series, draft, production } = new Proxy(
  {},
  { get: (_, name) => () => house.catalogue[name] },
);

const pages = [
  ['home of a visitor', 'visitor', [open('/'), shown('.row')]],
  ['join', 'visitor', [open('/join')]],
  [
    'sign in, with faults',
    'visitor',
    [open('/sign-in'), (v) => v.page.locator('form .button').click(), shown('.field-fault')],
  ],
  [
    'sign in, with a code',
    'guarded',
    [
      open('/sign-in'),
      (v) => v.page.locator('#email').fill(v.email),
      (v) => v.page.locator('#password').fill(PASSWORD),
      (v) => v.page.locator('form .button').click(),
      shown('#code'),
    ],
  ],
  ['forgotten password', 'visitor', [open('/forgot')]],
  [
    'forgotten password, sent',
    'visitor',
    [
      open('/forgot'),
      (v) => v.page.locator('#email').fill('nobody@example.org'),
      (v) => v.page.locator('form .button').click(),
      shown('.card-sign'),
    ],
  ],
  ['a new password', 'visitor', [open('/reset#abc'), shown('#password')]],
  ['a link that is not whole', 'visitor', [open('/verify')]],
  [
    'a link that no longer works',
    'visitor',
    [
      open('/'),
      open('/verify#abc'),
      (v) => v.page.locator('form .button').click(),
      shown('a.button.is-large'),
    ],
  ],
  ['where it is not open', 'stranger', [open('/'), shown('.closed-page')]],
  ['not found', 'visitor', [open('/nowhere')]],
  ['home of a member', 'member', [open('/'), shown('.row')]],
  ['film', 'member', [(v) => v.open(`/title/${film()}`), shown('.details')]],
  ['series', 'member', [(v) => v.open(`/title/${series()}`), shown('.episodes')]],
  ['search', 'member', [open('/search'), shown('.grid')]],
  ['search without results', 'member', [open('/search?q=nothingofthekind'), shown('.state')]],
  ['account', 'member', [open('/account'), shown('.panel'), shown('.device')]],
  [
    'account, a second step',
    'member',
    [
      open('/account'),
      (v) => v.page.locator('[aria-labelledby="factor-title"] .button').click(),
      (v) => v.page.locator('#factor-password').fill(PASSWORD),
      (v) => v.page.locator('#factor-password').press('Enter'),
      shown('.qr'),
    ],
  ],
  [
    'account, about to be deleted',
    'member',
    [
      open('/account'),
      (v) => v.page.locator('[aria-labelledby="delete-title"] .button').click(),
      shown('dialog[open]'),
    ],
  ],
  ['profiles', 'household', [open('/profiles'), shown('.profile')]],
  ['profiles, looked after', 'household', [open('/profiles?manage=1'), shown('.profile-sign')]],
  ['a new profile', 'household', [open('/profiles?manage=1&edit=new'), shown('.picture')]],
  [
    'the PIN of an account',
    'household',
    [
      open('/account'),
      (v) => v.page.locator('[aria-labelledby="pin-title"] .button').first().click(),
      shown('#locked_age'),
    ],
  ],
  [
    'a child on the way out',
    'household',
    [
      open('/profiles'),
      (v) => v.page.locator('.profile').last().click(),
      shown('.frame.is-child .row'),
      open('/profiles'),
      (v) => v.page.locator('.profile').first().click(),
      shown('#pin'),
    ],
  ],
  ['a box: sign in first', 'visitor', [open('/activate?code=BCDF-GHJK'), shown('.box-code')]],
  [
    'a box: a code that cannot be one',
    'member',
    [
      open('/activate'),
      (v) => v.page.locator('#code').fill('1234'),
      (v) => v.page.locator('form .button').click(),
      shown('.field-fault'),
    ],
  ],
  [
    'a box: the question',
    'member',
    [async (v) => v.open(`/activate?code=${(await Box.asks(house)).code}`), shown('.box-answer')],
  ],
  [
    'a box: refused',
    'member',
    [(v) => v.page.locator('.box-answer .button').first().click(), shown('a[href="/activate"]')],
  ],
  ['account of a child', 'household', [open('/account'), shown('.state-icon')]],
  [
    'player',
    'member',
    [
      (v) => v.open(`/watch/${film()}`),
      (v) => v.plays(0.2),
      (v) => v.page.keyboard.press('k'),
      shown('video[data-state="paused"]'),
    ],
  ],
  [
    'player with a menu',
    'member',
    [
      (v) => v.open(`/watch/${film()}`),
      (v) => v.plays(0.2),
      (v) => v.page.keyboard.press('k'),
      (v) => v.page.locator('[aria-haspopup="menu"]').last().click(),
      shown('[role="menu"]'),
    ],
  ],
  [
    'player, keys',
    'member',
    [
      (v) => v.open(`/watch/${film()}`),
      (v) => v.plays(0.2),
      (v) => v.page.keyboard.press('?'),
      shown('dialog[open]'),
    ],
  ],
  ['console: titles', 'administrator', [open('/console'), shown('.table')]],
  [
    'console: a film',
    'administrator',
    [(v) => v.open(`/console/titles/${film()}`), shown('.renditions')],
  ],
  [
    'console: a series',
    'administrator',
    [
      (v) => v.open(`/console/titles/${series()}`),
      (v) => v.page.locator('.edit-episode').first().click(),
      shown('.edit-episode-form'),
    ],
  ],
  ['console: a new title', 'administrator', [open('/console/titles/new'), shown('.editor')]],
  ['console: jobs', 'administrator', [open('/console/jobs'), shown('.job')]],
  ['console: calendar', 'administrator', [open('/console/rights'), shown('.turn')]],
  [
    'console: a question about rights',
    'administrator',
    [open('/console/rights/explain'), shown('.explain-form')],
  ],
  [
    'console: an explanation',
    'administrator',
    [
      (v) => v.open(`/console/rights/explain?title=${draft()}&territory=FR`),
      shown('.chain-row'),
      (v) => v.page.locator('.chain-idle summary').click(),
    ],
  ],
  [
    'console: an offer explained where it is hidden',
    'administrator',
    [open(`/console/rights/explain?title=${LINKED}&territory=DE`), shown('.chain-row')],
  ],
  ['console: offers', 'administrator', [open('/console/avails'), shown('.offer')]],
  ['console: deals', 'administrator', [open('/console/deals'), shown('.finding'), shown('.deal')]],
  ['console: territories', 'administrator', [open('/console/territories'), shown('.table')]],
  [
    'console: a territory',
    'administrator',
    [open('/console/territories/BE'), shown('.rule'), shown('.life')],
  ],
  ['console: productions', 'administrator', [open('/console/productions'), shown('.reel')]],
  [
    'console: a production',
    'administrator',
    [(v) => v.open(`/console/productions/${production()}`), shown('.delivery')],
  ],
  ['console: members', 'administrator', [open('/console/members'), shown('.table')]],
];

const sizes = [
  [360, 740],
  [1280, 800],
  [3840, 2160],
];
const visitors = {};

async function visitorWho(who) {
  if (visitors[who]) return visitors[who];
  const visitor = await Visitor.arrive(browser, house, {
    language: ['member', 'household'].includes(who) ? 'fr-FR' : 'en-GB',
    ...(who === 'stranger' ? { extraHTTPHeaders: { 'X-Place': 'JP' } } : {}),
  });
  if (who === 'member') await visitor.join();
  if (who === 'household') {
    await visitor.join();
    await visitor.ask('PUT', '/api/v1/me/pin', { password: PASSWORD, pin: '2468' });
    await visitor.ask('POST', '/api/v1/profiles', { name: 'Léo', child: true });
  }
  if (who === 'guarded') {
    const owner = await (await Visitor.arrive(browser, house)).join();
    const { secret } = await owner.ask('POST', '/api/v1/me/second-factor', { password: PASSWORD });
    await owner.ask('POST', '/api/v1/me/second-factor/confirm', { code: codeOf(secret) });
    visitor.email = owner.email;
    await owner.context.close();
  }
  if (who === 'administrator') await visitor.signIn(ADMINISTRATOR);
  visitors[who] = visitor;
  return visitor;
}

for (const [name, who, steps] of pages) {
  test(`no serious finding: ${name}`, { skip }, async () => {
    const visitor = await visitorWho(who);
    for (const step of steps) await step(visitor);
    for (const [width, height] of sizes) {
      await visitor.page.setViewportSize({ width, height });
      assert.deepEqual(await findings(visitor.page), [], `${name} at ${width} px`);
    }
  });
}

test('no page complained', { skip }, async () => {
  for (const visitor of Object.values(visitors)) await visitor.leave();
});

test('who wants less motion gets none', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house, { reducedMotion: 'reduce' });
  await visitor.open('/');
  await visitor.page.waitForSelector('.card');
  const longest = await visitor.page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll('*')].flatMap((one) => {
        const style = getComputedStyle(one);
        return [...style.transitionDuration.split(','), ...style.animationDuration.split(',')].map(
          parseFloat,
        );
      }),
    ),
  );
  assert.ok(longest <= 0.01, `${longest} s`);
  await visitor.leave();
});
