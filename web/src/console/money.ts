// What the service reports to the house of plans, members' lives, charges, the ledger and partners.
import type { BoxCount, Look, Rollout } from './boxes';
import type { Charge, Format, Invoice, Money } from '../core/billing';
import type { Me, Stream } from '../core/types';

export interface HousePlan {
  code: string;
  name_en: string;
  name_fr: string | null;
  streams: number;
  format: Format;
  months: number;
  offered: boolean;
  rank: number;
  prices: { territory: string; price: Money; from: string; said: string | null }[];
}
export interface LifeRow {
  seq: number;
  kind: string;
  state: string;
  reason: string | null;
  at: string;
  effective: string;
  territory?: string;
  plan?: string | null;
  price?: Money;
}
export interface HouseCharge extends Charge {
  member: string;
  territory: string;
  reference: string | null;
  outcome: string | null;
  tries: number;
}
export interface MemberLife {
  member: Me;
  membership: { state: string; version: number; due: string | null; failures?: number };
  rows: LifeRow[];
  charges: HouseCharge[];
  invoices: Invoice[];
  streams: Stream[];
}
export interface LedgerEntry {
  id?: string;
  seq: number;
  key: string;
  kind: string;
  at: string;
  member: string | null;
  subject: string | null;
  postings: { account: string; value: Money }[];
}
export interface LedgerCheck {
  balanced: boolean;
  entries: number;
  gaps: number;
  doubles: number;
  problems: string[];
}
export interface Gift {
  id: string;
  plan: string;
  months: number;
  paid: Money | null;
  territory: string | null;
  created: string;
  expires: string | null;
  redeemed_by: string | null;
  redeemed: string | null;
}
export interface HousePartner {
  id: string;
  name: string;
  contact: string | null;
  created: string;
  suspended: string | null;
  bundles: { code: string; plan: string; territory: string; offered?: boolean }[];
  keys: { id: string; algorithm: string; created: string; revoked?: string | null }[];
  assertion_keys: { id: string; algorithm: string; created: string; ended: string | null }[];
  look: Look;
  rollout: Rollout | null;
  boxes: BoxCount[];
  subscriptions: Record<string, number>;
}

/** Minor units of "12.99" with so many decimals; null: it is no such amount. */
export function minorOf(text: string, decimals: number): bigint | null {
  const found = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim());
  const part = found?.[2] ?? '';
  if (!found || part.length > decimals) return null;
  return BigInt(`${found[1]}${part.padEnd(decimals, '0')}`);
}
export const decimalsOf = (of: Money): number => (of.amount.split('.')[1] ?? '').length;
/** Major units again, as the service reads them. */
export function majorOf(minor: bigint, decimals: number): string {
  const digits = String(minor).padStart(decimals + 1, '0');
  return decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
}
/** What is left of a charge that can be given back. */
export function leftOf(charge: Charge): bigint {
  const decimals = decimalsOf(charge.amount);
  const back = charge.refunded ? (minorOf(charge.refunded.amount, decimals) ?? 0n) : 0n;
  return (minorOf(charge.amount.amount, decimals) ?? 0n) - back;
}
