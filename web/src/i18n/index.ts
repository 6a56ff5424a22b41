// Sentences, numbers, dates and names in the language of the site.
import { type Dictionary, en, type Entry, type Key } from './en';
import { fr } from './fr';
import { type Language, language } from './language';

const dictionaries: Record<Language, Dictionary> = { en, fr };
export type Values = Record<string, string | number>;
export type { Key };

function fill(sentence: string, values: Values | undefined): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values?.[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

const formOf = new Map<Language, Intl.PluralRules>();
function form(n: number): 'one' | 'other' {
  const spoken = language.get();
  let rules = formOf.get(spoken);
  if (!rules) formOf.set(spoken, (rules = new Intl.PluralRules(spoken)));
  return rules.select(n) === 'one' ? 'one' : 'other';
}

/** The sentence of a key; of its forms the one that {n} asks for. */
export function t(key: Key, values?: Values): string {
  const entry: Entry = dictionaries[language.get()][key];
  if (typeof entry === 'string') return fill(entry, values);
  return fill(entry[form(Number(values?.['n'] ?? 0))], values);
}

/** Whether there is a sentence for a key that was made up from what the service said. */
export const isKey = (key: string): key is Key => Object.prototype.hasOwnProperty.call(en, key);

export const number = (n: number, options?: Intl.NumberFormatOptions) =>
  new Intl.NumberFormat(language.get(), { useGrouping: n >= 10000, ...options }).format(n);

export const percent = (part: number, digits = 0) =>
  new Intl.NumberFormat(language.get(), {
    style: 'percent',
    maximumFractionDigits: digits,
  }).format(part);

/** "€12.99", "12,99 €": what it says, with the decimals its currency has. */
export function money(of: { amount: string; currency: string }): string {
  const digits = (of.amount.split('.')[1] ?? '').length;
  return new Intl.NumberFormat(language.get(), {
    style: 'currency',
    currency: of.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(of.amount as unknown as number);
}

const at = (instant: string) => new Date(instant);
export const date = (instant: string) =>
  new Intl.DateTimeFormat(language.get(), { dateStyle: 'long' }).format(at(instant));
export const dateShort = (instant: string) =>
  new Intl.DateTimeFormat(language.get(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    at(instant),
  );

export const dateBrief = (instant: string) =>
  new Intl.DateTimeFormat(language.get(), { dateStyle: 'medium' }).format(at(instant));

/** "15 July": the day alone, and its year when that is not soon. */
export function dayMonth(instant: string, zone?: string): string {
  const far = Math.abs(at(instant).getTime() - Date.now()) > 300 * 86_400_000;
  return new Intl.DateTimeFormat(language.get(), {
    day: 'numeric',
    month: 'long',
    ...(far ? { year: 'numeric' } : {}),
    timeZone: zone,
  } as Intl.DateTimeFormatOptions).format(at(instant));
}
/** The last day of what ends at an instant: what ends at midnight ends with the day before. */
export const dayBefore = (instant: string, zone?: string) =>
  dayMonth(new Date(at(instant).getTime() - 1000).toISOString(), zone);

export const dateAndTime = (instant: string) =>
  new Intl.DateTimeFormat(language.get(), { dateStyle: 'long', timeStyle: 'short' }).format(
    at(instant),
  );
export const timeOfDay = (instant: string) =>
  new Intl.DateTimeFormat(language.get(), { timeStyle: 'short' }).format(at(instant));

export const list = (items: string[]) =>
  new Intl.ListFormat(language.get(), { type: 'unit', style: 'short' }).format(items);

function nameOf(type: 'language' | 'region', code: string): string {
  try {
    const name = new Intl.DisplayNames(language.get(), { type }).of(code) ?? code;
    return type === 'language'
      ? name.charAt(0).toLocaleUpperCase(language.get()) + name.slice(1)
      : name;
  } catch {
    return code; // not a code at all
  }
}
export const languageName = (tag: string) => nameOf('language', tag);
export const countryName = (code: string) => nameOf('region', code);

export function genreName(genre: string): string {
  const key = `genre.${genre}`;
  return isKey(key)
    ? t(key)
    : genre.charAt(0).toLocaleUpperCase() + genre.slice(1).replace(/-/g, ' ');
}

/** "1 h 52 min", "48 min". */
export function runtime(minutes: number): string {
  const whole = Math.max(1, Math.round(minutes));
  if (whole < 60) return t('minutes', { n: whole });
  const h = Math.floor(whole / 60);
  const m = whole % 60;
  return m ? t('hours', { h, m }) : t('hoursOnly', { h });
}

/** "45 s", "3 min", "1 h 20 min": for what is still to come. */
export function span(seconds: number): string {
  if (seconds >= 60) return runtime(seconds / 60);
  return new Intl.NumberFormat(language.get(), {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
  }).format(Math.max(1, Math.round(seconds)));
}

/** "1:02:07", "4:09". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [h, m, s] = parts as [number, number, number];
  const two = (n: number) => String(n).padStart(2, '0');
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "1 hour 2 minutes 7 seconds", for those who hear it. */
export function clockSaid(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ];
  const said = parts
    .filter(([n], i) => n > 0 || (i === 2 && whole === 0))
    .map(([n, unit]) =>
      new Intl.NumberFormat(language.get(), { style: 'unit', unit, unitDisplay: 'long' }).format(n),
    );
  return said.join(' ');
}

export function bytes(n: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let value = n;
  let i = 0;
  while (value >= 1000 && i < units.length - 1) {
    value /= 1000;
    i += 1;
  }
  return new Intl.NumberFormat(language.get(), {
    style: 'unit',
    unit: units[i] as string,
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && i > 0 ? 1 : 0,
  }).format(value);
}
