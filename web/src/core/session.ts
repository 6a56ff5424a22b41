// Who is here: a member, or a visitor.
import { asProblem, call, get, patch, post, query } from './api';
import { askProfiles, current, profiles, sayLanguage } from './profiles';
import { forgetAnswers } from './resource';
import { createStore } from './store';
import type { About, Me, Service } from './types';
import { choose, chosenByHand, language, known } from '../i18n/language';

/** undefined: not known yet; null: a visitor. */
export const me = createStore<Me | null | undefined>(undefined);
export const service = createStore<Service | null>(null);
/** Where we were taken to be, and whether the service is open there; null: not known. */
export const about = createStore<About | null>(null);

function enter(member: Me) {
  forgetAnswers();
  const spoken = known(member.language);
  if (spoken && !chosenByHand()) choose(spoken, false);
  me.set(member);
  if (chosenByHand() && member.language !== language.get()) void saveLanguage();
}

export async function whoIsHere() {
  try {
    me.set(await get<Me>('/me'));
  } catch (error) {
    // Without an answer at all we cannot tell; the pages say that the service is out of reach.
    if (asProblem(error).status !== 401 && me.get()) return;
    me.set(null);
    return;
  }
  const member = me.get();
  const spoken = member ? known(member.language) : null;
  if (spoken && spoken !== language.get()) choose(spoken, false);
  if (member) await askProfiles();
}

export async function askService() {
  try {
    service.set(await get<Service>('/service'));
  } catch {
    service.set(null); // the pages say less then
  }
}

export async function askAbout() {
  try {
    const answer = await get<About>(query('/about', { language: language.get() }));
    if (about.get()?.open === false && answer.open) forgetAnswers(); // it opened just now
    about.set(answer);
  } catch {
    // Whoever cannot be answered is shown what the other pages say.
  }
}

export async function join(email: string, password: string) {
  const answer = await post<{ member: Me }>('/members', {
    email,
    password,
    language: language.get(),
  });
  await askProfiles();
  enter(answer.member);
}

/** code: of the second factor, where the account asks for one. */
export async function signIn(email: string, password: string, code?: string) {
  const answer = await post<{ member: Me }>('/sessions', {
    email,
    password,
    ...(code ? { code } : {}),
  });
  await askProfiles(); // who has several is asked who watches, before anything is shown
  enter(answer.member);
}

/** answer: of a passkey, which stands for all of that. */
export async function signInWith(answer: Record<string, string>) {
  const { member } = await post<{ member: Me }>('/sessions/passkey', answer);
  await askProfiles();
  enter(member);
}

export async function signOut() {
  await call<void>('DELETE', '/sessions/current');
  forget();
}

/** Nobody is here any more. */
export function forget() {
  forgetAnswers();
  profiles.set(null);
  me.set(null);
}

export async function saveLanguage() {
  if (!me.get()) return;
  try {
    if (current()?.language) return await sayLanguage(language.get());
    me.set(await patch<Me>('/me', { language: language.get() }));
  } catch {
    // The choice holds in this browser all the same.
  }
}

/** The one plan of a house that sells none. */
export async function takeFreePlan() {
  me.set(await post<Me>('/me/subscription'));
  forgetAnswers();
}

export async function changePassword(current: string, next: string) {
  await post<void>('/me/password', { current, new: next });
}

/** The session ended elsewhere, or the subscription did: look again. */
export async function lookAgain() {
  forgetAnswers();
  await whoIsHere();
}
