// What a house has that lives by contracts: a studio's avails, a deal, countries that open and are
// held back, and an original on its way. Days are counted from today, as the server's clock is.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const DAY = 86_400_000;
export const day = (n) => new Date(Date.now() + n * DAY).toISOString().slice(0, 10);

const term = (name, kind, value) =>
  `<avails:Term termName="${name}"><avails:${kind}>${value}</avails:${kind}></avails:Term>`;

function transaction({ id, territory, from, until, announced, licence = 'SVOD' }) {
  const end = until
    ? `<avails:End>${until}</avails:End>`
    : '<avails:EndCondition>Open</avails:EndCondition>';
  const terms = announced ? term('AnnounceDate', 'Event', announced) : '';
  return `
    <avails:Transaction TransactionID="${id}">
      <avails:LicenseType>${licence}</avails:LicenseType>
      <avails:Territory><md:country>${territory}</md:country></avails:Territory>
      <avails:Start>${from}</avails:Start>${end}
      <avails:LicenseRightsDescription>Library</avails:LicenseRightsDescription>
      <avails:FormatProfile>HD</avails:FormatProfile>${terms}
    </avails:Transaction>`;
}

function avail({ alid, name, studio, rights }) {
  return `
  <avails:Avail>
    <avails:ALID>${alid}</avails:ALID>
    <avails:Disposition><avails:EntryType>Full Extract</avails:EntryType></avails:Disposition>
    <avails:Licensor><md:DisplayName>${studio}</md:DisplayName></avails:Licensor>
    <avails:ServiceProvider/>
    <avails:AvailType>single</avails:AvailType>
    <avails:ShortDescription>${name}</avails:ShortDescription>
    <avails:Asset contentID="md:cid:org:test.example:${alid}">
      <avails:WorkType>Movie</avails:WorkType>
      <avails:Metadata>
        <avails:TitleDisplayUnlimited>${name}</avails:TitleDisplayUnlimited>
        <avails:TitleInternalAlias>${name}</avails:TitleInternalAlias>
      </avails:Metadata>
    </avails:Asset>${rights.map(transaction).join('')}
  </avails:Avail>`;
}

const file = (avails) => `<?xml version="1.0" encoding="UTF-8"?>
<avails:AvailList xmlns:avails="http://www.movielabs.com/schema/avails/v2.4/avails"
  xmlns:md="http://www.movielabs.com/schema/md/v2.7/md">${avails.map(avail).join('')}
</avails:AvailList>
`;

/** Imports what studios say and links it to titles where `title` is given. */
export function offer(house, avails) {
  const at = path.join(path.dirname(house.folder), `avails-${avails[0].alid}.xml`);
  writeFileSync(at, file(avails));
  const done = house.json(['avails', 'import', at]);
  if (done.refused.length) throw new Error(JSON.stringify(done.refused));
  for (const { alid, title } of avails) if (title) house.run(['avails', 'link', alid, title]);
  return done;
}

export const STUDIO = 'Studio Lumen';
export const LINKED = 'alid-draft';
export const UNLINKED = 'alid-nobody';

/** Makes a title of the house one that lives by a right in France. */
export function license(house, title, right) {
  house.run(['title', 'edit', title, '--licensed', '--exclusive']);
  const rights = [{ id: `${title}-1`, territory: 'FR', ...right }];
  offer(house, [{ alid: `alid-${title}`, name: 'A film', studio: 'Studio Nord', title, rights }]);
}

/** Contracts, countries and an original for a house of openHouse(). */
export function stock(house) {
  const { draft } = house.catalogue;
  house.run(['title', 'edit', draft, '--licensed']);
  house.run(['publish', draft]);
  offer(house, [
    {
      alid: LINKED,
      name: 'Le Brouillon',
      studio: STUDIO,
      title: draft,
      rights: [
        { id: 'fr-1', territory: 'FR', from: day(-30), until: day(20) },
        { id: 'be-1', territory: 'BE', from: day(10) },
      ],
    },
    {
      alid: UNLINKED,
      name: 'Nobody Knows It',
      studio: STUDIO,
      rights: [{ id: 'fr-2', territory: 'FR', from: day(3) }],
    },
  ]);
  house.run([
    'deal', 'add', '--name', 'Lumen 2026', '--studio', STUDIO, '--direction', 'to-us',
    '--from', day(-60), '--until', day(15), '--territory', 'FR BE', '--media', 'svod',
    '--exclusive', 'svod', '--title', draft, '--streams', '3', '--fee', '12000.00',
    '--currency', 'EUR', '--fee-per', 'year',
    '--holdback', `free television;svod;FR;${day(12)};${day(90)}`,
  ]); // prettier-ignore
  house.run(['territory', 'set', 'FR', '--tax', '20', '--price', '7.99']);
  house.run(['territory', 'hold', 'DE', '--reason', 'Too regulated for now']);
  house.run(['territory', 'ready', 'BE']);
  house.run(['territory', 'open', 'BE', '--at', `${day(7)}T00:00`, '--despite', 'A test']);
  const production = house.json([
    'production', 'commission', '--title', 'Les Ombres', '--studio', 'Atelier Noir',
    '--creators', 'A. Guy,G. Melies', '--episodes', '13', '--budget', '1300000.00',
    '--currency', 'EUR', '--instalment', `Signature;${day(-20)};300000.00`,
    '--instalment', `Delivery;${day(40)};1000000.00`, '--due', day(-3), '--due-every', '7d',
    '--audio', 'fr,en', '--captions', 'fr', '--lines', '1080',
  ]).id; // prettier-ignore
  house.run(['production', 'start', production]);
  house.run(['production', 'pay', production, '--instalment', 'Signature']);
  try {
    house.run(['production', 'deliver', production, house.master, '--episode', '1']);
    throw new Error('a master that is not what was ordered was taken');
  } catch (error) {
    if (!/: 4\n/.test(error.message)) throw error; // refused with its faults, which are kept
  }
  house.catalogue.production = production;
  return house;
}
