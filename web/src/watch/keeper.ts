// Keeps a playback alive and its position saved: every ten seconds, when it pauses or jumps, and
// when the page is left. Heartbeats keep its seat for as long as there is a picture, moving or not,
// and bring a new pass before the old one ends.
import { asProblem, patch, post, type Problem, remove } from '../core/api';
import { saving } from '../core/saving';
import type { Beat, Playback } from '../core/types';

export const SAVE_SECONDS = 10;
const RENEW_EARLY_SECONDS = 60;
const RETRY_MS = 3000;

interface Place {
  position: number;
  duration: number;
  /** Whether there is something to save yet. */
  moved: boolean;
  /** Whether there is a picture: what has ended or failed holds no seat. */
  shows: boolean;
}

interface Listener {
  /** The same playback under a new pass. */
  renewed: (playback: Playback) => void;
  /** It has to stop, and why. */
  stopped: (problem: Problem) => void;
}

export class Keeper {
  playback: Playback | null = null;
  private saved: { id: string; position: number; finished: boolean } | null = null;
  private saveTimer = 0;
  private beatTimer = 0;
  private beating: Promise<Playback | null> | null = null;

  constructor(
    private readonly place: () => Place,
    private readonly listener: Listener,
  ) {}

  async open(playable: string): Promise<Playback> {
    const old = this.playback;
    this.rest();
    try {
      const playback = await post<Playback>('/playbacks', { playable });
      this.begin(playback);
      return playback;
    } catch (error) {
      if (old) this.free(old); // it was not replaced
      throw error;
    }
  }

  /** A heartbeat now, and with it a new pass for what is open. null: it has to stop; throws when
   * nobody answered. */
  beat(): Promise<Playback | null> {
    const old = this.playback;
    if (!old) return Promise.resolve(null);
    this.beating ??= this.send(old).finally(() => {
      this.beating = null;
    });
    return this.beating;
  }

  /** Frees the seat. leaving: the page may be gone before the answer. */
  close(leaving = false) {
    const old = this.playback;
    this.rest();
    if (old) this.free(old, leaving);
  }

  private rest() {
    window.clearInterval(this.saveTimer);
    window.clearTimeout(this.beatTimer);
    this.playback = null;
  }

  private free(playback: Playback, leaving = false) {
    remove(`/playbacks/${playback.id}`, { keepalive: leaving }).catch(() => {}); // it lapses
  }

  private async send(old: Playback): Promise<Playback | null> {
    const { position, duration, moved } = this.place();
    const at = { position, finished: isFinished(position, duration) };
    try {
      const answer = await post<Beat>(`/playbacks/${old.id}/heartbeat`, moved ? said(at) : {});
      if (this.playback !== old) return null; // another film was opened meanwhile
      if (moved) this.saved = { id: old.id, ...at };
      const playback = { ...old, ...answer };
      this.playback = playback;
      this.plan(playback);
      return playback;
    } catch (error) {
      const problem = asProblem(error);
      if (this.playback !== old) return null;
      if (problem.status < 400 || problem.status >= 500) throw problem;
      this.rest();
      this.listener.stopped(problem);
      return null;
    }
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
    const body = said({ position, finished });
    const sent = patch(`/playbacks/${playback.id}`, body, { keepalive: leaving });
    saving(sent);
    sent.catch(() => {
      this.saved = last; // the next one says it again
    });
  }

  private begin(playback: Playback) {
    this.playback = playback;
    window.clearInterval(this.saveTimer);
    this.saveTimer = window.setInterval(() => this.save(), SAVE_SECONDS * 1000);
    this.plan(playback);
  }

  private plan(playback: Playback, delay = beatDelay(playback, Date.now())) {
    window.clearTimeout(this.beatTimer);
    this.beatTimer = window.setTimeout(async () => {
      if (this.playback !== playback) return;
      if (!this.place().shows) return this.plan(playback);
      try {
        const next = await this.beat();
        if (next) this.listener.renewed(next);
      } catch {
        this.plan(playback, RETRY_MS); // nobody answered: the lease may hold a while yet
      }
    }, delay);
  }
}

const said = (at: { position: number; finished: boolean }) => ({
  position_seconds: Math.round(at.position * 1000) / 1000,
  finished: at.finished,
});

/** Milliseconds until the next heartbeat: as often as the lease asks, and before the pass ends. */
export function beatDelay(of: Pick<Playback, 'lease' | 'expires_at'>, now: number): number {
  return Math.min(of.lease.beat_seconds * 1000, renewalDelay(of.expires_at, now));
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
