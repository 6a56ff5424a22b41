// Tells the system what plays, and takes its keys: headset buttons, lock screens.
import { useEffect } from 'preact/hooks';
import { get } from '../core/api';
import type { Playback, Title } from '../core/types';
import { t } from '../i18n';
import type { Engine } from './engine';

export function useMediaSession(playback: Playback, engine: Engine, goNext: (() => void) | null) {
  useEffect(() => {
    const session = navigator.mediaSession;
    if (!session) return;
    const mine = new AbortController();
    const { title, episode } = playback;
    const say = (artwork: MediaImage[]) => {
      session.metadata = new MediaMetadata({
        title: episode ? (episode.title ?? t('episode', { n: episode.number })) : title.title,
        artist: episode ? title.title : 'Lanterne',
        album: episode ? t('season', { n: episode.season }) : '',
        artwork,
      });
    };
    say([]);
    get<Title>(`/titles/${title.id}`, { signal: mine.signal }).then(
      (full) => full.poster && say([{ src: full.poster, type: 'image/jpeg' }]),
      () => {}, // it goes without a picture
    );
    const at = () => engine.state.get().position;
    const handlers: [MediaSessionAction, MediaSessionActionHandler | null][] = [
      ['play', () => void engine.play()],
      ['pause', () => engine.pause()],
      ['seekbackward', (to) => engine.seek(at() - (to.seekOffset ?? 10))],
      ['seekforward', (to) => engine.seek(at() + (to.seekOffset ?? 10))],
      ['seekto', (to) => to.seekTime != null && engine.seek(to.seekTime)],
      ['nexttrack', goNext],
    ];
    for (const [action, handler] of handlers) {
      try {
        session.setActionHandler(action, handler);
      } catch {
        // This browser does not know the action.
      }
    }
    return () => {
      mine.abort();
      session.metadata = null;
      for (const [action] of handlers) {
        try {
          session.setActionHandler(action, null);
        } catch {
          // Likewise.
        }
      }
    };
  }, [playback, engine, goNext]);
}
