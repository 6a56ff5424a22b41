// Plans, orders, payment means, bills, gifts, rentals and partners' links, as members go through
// them: with direct debits, and with cards typed on the page of a gateway's double.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from './support/axe.mjs';
import { launch, Visitor } from './support/browser.mjs';
import { ADMINISTRATOR, PASSWORD, skip } from './support/house.mjs';
import {
  CONFIRMS,
  DECLINES,
  giftCode,
  journalOf,
  newIban,
  openShop,
  partnerCalls,
  partnerLink,
  PAYS,
} from './support/plans.mjs';
import { until } from './support/until.mjs';

let house;
let browser;
before(async () => {
  if (skip) return;
  house = await openShop();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await house?.close();
});

const member = async (options) => {
  const visitor = await Visitor.arrive(browser, house, options);
  await visitor.join();
  return visitor;
};
const subscriptionOf = async (visitor) => (await visitor.ask('GET', '/api/v1/me')).subscription;
const charges = async (visitor) => (await visitor.ask('GET', '/api/v1/me/charges')).items;

/** By direct debit, past the screens: most tests are not about it. */
async function subscribed(plan = 'standard', options = {}) {
  const visitor = await member(options);
  const means = await visitor.ask('POST', '/api/v1/me/means/sepa', {
    iban: newIban(),
    holder: 'Zoé Lumière',
    agreed: true,
  });
  await visitor.ask('POST', '/api/v1/me/subscription', { plan, means: means.id });
  return visitor;
}

async function typeCard(page, number) {
  await page.getByRole('button', { name: 'Add a card' }).click();
  await page.waitForURL(`${house.gateway}/page/**`);
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiry').fill('12/34');
  await page.getByLabel('Security code').fill('123');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.waitForURL(`${house.address}/**`);
  await page.getByRole('radio', { name: new RegExp(number.slice(-4)) }).waitFor();
}
const order = (page) => page.getByRole('button', { name: 'Order with obligation to pay' });
const thanks = (page) => page.getByRole('heading', { name: 'Thank you' });
const looksRight = async (visitor) => assert.deepEqual(await findings(visitor.page), []);

const words = {
  'en-GB': {
    choose: 'Choose Standard',
    password: 'Password',
    join: 'Join',
    now: 'To pay now: €9.99',
    sepa: 'Add a direct debit',
    holder: 'Account holder',
    agree: 'I agree to this mandate.',
    save: 'Save the direct debit',
    bad: 'This IBAN cannot be debited. Please check each digit.',
    unsaid: 'Please agree to the mandate.',
    order: 'Order with obligation to pay',
    thanks: 'Thank you',
    next: /Next charge: €9.99 on/,
    cancel: 'Cancel the subscription',
    yes: 'Yes, cancel',
    cancelled: /Cancelled: it ends on .*, and nothing more is charged/,
    keep: 'Keep the subscription after all',
    bill: /PDF of FR-\d{4}-\d{6}/,
  },
  'fr-FR': {
    choose: 'Choisir Standard',
    password: 'Mot de passe',
    join: 'S’abonner',
    now: /À payer maintenant\s: 9,99/,
    sepa: 'Ajouter un prélèvement',
    holder: 'Titulaire du compte',
    agree: 'J’accepte ce mandat.',
    save: 'Enregistrer le prélèvement',
    bad: 'Cet IBAN ne peut pas être débité. Vérifiez chaque chiffre.',
    unsaid: 'Veuillez accepter le mandat.',
    order: 'Commander avec obligation de paiement',
    thanks: 'Merci',
    next: /Prochain paiement\s: 9,99/,
    cancel: 'Résilier l’abonnement',
    yes: 'Oui, résilier',
    cancelled: /Résilié\s: il se termine le .*, et plus rien n’est débité/,
    keep: 'Garder finalement l’abonnement',
    bill: /PDF de FR-\d{4}-\d{6}/,
  },
};

for (const [language, said] of Object.entries(words))
  test(`from signing up to cancelling with a direct debit, ${language}`, { skip }, async () => {
    const visitor = await Visitor.arrive(browser, house, { language });
    const { page } = visitor;
    await visitor.open('/plans');
    await looksRight(visitor);
    await page.getByRole('link', { name: said.choose, exact: true }).click();
    await page.locator('#email').fill(`plans-${language}@example.org`);
    await page.getByLabel(said.password, { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: said.join, exact: true }).click();
    await page.getByText(said.now).waitFor();
    await page.getByRole('button', { name: said.sepa }).click();
    await page.getByLabel('IBAN').fill('FR76 3000');
    await page.getByLabel(said.holder).fill('Zoé Lumière');
    await page.getByRole('button', { name: said.save }).click();
    await page.getByText(said.unsaid).waitFor();
    await page.getByLabel(said.agree).check();
    await page.getByRole('button', { name: said.save }).click();
    await page.getByText(said.bad).waitFor();
    await looksRight(visitor);
    await page.getByLabel('IBAN').fill(newIban());
    await page.getByRole('button', { name: said.save }).click();
    await page.getByRole('radio', { name: /^DE/ }).waitFor();
    await looksRight(visitor);
    await page.getByRole('button', { name: said.order }).click();
    await page.getByRole('heading', { name: said.thanks }).waitFor();
    assert.equal((await subscriptionOf(visitor)).state, 'active');
    await visitor.open('/account');
    await page.getByText(said.next).waitFor();
    const bill = page.getByRole('link', { name: said.bill });
    const pdf = await page.request.get(house.address + (await bill.getAttribute('href')));
    assert.equal(pdf.headers()['content-type'], 'application/pdf');
    assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
    await looksRight(visitor);
    await page.getByRole('button', { name: said.cancel }).click();
    await page.getByRole('dialog').getByRole('button', { name: said.yes }).click();
    await page.getByText(said.cancelled).waitFor();
    assert.equal((await subscriptionOf(visitor)).cancelled, true);
    await page.getByRole('button', { name: said.keep }).click();
    await page.getByText(said.next).waitFor();
    assert.equal((await subscriptionOf(visitor)).cancelled, false);
    await visitor.leave();
  });

test(
  'a card is typed on the page of the gateway, and charged once for two clicks',
  {
    skip,
  },
  async () => {
    const visitor = await member();
    const { page } = visitor;
    await visitor.open('/subscribe?plan=standard');
    await order(page).click();
    await page.getByText('Choose or add payment means first.').waitFor();
    await typeCard(page, PAYS);
    assert.ok(!page.url().includes('card='), 'the session of the gateway stays in the address');
    const sent = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/me/subscription'))
        sent.push(JSON.parse(request.postData()).once);
    });
    await order(page).dblclick();
    await thanks(page).waitFor();
    assert.equal(new Set(sent).size, 1);
    const [charge, ...more] = await charges(visitor);
    assert.deepEqual(more, []);
    assert.equal(charge.state, 'paid');
    const taken = (await journalOf(house)).filter((row) => row.charge === charge.id);
    assert.deepEqual(
      taken.map((row) => [row.what, row.amount]),
      [['charged', 999]],
    );
    await visitor.leave();
  },
);

test(
  'a card that is declined says so, and another one is taken in its place',
  {
    skip,
  },
  async () => {
    const visitor = await member();
    const { page } = visitor;
    await visitor.open('/subscribe?plan=basic');
    await typeCard(page, DECLINES);
    await order(page).click();
    await page.getByRole('alert').getByText('The payment did not go through.').waitFor();
    assert.equal((await subscriptionOf(visitor)).state, 'none');
    await looksRight(visitor);
    await typeCard(page, PAYS);
    await page.getByRole('radio', { name: /4242/ }).check();
    await order(page).click();
    await thanks(page).waitFor();
    assert.equal((await subscriptionOf(visitor)).state, 'active');
    await visitor.leave();
  },
);

test('a payment is confirmed on the page of the bank, or refused there', { skip }, async () => {
  const visitor = await member();
  const { page } = visitor;
  await visitor.open('/subscribe?plan=standard');
  await typeCard(page, CONFIRMS);
  await order(page).click();
  await page.waitForURL(`${house.gateway}/confirm/**`);
  await page.getByRole('button', { name: 'Refuse payment' }).click();
  await page.getByText('nothing was charged').waitFor();
  assert.ok(!page.url().includes('payment_intent'), 'the payment stays in the address');
  assert.notEqual((await subscriptionOf(visitor)).state, 'active');
  await looksRight(visitor);
  await visitor.open('/subscribe?plan=standard');
  await order(page).click();
  await page.waitForURL(`${house.gateway}/confirm/**`);
  await page.getByRole('button', { name: 'Confirm payment' }).click();
  await page.getByText('Your payment went through.').waitFor();
  await page.getByText(/Next charge: €9.99/).waitFor();
  assert.equal((await subscriptionOf(visitor)).state, 'active');
  await visitor.leave();
});

test('a greater plan begins now, a smaller one with the next period', { skip }, async () => {
  const visitor = await subscribed();
  const { page } = visitor;
  await visitor.open('/account');
  await page.getByRole('link', { name: 'Change the plan' }).click();
  await page.getByText('Your plan', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Choose Premium' }).click();
  await page.getByText('This plan begins now.').waitFor();
  await order(page).click();
  await thanks(page).waitFor();
  assert.equal((await subscriptionOf(visitor)).plan, 'premium');
  await visitor.open('/subscribe?plan=basic');
  await page.getByText(/This plan begins with your next period, on/).waitFor();
  await page.getByRole('button', { name: 'Change the plan' }).click();
  await thanks(page).waitFor();
  const now = await subscriptionOf(visitor);
  assert.deepEqual([now.plan, now.next_plan], ['premium', 'basic']);
  await visitor.open('/account');
  await page.getByText(/your plan is Basic/).waitFor();
  await page.getByRole('button', { name: 'Keep the plan I have' }).click();
  await page.getByText('It goes on as before.').waitFor();
  assert.equal((await subscriptionOf(visitor)).next_plan, null);
  await visitor.leave();
});

test('a pause is asked for, and taken back', { skip }, async () => {
  const visitor = await subscribed();
  const { page } = visitor;
  await visitor.open('/account');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause the subscription' });
  await dialog.getByRole('radio', { name: 'For 2 months' }).check();
  await looksRight(visitor);
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText(/It pauses for 2 months on/).waitFor();
  assert.equal((await subscriptionOf(visitor)).pause_months, 2);
  await page.getByRole('button', { name: 'Do not pause after all' }).click();
  await page.getByText(/Next charge/).waitFor();
  assert.equal((await subscriptionOf(visitor)).pause_months, 0);
  await visitor.leave();
});

test('a gift code is taken once', { skip }, async () => {
  const code = giftCode(house);
  const visitor = await member();
  const { page } = visitor;
  await visitor.open('/account');
  await page.getByLabel('Code', { exact: true }).fill(code.toLowerCase());
  await page.getByRole('button', { name: 'Redeem' }).click();
  await page.getByText(/The gift is yours/).waitFor();
  assert.equal((await subscriptionOf(visitor)).state, 'active');
  await visitor.leave();
  const other = await member();
  await other.open('/account');
  await other.page.getByLabel('Code', { exact: true }).fill(code);
  await other.page.getByRole('button', { name: 'Redeem' }).click();
  await other.page.getByText('This code is not known, was used').waitFor();
  assert.equal((await subscriptionOf(other)).state, 'none');
  await other.leave();
});

test('a film is rented from its page without a subscription, and played', { skip }, async () => {
  const visitor = await member();
  const { page } = visitor;
  await visitor.open(`/title/${house.catalogue.draft}`);
  await page.getByText('30 days to start it, 48 hours to finish.').waitFor();
  await looksRight(visitor);
  await page.getByRole('link', { name: 'Rent for €3.99' }).click();
  await page.getByText('No subscription is needed.').waitFor();
  await typeCard(page, PAYS);
  await looksRight(visitor);
  await order(page).click();
  await thanks(page).waitFor();
  await page.getByRole('link', { name: 'The Draft' }).click();
  await page.getByText(/Rented. Start it until/).waitFor();
  await page.getByRole('link', { name: 'Play' }).click();
  await visitor.plays(1);
  await visitor.open('/account');
  const rented = page.getByRole('region', { name: 'Rented films' });
  await rented.getByText(/To be watched until/).waitFor();
  await rented.getByText('€3.99').waitFor();
  await visitor.leave();
});

test('who orders a film and is not signed in comes back to it', { skip }, async () => {
  const visitor = await Visitor.arrive(browser, house);
  await visitor.page.goto(`${house.address}/rent?title=${house.catalogue.draft}`);
  await visitor.page.waitForURL('**/sign-in?next=*rent*');
  await visitor.leave();
});

test('a partner’s link leads a new member to the subscription it bills', { skip }, async () => {
  const { path, subscription } = await partnerLink(house);
  const visitor = await Visitor.arrive(browser, house);
  const { page } = visitor;
  await visitor.open(path);
  await page.getByText('Standard, billed by Câble Un.').waitFor();
  await looksRight(visitor);
  await page.getByRole('link', { name: 'New here: make an account' }).click();
  await page.locator('#email').fill('cable@example.org');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByText('You are signed in as cable@example.org.').waitFor();
  await page.getByRole('button', { name: 'Put it to my account' }).click();
  await page.getByText('It begins as soon as Câble Un opens it').waitFor();
  await visitor.open('/account');
  await page.getByText('Your subscription from Câble Un is linked to your account.').waitFor();
  await partnerCalls(house, `/subscriptions/${subscription}/activate`, {
    billing_event_id: `E-${subscription}-on`,
  });
  await until('the subscription runs', async () => {
    return (await subscriptionOf(visitor)).state === 'partner';
  });
  await visitor.open('/account');
  await page.getByText('Your subscription is billed by Câble Un.').waitFor();
  await page.getByText('Questions: cable-un.example, 3900').waitFor();
  await visitor.open('/plans');
  await page.getByText('To change it, ask them.').waitFor();
  assert.equal(await page.getByRole('link', { name: /^Choose/ }).count(), 0);
  await visitor.open(path);
  await page.getByText('This link no longer works').waitFor();
  await visitor.leave();
});

test('payment means are used, kept while they are needed, and removed', { skip }, async () => {
  const visitor = await subscribed();
  const { page } = visitor;
  await visitor.open('/account');
  const panel = page.getByRole('region', { name: 'Payment means' });
  await panel.getByText(/Used by your subscription/).waitFor();
  await panel.getByRole('button', { name: /^Remove DE/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText(/is still needed: it pays for the subscription/).waitFor();
  await panel.getByRole('button', { name: 'Add a card' }).click();
  await page.getByLabel('Card number').fill(PAYS);
  await page.getByLabel('Expiry').fill('12/34');
  await page.getByLabel('Security code').fill('123');
  await page.getByRole('button', { name: 'Save card' }).click();
  await panel.getByRole('button', { name: /^Use this one: Visa/ }).click();
  await page.getByText(/is charged to Visa/).waitFor();
  await looksRight(visitor);
  await visitor.leave();
});

test('the house reads plans, lives and the ledger, and gives a part back', { skip }, async () => {
  const visitor = await member();
  const { page } = visitor;
  await visitor.open('/subscribe?plan=standard');
  await typeCard(page, PAYS);
  await order(page).click();
  await thanks(page).waitFor();
  giftCode(house);
  const office = await (await Visitor.arrive(browser, house)).signIn(ADMINISTRATOR);
  const desk = office.page;
  await office.open('/console/members');
  await desk.getByRole('link', { name: visitor.email }).click();
  await desk.getByRole('heading', { name: visitor.email }).waitFor();
  await desk.getByRole('row', { name: /join Active standard/ }).waitFor();
  await desk.getByText(/Invoice FR-\d{4}-\d{6}/).waitFor();
  await looksRight(office);
  await desk.getByRole('button', { name: /^Refund/ }).click();
  const dialog = desk.getByRole('dialog', { name: 'Give money back' });
  const amount = dialog.getByLabel('Amount in EUR');
  assert.equal(await amount.inputValue(), '9.99');
  for (const [text, said] of [
    ['1.999', 'This is no amount in this currency.'],
    ['10', 'At most €9.99 can be given back.'],
  ]) {
    await amount.fill(text);
    await dialog.getByRole('button', { name: 'Refund' }).click();
    await dialog.getByText(said).waitFor();
    assert.equal(await amount.inputValue(), text); // what was typed stays, to be mended
  }
  await looksRight(office);
  await amount.fill('4,5');
  await dialog.getByRole('button', { name: 'Refund' }).click();
  await desk.getByText('€4.50 given back').waitFor();
  const [charge] = await charges(visitor);
  assert.equal(charge.refunded.amount, '4.50');
  const back = (await journalOf(house)).filter((row) => row.charge === charge.id);
  assert.deepEqual(
    back.map((row) => [row.what, row.amount]),
    [
      ['charged', 999],
      ['refunded', 450],
    ],
  );
  await office.open('/console/plans');
  for (const [tab, seen] of [
    ['Plans', 'Standard for a year'],
    ['Charges', '€4.50 given back'],
    ['Ledger', 'The ledger is sound.'],
    ['Gifts', 'standard'],
    ['Partners', 'triple (standard, France)'],
  ]) {
    await desk.getByRole('navigation', { name: 'Money' }).getByRole('link', { name: tab }).click();
    await desk.locator('main h1', { hasText: tab }).waitFor();
    await desk.locator('main').getByText(seen).first().waitFor();
    await looksRight(office);
  }
  await office.open('/console/charges?state=void');
  await desk.getByText('There are no charges.').or(desk.getByRole('table')).first().waitFor();
  await office.leave();
  await visitor.leave();
});
