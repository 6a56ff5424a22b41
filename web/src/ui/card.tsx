import { dayBefore, dayMonth, genreName, runtime, t, timeOfDay } from '../i18n';
import type { Card as CardData } from '../core/types';
import { Art } from './art';
import { Icon } from './icons';

/** "2008 · 1 h 36 min · Drama": what there is of it. */
export function metaOf(card: CardData, more: { genres?: number; kind?: boolean } = {}): string[] {
  const parts: string[] = [];
  if (more.kind) parts.push(t(`kind.${card.kind}`));
  if (card.year) parts.push(String(card.year));
  if (card.runtime_minutes && card.kind === 'film') parts.push(runtime(card.runtime_minutes));
  for (const genre of card.genres.slice(0, more.genres ?? 0)) parts.push(genreName(genre));
  return parts;
}

export function Meta({ parts }: { parts: string[] }) {
  return (
    <span class="meta">
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
    </span>
  );
}

type Offer = Pick<CardData, 'available_until' | 'coming_at'>;

/** "From 15 July", "Until 31 July"; null when it is simply there. */
export function whenOf({ coming_at: coming, available_until: until }: Offer): string | null {
  if (coming !== undefined)
    return coming === null ? t('card.coming') : t('card.from', { date: dayMonth(coming) });
  if (!until) return null;
  const today = Date.parse(until) - Date.now() < 86_400_000;
  return today
    ? t('card.untilTime', { at: timeOfDay(until) })
    : t('card.until', { date: dayBefore(until) });
}

/** What is special about having it here: to be had nowhere else, soon, or not for long. */
export function Flags({ card }: { card: CardData }) {
  const when = whenOf(card);
  if (!card.exclusive && !when) return null;
  return (
    <span class="flags">
      {card.exclusive && <span class="flag is-exclusive">{t('card.exclusive')}</span>}
      {when && (
        <span class={`flag ${card.coming_at !== undefined ? 'is-coming' : 'is-going'}`}>
          {when}
        </span>
      )}
    </span>
  );
}

const percentOf = (part: number) => Math.min(100, Math.max(0, Math.round(part * 100)));

export const Watched = ({ part }: { part: number }) => (
  <span class="unseen">{t('card.watched', { n: percentOf(part) })}</span>
);

/** silent: how much was watched is said elsewhere. */
export function Progress({ part, silent }: { part: number; silent?: boolean }) {
  return (
    <span class="progress">
      <span class="progress-bar" style={{ width: `${percentOf(part)}%` }} />
      {!silent && <Watched part={part} />}
    </span>
  );
}

export function PosterCard({ card, eager }: { card: CardData; eager?: boolean }) {
  return (
    <a class="card" href={`/title/${card.id}`}>
      <span class="card-art">
        <Art
          id={card.id}
          src={card.poster}
          title={card.title}
          shape="poster"
          eager={eager ?? false}
        />
        <Flags card={card} />
        {card.progress !== undefined && card.progress > 0 && <Progress part={card.progress} />}
      </span>
      <span class="card-title">{card.title}</span>
      <Meta parts={metaOf(card, { kind: true }).slice(0, 2)} />
    </a>
  );
}

/** What was begun: wide, and one press from going on. */
export function ResumeCard({ card }: { card: CardData }) {
  const { resume } = card;
  const episode =
    resume?.season != null && resume.episode != null && card.kind === 'series'
      ? t('episodeShort', { season: resume.season, episode: resume.episode })
      : null;
  return (
    <a class="card card-wide" href={resume ? `/watch/${resume.playable}` : `/title/${card.id}`}>
      <span class="unseen">{t('title.resume')} </span>
      <span class="card-art">
        <Art id={card.id} src={card.backdrop} title={card.title} shape="wide" />
        <span class="card-play">
          <Icon name="play" />
        </span>
        <Flags card={card} />
        {card.progress !== undefined && <Progress part={card.progress} silent />}
      </span>
      <span class="card-title">{card.title}</span>
      <Meta parts={episode ? [episode] : metaOf(card)} />
      {card.progress !== undefined && <Watched part={card.progress} />}
    </a>
  );
}
