// What the service reports to the house: rights, offers, deals, territories, productions.
export interface Link {
  kind: string;
  source: string | null;
  holds: boolean;
  text: string;
}
export interface Explanation {
  verdict: 'playable' | 'visible' | 'hidden';
  from: string | null;
  until: string | null;
  reason: string;
  because: string | null;
  text: string;
  territory: string;
  at: string;
  zone: string;
  title: string | null;
  alid: string | null;
  name: string | null;
  season: number | null;
  episode: number | null;
  format: string | null;
  languages: string | null;
  chain: Link[];
}
export interface Turn {
  at: string;
  territory: string;
  kind: 'title' | 'territory';
  what: string;
  title: string | null;
  name: string;
  playables: number;
  first: string | null;
  last: string | null;
  because: string | null;
}
export interface Calendar {
  from: string;
  until: string;
  zone: string;
  cut: boolean;
  items: Turn[];
}
export interface Items<T> {
  items: T[];
}
export interface Studio {
  id: string;
  name: string;
  contact: string | null;
  created: string;
}
export interface Right {
  id: string;
  transaction: string | null;
  licence: string;
  territories: string;
  start: string | null;
  end: string | null;
  window: string | null;
  announce: string | null;
  format: string;
  hdr: boolean;
  exclusive: boolean;
  status: string | null;
  allowed: { language: string; as: string | null }[];
  held_back: { language: string; as: string | null }[];
  price: string | null;
  contract: string | null;
}
export interface Avail {
  id: string;
  alid: string;
  studio: string;
  type: string | null;
  work_type: string | null;
  name: string | null;
  season: number | null;
  episode: number | null;
  link: { title: string; season: number | null; episode: number | null } | null;
  changed: string;
  rights?: Right[];
}
export interface Holdback {
  name: string;
  media: string;
  territories: string;
  from: string;
  until: string;
}
export interface Deal {
  id: string;
  name: string;
  direction: string;
  party: string | null;
  from: string;
  until: string | null;
  territories: string;
  media: string;
  exclusive: string | null;
  titles: string[];
  streams: number;
  fee: { amount: string; currency: string; per: string | null } | null;
  holdbacks: Holdback[];
  contract: string | null;
}
export interface Finding {
  kind: string;
  title: string | null;
  first: string;
  second: string | null;
  territory: string | null;
  from: string | null;
  until: string | null;
  text: string;
}
export interface Change {
  state: string;
  at: string | null;
  reason: string | null;
}
export interface Territory {
  territory: string;
  name: { en: string; fr: string };
  state: string;
  next: { state: string; at: string } | null;
  currency: string;
  tax_percent: number | null;
  price: string | null;
  zone: string;
  languages: string[];
  ratings: string[];
  roaming: string;
  in_eu: boolean;
  life: Change[];
}
export interface Rule {
  id: string;
  pass: boolean;
  blocking: boolean;
  found: string;
  required: string;
  source: string;
  text: string;
  remedy: string | null;
  failing_count: number;
  failing: string[];
}
export interface Readiness {
  territory: string;
  name: { en: string; fr: string };
  at: string;
  state: string;
  ready: boolean;
  titles: number;
  cleared: number;
  rated: number;
  in_language: number;
  rules: Rule[];
}
export interface Sound {
  language: string;
  channels: number;
  loudness: number | null;
  true_peak: number | null;
  silence: { head: number; tail: number };
}
export interface Inspection {
  file: string;
  inspected: string;
  seconds?: number;
  width?: number;
  height?: number;
  black?: { head: number; tail: number };
  sounds?: Sound[];
  captions?: string[];
  findings: { code: string; fault: boolean; text: string }[];
}
export interface Delivery {
  season: number;
  episode: number;
  playable: string | null;
  due: string;
  state: 'due' | 'delivered' | 'accepted' | 'refused';
  late: boolean;
  report: Inspection | null;
  note: string | null;
  changed: string | null;
}
export interface Instalment {
  name: string;
  due: string;
  amount: string;
  paid: string | null;
}
export interface Production {
  id: string;
  title: string;
  name: string | null;
  state: string;
  studio: string | null;
  creators: string | null;
  episodes: number;
  budget: { amount: string; currency: string; paid: string };
  instalments: Instalment[];
  terms: {
    audio: string[];
    captions: string[];
    channels: number | null;
    loudness: number | null;
    tolerance: number | null;
    true_peak: number | null;
    lines: number | null;
    black: number | null;
    silent: number | null;
  };
  release: string | null;
  ended_because: string | null;
  due: string | null;
  delivered: number;
  accepted: number;
  deliveries: Delivery[];
}
