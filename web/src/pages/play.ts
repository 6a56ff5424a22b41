// What the large button of a title does, from what the service said about it.
import type { Episode, Title } from '../core/types';
import { t } from '../i18n';

export interface Play {
  href: string;
  text: string;
  /** The film or episode it opens; null when something else has to come first. */
  playable: string | null;
  resumes: boolean;
  progress: number | null;
  secondsLeft: number | null;
}

interface Pick {
  playable: string;
  season: number | null;
  episode: Episode | null;
}

function pick(title: Title): Pick | null {
  if (title.kind === 'film') {
    return title.playable ? { playable: title.playable, season: null, episode: null } : null;
  }
  const all = (title.seasons ?? []).flatMap((season) =>
    season.episodes.map((episode) => ({ playable: episode.id, season: season.number, episode })),
  );
  const begun = all.find((one) => one.playable === title.resume?.playable);
  // Specials are not where a series begins.
  const regular = all.filter((one) => one.episode.ready && one.season > 0);
  return (
    begun ??
    regular.find((one) => !one.episode.finished) ??
    regular[0] ??
    all.find((one) => one.episode.ready) ??
    null
  );
}

export function playOf(title: Title): Play | null {
  const chosen = pick(title);
  if (!chosen || title.may === 'announced' || title.may === 'rent') return null;
  const watch = `/watch/${chosen.playable}`;
  const nothing = { resumes: false, progress: null, secondsLeft: null };
  if (title.may === 'join') {
    return {
      ...nothing,
      href: `/join?next=${encodeURIComponent(watch)}`,
      text: t('title.join'),
      playable: null,
    };
  }
  if (title.may === 'subscribe') {
    return {
      ...nothing,
      href: `/account?next=${encodeURIComponent(watch)}`,
      text: t('title.subscribe'),
      playable: null,
    };
  }
  const seconds = (chosen.episode ? chosen.episode.resume_seconds : title.resume_seconds) ?? 0;
  const progress = (chosen.episode ? chosen.episode.progress : title.progress) ?? 0;
  const resumes = seconds > 0;
  const name = chosen.episode
    ? t('episodeShort', { season: chosen.season ?? 1, episode: chosen.episode.number })
    : null;
  const text = name
    ? t(resumes ? 'title.resumeEpisode' : 'title.playEpisode', { episode: name })
    : t(resumes ? 'title.resume' : 'title.play');
  return {
    href: watch,
    text,
    playable: chosen.playable,
    resumes,
    progress: resumes ? progress : null,
    secondsLeft: resumes && progress > 0.005 ? Math.max(0, seconds / progress - seconds) : null,
  };
}
