// What the API answers, as docs/openapi.yaml describes it.
import type { Money, PartnerOffer, RentalOffer } from './billing';

export type Kind = 'film' | 'series';

export interface Rating {
  system: string;
  value: string;
}
export interface Resume {
  playable: string;
  season?: number | null;
  episode?: number | null;
}
export interface Card {
  id: string;
  kind: Kind;
  title: string;
  original_title: string;
  year: number | null;
  runtime_minutes: number | null;
  genres: string[];
  poster: string | null;
  backdrop: string | null;
  rating: Rating | null;
  /** To be had here alone. */
  exclusive: boolean;
  /** When it goes, when that is soon. */
  available_until?: string;
  /** Announced: it opens then; null: nobody knows when. Absent for what can be watched. */
  coming_at?: string | null;
  progress?: number;
  resume?: Resume;
}
export interface Row {
  id: string;
  title: string;
  items: Card[];
}
export interface Home {
  rows: Row[];
}
export interface Page<T> {
  items: T[];
  next: string | null;
}
export interface Credit {
  role: string;
  name: string;
  character?: string | null;
}
export interface Caption {
  language: string;
  kind: string;
}
export interface Episode {
  id: string;
  number: number;
  title: string | null;
  synopsis: string | null;
  runtime_minutes: number | null;
  still: string | null;
  ready: boolean;
  progress?: number;
  resume_seconds?: number;
  finished?: boolean;
  coming_at?: string | null;
}
export interface Season {
  number: number;
  title: string | null;
  episodes: Episode[];
}
export interface Title extends Card {
  synopsis: string | null;
  credits: Credit[];
  countries: string[];
  language: string | null;
  ratings: Rating[];
  credit_line: string | null;
  may: 'play' | 'join' | 'subscribe' | 'rent' | 'announced';
  rental?: RentalOffer | null;
  playable?: string | null;
  resume_seconds?: number;
  audio?: string[];
  captions?: Caption[];
  seasons?: Season[];
}
export type SubscriptionState =
  'none' | 'trial' | 'active' | 'past-due' | 'suspended' | 'paused' | 'partner' | 'ended';
export interface Subscription {
  state: SubscriptionState;
  /** Until when it can be watched, or when that ended. */
  until: string | null;
  plan: string | null;
  plan_name: string | null;
  price: Money | null;
  means: string | null;
  trial_until: string | null;
  paid_until: string | null;
  /** A charge failed; it can be watched until then. */
  grace_until: string | null;
  /** It ends with what is paid for. */
  cancelled: boolean;
  /** It pauses so long when what is paid for ends; 0: it does not. */
  pause_months: number;
  paused_until: string | null;
  next_plan: string | null;
  next_charge: { at: string; amount: string; currency: string } | null;
  next_price: { amount: string; currency: string; from: string } | null;
  credit: Money | null;
  partner: PartnerOffer | null;
}
export interface Me {
  id: string;
  email: string;
  /** A link that was sent there was opened. */
  email_verified: boolean;
  /** Signing in asks for a code. */
  second_factor: boolean;
  role: 'member' | 'administrator';
  language: string;
  territory: string;
  created: string;
  subscription: Subscription;
}
export interface MemberSession {
  id: string;
  kind: 'site' | 'box';
  /** What a box calls itself. */
  name: string | null;
  /** Who vouched for a box. */
  partner: string | null;
  agent: string | null;
  place: string | null;
  created: string;
  seen: string;
  expires: string;
  current: boolean;
}
/** A box that asks to be signed in. */
export interface DeviceCode {
  user_code: string;
  state: 'waiting' | 'allowed' | 'refused' | 'used';
  client: string;
  version: string | null;
  name: string | null;
  model: string | null;
  place: string | null;
  /** It comes from the same network as who asks. */
  near: boolean;
  created: string;
  expires: string;
}
export interface RatingsOfAge {
  system: string;
  values: string[];
}
export interface Profile {
  id: string;
  /** null: nobody has named the first one yet. */
  name: string | null;
  main: boolean;
  child: boolean;
  max_age: number | null;
  ratings: RatingsOfAge[] | null;
  language: string | null;
  sound: string | null;
  captions: string | null;
  avatar: string | null;
  asks_pin: boolean;
}
export interface Profiles {
  items: Profile[];
  current: string;
  pin: { set: boolean; locked_age: number | null; unlocked_until: string | null };
  limits: { max_age: number; ratings: RatingsOfAge[] }[];
}
export interface Service {
  name: string;
  territory: string;
  languages: string[];
  plan: { name: string; trial_days: number };
  version: string;
}
/** Where the request was taken to come from. */
export interface About {
  place: string | null;
  territory: string;
  open: boolean;
  text: string | null;
}
export interface Lease {
  id: string;
  seconds: number;
  beat_seconds: number;
  href: string;
}
/** What a heartbeat is answered. */
export interface Beat {
  pass: string;
  dash: string;
  hls: string;
  /** Where the browser asks for keys; null: the film is in clear. */
  licence: string | null;
  expires_at: string;
  ends_at: string | null;
  lease: Lease;
}
/** Somebody of the household who is watching. */
export interface Stream {
  id: string;
  profile: { id: string; name: string | null; main: boolean; avatar: string | null } | null;
  /** Null when it is not for who asks. */
  title: { id: string; title: string } | null;
  episode: { season: number; number: number; title: string | null } | null;
  device: string | null;
  place: string | null;
  since: string;
  this_device: boolean;
  may_stop: boolean;
}
export interface Streams {
  items: Stream[];
  seats: number;
}
export interface Playback extends Beat {
  id: string;
  title: { id: string; title: string; kind: Kind };
  episode: { season: number; number: number; title: string | null } | null;
  resume_seconds: number;
  duration_seconds: number;
  /** When it can no longer be watched; null unless that is before its end would be reached. */
  ends_at: string | null;
  next: { playable: string; season: number; number: number; title: string | null } | null;
}

// The console.
export interface Text {
  language: string;
  title: string | null;
  synopsis: string | null;
}
export type TitleState = 'draft' | 'published' | 'withdrawn';
export interface ConsoleTitle {
  id: string;
  kind: Kind;
  state: TitleState;
  ready: boolean;
  original_title: string;
  texts: Text[];
  year: number | null;
  runtime_minutes: number | null;
  language: string | null;
  genres: string[];
  countries: string[];
  ratings: Rating[];
  credits: Credit[];
  credit_line: string | null;
  poster: string | null;
  backdrop: string | null;
  version: number;
  created: string;
  changed: string;
  published: string | null;
}
export interface ConsoleEpisode {
  id: string;
  season: number;
  number: number;
  runtime_minutes: number | null;
  texts: Text[];
  ready: boolean;
  still: string | null;
}
export interface ConsoleTitleFull extends ConsoleTitle {
  seasons?: { number: number; texts: Text[]; episodes: ConsoleEpisode[] }[];
  edition?: {
    ready: string | boolean | null;
    duration_seconds: number;
    renditions: { name: string; kind: string; size: number }[];
  } | null;
  captions?: { language: string; kind: string }[];
}
export type JobState = 'queued' | 'running' | 'ready' | 'refused' | 'failed' | 'cancelled';
export interface Job {
  id: string;
  title: { id: string; title: string };
  playable: string;
  season: number | null;
  episode: number | null;
  file_name: string;
  state: JobState;
  stage: string;
  progress: number;
  remaining_seconds: number | null;
  refusals: { code: string; text: string }[];
  created: string;
  changed: string;
}
