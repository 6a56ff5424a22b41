// Who of the household watches, and what the PIN keeps closed.
import { get, patch, post, put, remove } from './api';
import { forgetAnswers } from './resource';
import { createStore } from './store';
import type { Profile, Profiles } from './types';
import { t } from '../i18n';
import { choose, known } from '../i18n/language';

/** null: a visitor, or not known yet. */
export const profiles = createStore<Profiles | null>(null);

export const PROFILES_MAX = 5;

export const nameOfProfile = (one: Profile): string => one.name ?? t('profiles.unnamed');

export const current = (all = profiles.get()): Profile | null =>
  all?.items.find((one) => one.id === all.current) ?? null;

/** Whether the account and the profiles may be looked after from it. */
export function mayManage(all = profiles.get()): boolean {
  const now = current(all);
  if (!all || !now) return true;
  return !now.child && !(all.pin.set && now.max_age !== null);
}

function speak() {
  const spoken = known(current()?.language);
  if (spoken) choose(spoken, false);
}

export async function askProfiles() {
  try {
    profiles.set(await get<Profiles>('/profiles'));
    speak();
  } catch {
    profiles.set(null); // the pages do without: the session stays on the profile it is on
  }
}

/** Puts this session on a profile: nothing that was shown to one is for the next. */
export async function switchTo(id: string, pin?: string) {
  await put<unknown>('/session/profile', { profile: id, ...(pin ? { pin } : {}) });
  forgetAnswers();
  await askProfiles();
}

export type Change = Partial<
  Pick<Profile, 'name' | 'child' | 'max_age' | 'language' | 'sound' | 'captions' | 'avatar'>
>;

/** id: null for a new one. */
export async function saveProfile(id: string | null, change: Change) {
  if (id === null) await post<Profile>('/profiles', change);
  else await patch<Profile>(`/profiles/${id}`, change);
  forgetAnswers(); // other limits, other languages
  await askProfiles();
}

export async function removeProfile(id: string) {
  await remove(`/profiles/${id}`);
  forgetAnswers();
  await askProfiles();
}

/** The language of the profile that watches. */
export async function sayLanguage(language: string) {
  const now = current();
  if (now) await saveProfile(now.id, { language });
}

/** pin: null takes it away. */
export async function setPin(password: string, pin: string | null, lockedAge: number | null) {
  await put<void>('/me/pin', { password, pin, ...(pin ? { locked_age: lockedAge } : {}) });
  forgetAnswers();
  await askProfiles();
}

export async function unlock(pin: string) {
  await post<unknown>('/session/unlock', { pin });
  forgetAnswers();
  await askProfiles();
}

export async function lock() {
  await remove('/session/unlock');
  forgetAnswers();
  await askProfiles();
}
