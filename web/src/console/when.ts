// Days and instants by the clocks of a territory, which are not those of whoever reads.
import { useAnswer } from '../core/resource';
import { service } from '../core/session';
import { useStore } from '../core/store';
import { t } from '../i18n';
import { language } from '../i18n/language';
import type { Items, Territory } from './reports';

type Style = Intl.DateTimeFormatOptions;

function format(at: Date, style: Style, zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat(language.get(), { ...style, timeZone: zone } as Style).format(
      at,
    );
  } catch {
    return new Intl.DateTimeFormat(language.get(), { ...style, timeZone: 'UTC' }).format(at);
  }
}

const DAY: Style = { day: 'numeric', month: 'short', year: 'numeric' };
const TIME: Style = { hour: '2-digit', minute: '2-digit' };

/** "15 Jul 2013" of "2013-07-15", which is the same day everywhere. */
export const dayOf = (day: string) => format(new Date(`${day.slice(0, 10)}T12:00:00Z`), DAY, 'UTC');
/** "15 Jul 2013, 20:00 GMT+2". */
export const instantOf = (at: string, zone?: string) =>
  format(new Date(at), { ...DAY, ...TIME, timeZoneName: 'short' }, zone);
export const timeOf = (at: string, zone?: string) => format(new Date(at), TIME, zone);
export const shortDayOf = (at: string, zone?: string) => format(new Date(at), DAY, zone);

/** What came as a day, an instant, or in words of a contract ("theatrical+36m", "open"). */
export function edgeOf(edge: string | null, zone?: string): string {
  if (edge === null || edge === '-') return '–';
  if (/^\d{4}-\d\d-\d\d$/.test(edge)) return dayOf(edge);
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(edge)) return instantOf(edge, zone);
  if (edge === 'open') return t('edge.open');
  if (edge === 'tbd') return t('edge.tbd');
  return edge;
}

/** "2013-07-15" of an instant by the clocks of a zone. */
export function dayIn(at: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}`;
}

/** The day so many days later. */
export function addDays(day: string, n: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + n);
  return at.toISOString().slice(0, 10);
}

/** The Monday of the week of a day. */
export const mondayOf = (day: string) =>
  addDays(day, -((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7));

export const weekdayOf = (day: string, style: 'short' | 'long' = 'short') =>
  format(new Date(`${day}T12:00:00Z`), { weekday: style }, 'UTC');
export const dayNumberOf = (day: string) =>
  format(new Date(`${day}T12:00:00Z`), { day: 'numeric', month: 'short' }, 'UTC');

/** An amount as the service writes it ("7.99"), in its currency and the language of the page. */
export function moneyOf(amount: string, currency: string): string {
  try {
    return new Intl.NumberFormat(language.get(), { style: 'currency', currency }).format(
      Number(amount),
    );
  } catch {
    return `${amount} ${currency}`;
  }
}

export const useTerritories = () => useAnswer<Items<Territory>>('/console/territories');

/** The zone of the house's own territory. */
export function useHouseZone(): string | undefined {
  const home = useStore(service)?.territory;
  return useTerritories().value?.items.find((one) => one.territory === home)?.zone;
}
