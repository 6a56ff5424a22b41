// What menus call sounds and captions.
import { languageName, t } from '../i18n';
import type { Playback } from '../core/types';
import type { Choice } from './engine';

export function choiceName(choice: Choice, of: 'caption' | 'sound'): string {
  const spoken =
    choice.label ||
    (choice.language && choice.language !== 'und'
      ? languageName(choice.language)
      : t(of === 'caption' ? 'player.captions' : 'player.audio'));
  if (choice.label || !choice.special) return spoken;
  return of === 'caption'
    ? t('caption.sdh', { language: spoken })
    : t('player.audioDescription', { label: spoken });
}

/** "5.1" behind the name where there is the same sound with and without. */
export function soundName(choice: Choice, all: Choice[]): string {
  const name = choiceName(choice, 'sound');
  const twins = all.filter((one) => choiceName(one, 'sound') === name);
  if (twins.length < 2 || !choice.channels) return name;
  const layout: Record<number, string> = { 1: '1.0', 2: '2.0', 6: '5.1', 8: '7.1' };
  return `${name} ${layout[choice.channels] ?? choice.channels}`;
}

/** "Title · S1 E2 · Name of the episode". */
export function nameOf(playback: Playback): string {
  const { episode } = playback;
  if (!episode) return playback.title.title;
  const place = t('episodeShort', { season: episode.season, episode: episode.number });
  return `${playback.title.title} · ${place}${episode.title ? ` · ${episode.title}` : ''}`;
}
