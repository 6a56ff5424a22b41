// Which language the site speaks: chosen by hand, else the account's, else the browser's.
import { createStore } from '../core/store';

export const languages = ['fr', 'en'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Record<Language, string> = { fr: 'Français', en: 'English' };

const KEY = 'lanterne.language';
const KEY_BY_HAND = 'lanterne.language.chosen';

/** The language of ours that a BCP 47 tag asks for. */
export function known(tag: string | null | undefined): Language | null {
  const primary = tag?.toLowerCase().split('-')[0];
  return languages.find((one) => one === primary) ?? null;
}

/** The first language of the list that we speak; English when there is none. */
export function fromBrowser(tags: readonly string[]): Language {
  for (const tag of tags) {
    const spoken = known(tag);
    if (spoken) return spoken;
  }
  return 'en';
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off
  }
}

export const chosenByHand = () => stored(KEY_BY_HAND) === 'yes';

export const language = createStore<Language>(
  (typeof localStorage === 'undefined' ? null : known(stored(KEY))) ??
    fromBrowser(typeof navigator === 'undefined' ? [] : navigator.languages),
);

export function choose(next: Language, byHand: boolean) {
  try {
    localStorage.setItem(KEY, next);
    if (byHand) localStorage.setItem(KEY_BY_HAND, 'yes');
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
  language.set(next);
}
