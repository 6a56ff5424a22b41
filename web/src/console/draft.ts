// What the editor holds: text as it is typed, turned into what the API takes and back.
import type { ConsoleTitle, Kind, Text } from '../core/types';
import type { Faults } from '../ui/form';
import { t } from '../i18n';

export interface TextDraft {
  language: string;
  title: string;
  synopsis: string;
}
export interface Draft {
  kind: Kind;
  original_title: string;
  year: string;
  runtime_minutes: string;
  language: string;
  texts: TextDraft[];
  genres: string[];
  countries: string;
  ratings: { system: string; value: string }[];
  credits: { role: string; name: string; character: string }[];
  credit_line: string;
}

export const emptyDraft: Draft = {
  kind: 'film',
  original_title: '',
  year: '',
  runtime_minutes: '',
  language: '',
  texts: [
    { language: 'fr', title: '', synopsis: '' },
    { language: 'en', title: '', synopsis: '' },
  ],
  genres: [],
  countries: '',
  ratings: [],
  credits: [],
  credit_line: '',
};

export const textDrafts = (texts: Text[]): TextDraft[] =>
  texts.map((text) => ({
    language: text.language,
    title: text.title ?? '',
    synopsis: text.synopsis ?? '',
  }));

export function draftOf(title: ConsoleTitle): Draft {
  return {
    kind: title.kind,
    original_title: title.original_title,
    year: title.year?.toString() ?? '',
    runtime_minutes: title.runtime_minutes?.toString() ?? '',
    language: title.language ?? '',
    texts: textDrafts(title.texts),
    genres: title.genres,
    countries: title.countries.join(', '),
    ratings: title.ratings.map((rating) => ({ ...rating })),
    credits: title.credits.map((credit) => ({
      role: credit.role,
      name: credit.name,
      character: credit.character ?? '',
    })),
    credit_line: title.credit_line ?? '',
  };
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** undefined: no whole number. */
export function wholeOf(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** Rows in which nothing was written are left out. */
export const textsOf = (texts: TextDraft[]): Text[] =>
  texts
    .filter((text) => text.title.trim() || text.synopsis.trim())
    .map((text) => ({
      language: text.language.trim(),
      title: orNull(text.title),
      synopsis: orNull(text.synopsis),
    }));

export function bodyOf(draft: Draft): Record<string, unknown> {
  return {
    original_title: draft.original_title.trim(),
    year: wholeOf(draft.year) ?? null,
    runtime_minutes: wholeOf(draft.runtime_minutes) ?? null,
    language: orNull(draft.language),
    texts: textsOf(draft.texts),
    genres: draft.genres,
    countries: draft.countries
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map((code) => code.toUpperCase()),
    ratings: draft.ratings
      .filter((rating) => rating.system.trim() || rating.value.trim())
      .map((rating) => ({ system: rating.system.trim(), value: rating.value.trim() })),
    credits: draft.credits
      .filter((credit) => credit.name.trim())
      .map((credit) => ({
        role: credit.role.trim(),
        name: credit.name.trim(),
        character: orNull(credit.character),
      })),
    credit_line: orNull(draft.credit_line),
  };
}

export function faultsOf(draft: Draft): Faults {
  const found: Faults = {};
  if (!draft.original_title.trim()) found['original_title'] = t('field.required');
  if (wholeOf(draft.year) === undefined) found['year'] = t('edit.number.bad');
  if (wholeOf(draft.runtime_minutes) === undefined) found['runtime_minutes'] = t('edit.number.bad');
  return found;
}
