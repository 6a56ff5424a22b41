// Plans, payment means, bills and rentals.
import { get, post, put, query, remove } from './api';
import { lookAgain, me } from './session';
import { forgetAnswers } from './resource';
import type { Me } from './types';

export interface Money {
  amount: string;
  currency: string;
}
export type MeansKind = 'card' | 'sepa';
export type Format = 'SD' | 'HD' | 'UHD';

export interface Plan {
  code: string;
  name: string;
  streams: number;
  format: Format;
  months: number;
  price: Money;
  tax_permille: number;
}
export interface Plans {
  territory: string;
  currency: string;
  trial_days: number;
  /** The trial begins with the first plan rather than with signing up. */
  trial_needs_means: boolean;
  means: MeansKind[];
  items: Plan[];
}
export interface Means {
  id: string;
  kind: MeansKind;
  label: string | null;
  holder?: string | null;
  mandate?: string | null;
  /** The subscription is charged by it. */
  in_use: boolean;
  created: string;
}
export interface AllMeans {
  items: Means[];
  /** What a direct debit asks to agree to; null: there is none. */
  mandate_text: string | null;
}
export type ChargeState = 'open' | 'pending' | 'paid' | 'returned' | 'refunded' | 'void';
export interface Charge {
  id: string;
  kind: 'period' | 'rental' | 'gift';
  state: ChargeState;
  amount: Money;
  refunded?: Money;
  created: string;
  paid: string | null;
  why: string | null;
  what: string | null;
}
export interface Invoice {
  id: string;
  number: string;
  credit_note: boolean;
  issued: string;
  total: Money;
  tax: Money;
  what: string | null;
}
export interface Rental {
  id: string;
  title: { id: string; title: string | null };
  playable: string;
  state: 'ordered' | 'waiting' | 'running' | 'over';
  price: Money | null;
  format: Format;
  ordered: string;
  start_by: string | null;
  started: string | null;
  ends: string | null;
}
/** What it costs to rent a film here, and what the member has of it. */
export interface RentalOffer {
  price: Money;
  format: Format;
  /** How long there is to start it, and to finish it once started. */
  start_days: number;
  watch_hours: number;
  rented: { state: 'waiting' | 'running'; start_by: string; ends: string | null } | null;
}
export interface PartnerOffer {
  id: string;
  name: string;
  contact: string | null;
  bundle: string;
  plan: { code: string; name: string };
  state: string;
  ends: string | null;
}

/** What became of an order: done, under way at the bank, or to be confirmed on a page of the bank. */
export type Answer = 'done' | 'pending' | 'confirm';
export interface Ordered {
  answer: Answer;
  confirm_url?: string;
}

/** An order says its key each time it is sent: a second tap orders nothing more. */
export const orderKey = () => crypto.randomUUID();

async function order(send: Promise<Ordered & { me?: Me }>): Promise<Ordered> {
  const answer = await send;
  forgetAnswers();
  if (answer.me) me.set(answer.me);
  return answer;
}

export const takePlan = (plan: string, means: string | null, once: string) =>
  order(post<Ordered & { me: Me }>('/me/subscription', { plan, means, once }));
export const cancelPlan = () => order(post('/me/subscription/cancel'));
export const keepPlan = () => order(post('/me/subscription/keep'));
export const pausePlan = (months: number) => order(post('/me/subscription/pause', { months }));
export const resumePlan = (means: string | null) =>
  order(post('/me/subscription/resume', { means }));
export const changeMeans = (means: string) => order(put('/me/subscription/means', { means }));
export const redeemGift = (code: string) => order(post('/me/gifts', { code }));

export const rent = (playable: string, format: Format, means: string | null, once: string) =>
  order(post<Ordered & { rental: Rental }>('/rentals', { playable, format, means, once }));

/** Where the bank's page for a card is; it leads back to `back` with ?card=SESSION. */
export const beginCard = (back: string) =>
  post<{ url: string }>('/me/means/card', { return_path: back });
export const endCard = (session: string) => post<Means>('/me/means/card/result', { session });
export const addMandate = (iban: string, holder: string) =>
  post<Means>('/me/means/sepa', { iban, holder, agreed: true });
export const removeMeans = (id: string) => remove(`/me/means/${id}`);

export const plansPath = '/plans';
export const nextPage = <T>(path: string, after: string) =>
  get<{ items: T[]; next: string | null }>(query(path, { after }));

export const lookAtLink = (token: string) =>
  post<{ partner: PartnerOffer; expires: string | null }>('/partner-links/look', { token });
export async function takeLink(token: string): Promise<PartnerOffer> {
  const answer = await post<{ partner: PartnerOffer; me: Me }>('/me/partner-link', { token });
  await lookAgain();
  return answer.partner;
}

/** A bank's page is left for an address of its own; the site is left for nothing else. */
export function leaveFor(url: string) {
  location.assign(url);
}
