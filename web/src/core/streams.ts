// Who of the household is watching what where.
import { countryName, t, timeOfDay } from '../i18n';
import { remove } from './api';
import type { Stream } from './types';

export const stopStream = (id: string) => remove(`/me/streams/${id}`);

export function whoWatches({ profile }: Stream): string {
  if (!profile) return t('streams.someone');
  return profile.name ?? t(profile.main ? 'streams.account' : 'streams.someone');
}

export function whatIsWatched({ title, episode }: Stream): string {
  if (!title) return t('streams.hidden');
  if (!episode) return title.title;
  const at = t('episodeShort', { season: episode.season, episode: episode.number });
  return `${title.title} · ${at}`;
}

/** "Firefox, Windows · France · since 21:04" */
export function whereItIsWatched(one: Stream): string {
  return [
    one.this_device ? t('streams.this') : deviceOf(one),
    one.place ? countryName(one.place) : null,
    t('streams.since', { at: timeOfDay(one.since) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

export const deviceOf = ({ device }: Stream) => device ?? t('streams.unknown');
