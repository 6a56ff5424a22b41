// Keeps a playback alive and its position saved: every ten seconds, when it pauses or jumps, and
// when the page is left. Asks for a new pass before the old one ends.
import { patch, post, Problem } from '../core/api';
import { saving } from '../core/saving';
import type { Playback } from '../core/types';

export const SAVE_SECONDS = 10;
const RENEW_EARLY_SECONDS = 60;

interface Place {
  position: number;
  duration: number;
  /** Whether there is something to save yet. */
  moved: boolean;
}

export class Keeper {
  playback: Playback | null = null;
  private saved: { id: string; position: number; finished: boolean } | null = null;
  private saveTimer = 0;
  private renewTimer = 0;

  constructor(
    private readonly place: () => Place,
    private readonly onRenewed: (playback: Playback) => void,
  ) {}

  async open(playable: string): Promise<Playback> {
    this.close();
    const playback = await post<Playback>('/playbacks', { playable });
    this.begin(playable, playback);
    return playback;
  }

  /** A new pass for what is open. null: it is refused; throws when nobody answered. */
  async renew(): Promise<Playback | null> {
    const old = this.playback;
    if (!old) return null;
    const playable = this.playable;
    try {
      const playback = await post<Playback>('/playbacks', { playable });
      if (this.playback !== old) return null; // another film was opened meanwhile
      this.begin(playable, playback);
      return playback;
    } catch (error) {
      if (error instanceof Problem && error.status >= 400 && error.status < 500) return null;
      throw error;
    }
  }

  close() {
    window.clearInterval(this.saveTimer);
    window.clearTimeout(this.renewTimer);
    this.playback = null;
  }

  /** leaving: the page may be gone before the answer. */
  save(leaving = false) {
    const { playback } = this;
    const { position, duration, moved } = this.place();
    if (!playback || !moved) return;
    const finished = isFinished(position, duration);
    const last = this.saved;
    if (
      last?.id === playback.id &&
      last.finished === finished &&
      Math.abs(last.position - position) < 0.5
    )
      return;
    this.saved = { id: playback.id, position, finished };
    const body = { position_seconds: Math.round(position * 1000) / 1000, finished };
    const sent = patch(`/playbacks/${playback.id}`, body, { keepalive: leaving });
    saving(sent);
    sent.catch(() => {
      this.saved = last; // the next one says it again
    });
  }

  private playable = '';
  private begin(playable: string, playback: Playback) {
    this.playable = playable;
    this.playback = playback;
    window.clearInterval(this.saveTimer);
    this.saveTimer = window.setInterval(() => this.save(), SAVE_SECONDS * 1000);
    this.planRenewal(playback, renewalDelay(playback.expires_at, Date.now()));
  }

  private planRenewal(playback: Playback, delay: number) {
    window.clearTimeout(this.renewTimer);
    this.renewTimer = window.setTimeout(async () => {
      if (this.playback !== playback) return;
      try {
        const next = await this.renew();
        if (next) this.onRenewed(next);
      } catch {
        this.planRenewal(playback, 5000); // nobody answered: the old pass may hold a while yet
      }
    }, delay);
  }
}

/** Milliseconds until a new pass is asked for: a minute early, for short passes at half their time;
 * longer than a browser's timer can wait is cut. */
export function renewalDelay(expiresAt: string, now: number): number {
  const left = Date.parse(expiresAt) - now;
  if (!Number.isFinite(left)) return 2 ** 31 - 1;
  return Math.min(
    2 ** 31 - 1,
    Math.max(1000, Math.max(left - RENEW_EARLY_SECONDS * 1000, left / 2)),
  );
}

/** The credits were reached: the last 5 %, at most the last two minutes. */
export function isFinished(position: number, duration: number): boolean {
  return duration > 0 && position >= duration - Math.min(120, duration * 0.05);
}

/** From when on the next episode is offered: the last 20 s; of something short its last third. */
export function offerNextAt(duration: number): number {
  return duration - Math.min(20, duration / 3);
}
