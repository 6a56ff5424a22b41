// Plays one playback after the other on one <video>, by shaka-player or, where Media Source
// Extensions are missing, by the browser's own HLS. It knows nothing of pages and menus: it takes
// commands and tells its state.
import type shaka from 'shaka-player';
import { createStore } from '../core/store';
import type { Playback } from '../core/types';
import { keep, preferences } from './preferences';
import { Stalls } from './stalls';

export interface Choice {
  id: string;
  language: string;
  label: string | null;
  /** Captions for the deaf and hard of hearing; sound that describes the picture. */
  special: boolean;
  channels: number | null;
}

/** keys: the browser cannot decrypt; insecure: it would, over a secure connection; licence: it was
 * given no key. */
export type Trouble = 'offline' | 'pass' | 'media' | 'browser' | 'keys' | 'insecure' | 'licence';

export interface State {
  status: 'loading' | 'ready' | 'ended' | 'failed';
  paused: boolean;
  waiting: boolean;
  seeking: boolean;
  position: number;
  duration: number;
  buffered: number;
  volume: number;
  muted: boolean;
  rate: number;
  captions: Choice[];
  caption: string | null;
  sounds: Choice[];
  sound: string | null;
  heights: number[];
  /** Chosen by hand; null: automatic. */
  height: number | null;
  heightNow: number | null;
  thumbnails: boolean;
  trouble: Trouble | null;
  /** Of a licence that was refused: the problem's code and, when it says one, its reason. */
  refusal: Refusal | null;
}

export interface Refusal {
  code: string;
  reason?: string;
}

export interface Thumbnail {
  uri: string;
  x: number;
  y: number;
  width: number;
  height: number;
  sheetWidth: number;
  sheetHeight: number;
}

const initial: State = {
  status: 'loading',
  paused: true,
  waiting: false,
  seeking: false,
  position: 0,
  duration: 0,
  buffered: 0,
  volume: 1,
  muted: false,
  rate: 1,
  captions: [],
  caption: null,
  sounds: [],
  sound: null,
  heights: [],
  height: null,
  heightNow: null,
  thumbnails: false,
  trouble: null,
  refusal: null,
};

type Shaka = typeof shaka;
export interface Params {
  video: HTMLVideoElement;
  container: HTMLElement;
  library: () => Promise<Shaka>;
  /** A fresh pass for what is playing; null: it is refused. */
  renew: () => Promise<Playback | null>;
}

const absolute = (address: string) => new URL(address, location.href).href;
const folder = (address: string) => absolute(address).replace(/[^/]*$/, '');
/** "EDITION" of ".../media/PASS/EDITION/manifest.mpd". */
const edition = (address: string) => address.split('/').slice(-2)[0];
const RETRY_SECONDS = [1, 2, 4, 8, 15];

export class Engine {
  readonly state = createStore<State>(initial);
  private readonly stalls: Stalls;
  private player: shaka.Player | null = null;
  private lib: Shaka | null = null;
  private playback: Playback | null = null;
  private loadedFolder = ''; // what the manifest's addresses begin with
  private freshFolder = ''; // what requests are sent to
  private retryTimer = 0;
  private retries = 0;
  private reloads = 0;
  private early: shaka.util.Error | null = null; // heard while loading
  private renewing: Promise<boolean> | null = null;
  private turn = 0;
  private readonly undo: (() => void)[] = [];

  constructor(private readonly params: Params) {
    const { video } = params;
    const kept = preferences();
    video.volume = kept.volume;
    video.muted = kept.muted;
    this.stalls = new Stalls(video);
    this.listen();
    this.look();
  }

  /** Loads and begins to play at `from` seconds. */
  async load(playback: Playback, from: number): Promise<void> {
    const turn = ++this.turn;
    this.playback = playback;
    this.early = null;
    this.clearRetry();
    this.stalls.reset();
    this.set({
      ...initial,
      volume: this.video.volume,
      muted: this.video.muted,
      duration: playback.duration_seconds,
      position: from,
    });
    try {
      if (!(await this.prepare())) return this.fail('browser');
      if (turn !== this.turn) return;
      const missing = playback.licence ? missingForKeys(this.player !== null) : null;
      if (missing) return this.fail(missing);
      this.player?.configure('drm.servers', servers(playback));
      this.loadedFolder = this.freshFolder = folder(playback.dash);
      if (this.player) await this.player.load(absolute(playback.dash), from);
      else await this.loadNative(playback, from);
    } catch (error) {
      if (turn === this.turn) await this.loadFailed(error, from);
      return;
    }
    if (turn !== this.turn) return;
    this.retries = 0;
    this.tracksChanged();
    this.applyKeptCaptions();
    this.set({ status: 'ready', trouble: null });
    await this.play();
    const early = this.early;
    if (early && turn === this.turn) await this.failed(early);
  }

  /** The same film under a new pass: what is loaded plays on, requests go to the new address. Was
   * it encoded anew meanwhile, it is loaded anew. */
  swap(playback: Playback) {
    const same = edition(playback.dash) === edition(this.playback?.dash ?? '');
    if (!this.player || !same) {
      void this.load(playback, this.video.currentTime);
      return;
    }
    this.playback = playback;
    this.freshFolder = folder(playback.dash);
  }

  async destroy() {
    this.turn += 1;
    this.clearRetry();
    for (const one of this.undo.splice(0)) one();
    this.stalls.stop();
    const player = this.player;
    this.player = null;
    await player?.destroy();
    this.video.removeAttribute('src');
  }

  async play() {
    try {
      await this.video.play();
    } catch {
      this.look(); // the browser wants a press first: the page shows a large button
    }
  }
  pause() {
    this.video.pause();
  }
  toggle() {
    if (this.video.paused || this.video.ended) void this.play();
    else this.pause();
  }
  seek(to: number) {
    const end = this.duration;
    const at = Math.min(Math.max(0, to), end > 0 ? Math.max(0, end - 0.1) : to);
    this.video.currentTime = at;
    this.set({ position: at });
  }
  volume(level: number) {
    const at = Math.round(Math.min(1, Math.max(0, level)) * 100) / 100;
    this.video.volume = at;
    this.video.muted = at === 0;
    keep({ volume: at, muted: this.video.muted });
    this.look(); // the browser tells later than the next key may come
  }
  mute(muted: boolean) {
    this.video.muted = muted;
    if (!muted && this.video.volume === 0) this.video.volume = 0.5;
    keep({ muted });
    this.look();
  }
  rate(rate: number) {
    this.video.playbackRate = rate;
  }

  caption(id: string | null) {
    const chosen = this.state.get().captions.find((one) => one.id === id) ?? null;
    this.showCaption(chosen?.id ?? null);
    keep({ captions: chosen ? { language: chosen.language, hearing: chosen.special } : null });
  }
  sound(id: string) {
    const track = this.audioTracks().find((one) => soundId(one) === id);
    if (!track || !this.player) return;
    this.player.selectAudioTrack(track, 1);
    keep({ sound: track.language });
    this.tracksChanged();
  }
  /** null: automatic. */
  quality(height: number | null) {
    if (!this.player) return;
    this.player.configure('abr.enabled', height === null);
    if (height !== null) {
      const best = this.player
        .getVideoTracks()
        .filter((track) => track.height === height)
        .sort((a, b) => b.bandwidth - a.bandwidth)[0];
      if (best) this.player.selectVideoTrack(best, true, 2);
    }
    this.set({ height });
  }

  async thumbnail(at: number): Promise<Thumbnail | null> {
    const track = this.player?.getImageTracks()[0];
    if (!track || !this.player) return null;
    const one = await this.player.getThumbnails(track.id, at).catch(() => null);
    if (!one?.uris[0]) return null;
    return {
      uri: this.fresh(one.uris[0]),
      x: one.positionX,
      y: one.positionY,
      width: one.width,
      height: one.height,
      sheetWidth: one.imageWidth,
      sheetHeight: one.imageHeight,
    };
  }

  /** Tries again after a trouble, at the same place. */
  async retry() {
    this.clearRetry();
    const { playback, state } = this;
    if (state.get().status === 'failed' || !this.player) {
      const at = this.video.currentTime || state.get().position;
      const next = (await this.params.renew().catch(() => null)) ?? playback;
      if (next) await this.load(next, at);
      return;
    }
    this.set({ trouble: null });
    this.player.retryStreaming(0);
    await this.play();
  }

  private get video() {
    return this.params.video;
  }
  private get duration() {
    const own = this.video.duration;
    return Number.isFinite(own) && own > 0 ? own : (this.playback?.duration_seconds ?? 0);
  }
  private set(change: Partial<State>) {
    this.state.set({ ...this.state.get(), ...change });
  }
  private fail(trouble: Trouble) {
    this.set({ status: 'failed', trouble });
  }
  private fresh(uri: string) {
    return uri.startsWith(this.loadedFolder)
      ? this.freshFolder + uri.slice(this.loadedFolder.length)
      : uri;
  }

  /** Whether something here can play: shaka, or the browser by itself. */
  private async prepare(): Promise<boolean> {
    if (this.player) return true;
    this.lib ??= await this.params.library();
    if (!this.lib.Player.isBrowserSupported()) {
      return this.video.canPlayType('application/vnd.apple.mpegurl') !== '';
    }
    const player = new this.lib.Player();
    player.setVideoContainer(this.params.container);
    await player.attach(this.video);
    const kept = preferences();
    player.configure({
      preferredAudio: kept.sound ? [{ language: kept.sound }] : [],
      abr: { defaultBandwidthEstimate: 3_000_000, restrictToElementSize: true },
      streaming: {
        bufferingGoal: 30,
        rebufferingGoal: 1,
        bufferBehind: 30,
        retryParameters: { maxAttempts: 3, baseDelay: 500, backoffFactor: 2, timeout: 20_000 },
        failureCallback: (_error: unknown) => {}, // what to do is decided where errors are heard
      },
      manifest: { retryParameters: { maxAttempts: 3, baseDelay: 500 } },
    });
    const { LICENSE } = this.lib.net.NetworkingEngine.RequestType;
    player.getNetworkingEngine()?.registerRequestFilter((type, request) => {
      const licence = type === LICENSE ? this.playback?.licence : null;
      request.uris = licence
        ? [absolute(licence)] // keys are asked for as long as it plays: by the newest token
        : request.uris.map((uri) => this.fresh(uri));
    });
    player.addEventListener('error', (event) => {
      void this.failed((event as unknown as { detail: shaka.util.Error }).detail);
    });
    player.addEventListener('buffering', () => {
      if (player.isBuffering()) this.stalls.begin();
      else this.stalls.end();
      this.look();
    });
    for (const name of [
      'trackschanged',
      'adaptation',
      'variantchanged',
      'textchanged',
      'audiotrackschanged',
    ]) {
      player.addEventListener(name, () => this.tracksChanged());
    }
    this.player = player;
    return true;
  }

  private loadNative(playback: Playback, from: number): Promise<void> {
    const { video } = this;
    video.src = absolute(playback.hls);
    return new Promise((done, broken) => {
      video.addEventListener(
        'loadedmetadata',
        () => {
          video.currentTime = from;
          done();
        },
        { once: true },
      );
      video.addEventListener('error', () => broken(video.error), { once: true });
    });
  }

  private async loadFailed(error: unknown, from: number) {
    const fault = error as shaka.util.Error;
    const codes = this.lib?.util.Error;
    if (codes && fault?.code === codes.Code.LOAD_INTERRUPTED) return;
    if (isRefused(fault, codes) && this.reloads < 1) {
      this.reloads += 1;
      const next = await this.params.renew().catch(() => null);
      if (next) return this.load(next, from);
      return this.fail('pass');
    }
    if (codes && (fault?.category === codes.Category.NETWORK || isUnanswered(fault, codes))) {
      this.fail('offline');
      this.later(() => this.playback && void this.load(this.playback, from));
      return;
    }
    this.failFor(fault);
  }

  /** What cannot be helped by trying again soon. */
  private failFor(fault: shaka.util.Error) {
    const codes = this.lib?.util.Error;
    const refusal = codes ? licenceRefusal(fault, codes) : null;
    if (refusal) this.set({ refusal });
    if (codes && isWithoutKeys(fault, codes)) this.fail('keys');
    else this.fail(refusal ? 'licence' : 'media');
  }

  /** Something went wrong while playing. Network: what is buffered plays on, and we keep trying. */
  private async failed(fault: shaka.util.Error) {
    const codes = this.lib?.util.Error;
    if (!codes) return;
    if (this.state.get().status === 'loading') {
      this.early = fault; // load() may end well all the same, and streaming stand still
      return;
    }
    if (fault.severity === codes.Severity.RECOVERABLE) return;
    if (isRefused(fault, codes)) {
      if (await this.renewOnce()) this.player?.retryStreaming(0.1);
      else this.set({ trouble: 'pass' });
      return;
    }
    if (isUnanswered(fault, codes)) {
      this.set({ trouble: 'offline' });
      this.later(() => this.playback && void this.load(this.playback, this.video.currentTime));
      return;
    }
    if (fault.category === codes.Category.NETWORK) {
      this.set({ trouble: 'offline' });
      this.later(() => this.player?.retryStreaming(0));
      return;
    }
    if (fault.category === codes.Category.DRM) {
      this.failFor(fault);
      return;
    }
    if (this.reloads < 1 && this.playback) {
      this.reloads += 1;
      await this.load(this.playback, this.video.currentTime);
      return;
    }
    this.fail('media');
  }

  private renewOnce(): Promise<boolean> {
    this.renewing ??= this.params
      .renew()
      .then((next) => {
        if (next) this.swap(next);
        return next !== null;
      })
      .catch(() => false)
      .finally(() => {
        this.renewing = null;
      });
    return this.renewing;
  }

  private later(again: () => void) {
    this.clearRetry();
    const wait = RETRY_SECONDS[Math.min(this.retries, RETRY_SECONDS.length - 1)] as number;
    this.retries += 1;
    this.retryTimer = window.setTimeout(again, wait * 1000);
    const online = () => {
      this.clearRetry();
      again();
    };
    window.addEventListener('online', online, { once: true });
    this.undoRetry = () => window.removeEventListener('online', online);
  }
  private undoRetry: () => void = () => {};
  private clearRetry() {
    window.clearTimeout(this.retryTimer);
    this.undoRetry();
  }

  private listen() {
    const { video } = this;
    const on = (names: string, listener: () => void) => {
      for (const name of names.split(' ')) {
        video.addEventListener(name, listener);
        this.undo.push(() => video.removeEventListener(name, listener));
      }
    };
    on(
      'play pause timeupdate durationchange progress volumechange ratechange seeking seeked ' +
        'waiting playing canplay loadeddata resize',
      () => this.look(),
    );
    on('ended', () => this.set({ status: 'ended', paused: true }));
    on('playing', () => {
      this.retries = 0;
      this.reloads = 0;
      this.set({ trouble: null, status: 'ready' });
    });
    on('seeking', () => {
      if (this.state.get().status === 'ended' && !video.ended) this.set({ status: 'ready' });
    });
  }

  private look() {
    const { video } = this;
    const { status } = this.state.get();
    let buffered = 0;
    for (let i = 0; i < video.buffered.length; i++) {
      if (video.buffered.start(i) <= video.currentTime + 0.3) buffered = video.buffered.end(i);
    }
    if (video.videoHeight) video.dataset['height'] = String(video.videoHeight);
    this.set({
      paused: video.paused,
      // The library holds the clock still by a rate of 0 while it loads; the browser sees no wait.
      waiting:
        !video.paused &&
        !video.ended &&
        (video.readyState < 3 || this.player?.isBuffering() === true),
      seeking: video.seeking,
      // Before the first picture the clock stands at the place we are going to.
      position: status === 'loading' ? this.state.get().position : video.currentTime,
      duration: this.duration,
      buffered,
      volume: video.volume,
      muted: video.muted,
      rate: video.playbackRate || 1,
    });
  }

  private audioTracks() {
    return this.player?.getAudioTracks() ?? [];
  }

  private tracksChanged() {
    const { player } = this;
    if (!player) return this.nativeTracks();
    const tracks = player.getVideoTracks();
    const now = tracks.find((track) => track.active)?.height ?? null;
    const heights = [...new Set(tracks.map((track) => track.height ?? 0))].filter(
      (height) => height > 0,
    );
    const sounds = new Map(this.audioTracks().map((track) => [soundId(track), track]));
    const texts = player.getTextTracks().filter((track) => !track.forced);
    if (now) this.video.dataset['variantHeight'] = String(now);
    this.set({
      heights: heights.sort((a, b) => b - a),
      heightNow: now,
      sounds: [...sounds].map(([id, track]) => ({
        id,
        language: track.language,
        label: track.label,
        special: isDescription(track),
        channels: track.channelsCount,
      })),
      sound: [...sounds].find(([, track]) => track.active)?.[0] ?? null,
      captions: texts.map((track) => ({
        id: String(track.id),
        language: track.language,
        label: track.label,
        special: isForHearing(track),
        channels: null,
      })),
      caption: texts.find((track) => track.active)?.id.toString() ?? null,
      thumbnails: player.getImageTracks().length > 0,
    });
  }

  private nativeTracks() {
    const tracks = [...this.video.textTracks].filter((track) => track.kind !== 'metadata');
    this.set({
      captions: tracks.map((track, i) => ({
        id: String(i),
        language: track.language,
        label: track.label || null,
        special: track.kind === 'captions',
        channels: null,
      })),
      caption:
        tracks
          .findIndex((track) => track.mode === 'showing')
          .toString()
          .replace('-1', '') || null,
    });
  }

  private showCaption(id: string | null) {
    if (this.player) {
      const track = this.player.getTextTracks().find((one) => String(one.id) === id);
      this.player.selectTextTrack(track ?? null);
    } else {
      [...this.video.textTracks].forEach((track, i) => {
        track.mode = String(i) === id ? 'showing' : 'disabled';
      });
    }
    this.tracksChanged();
    this.set({ caption: id });
  }

  private applyKeptCaptions() {
    const kept = preferences().captions;
    const { captions } = this.state.get();
    const same = captions.filter((one) => one.language === kept?.language);
    const fits = same.find((one) => one.special === kept?.hearing) ?? same[0];
    this.showCaption(fits?.id ?? null);
  }
}

/** Why a protected film cannot be opened here at all; null: nothing is known against it. */
function missingForKeys(hasLibrary: boolean): Trouble | null {
  if (!window.isSecureContext) return 'insecure';
  return hasLibrary && 'requestMediaKeySystemAccess' in navigator ? null : 'keys';
}

const servers = ({ licence }: Playback) =>
  licence ? { 'org.w3.clearkey': absolute(licence) } : {};

type Codes = Shaka['util']['Error'];

/** The browser, not the service, is what has no keys for it. */
function isWithoutKeys(fault: shaka.util.Error, { Code }: Codes): boolean {
  return [
    Code.REQUESTED_KEY_SYSTEM_CONFIG_UNAVAILABLE,
    Code.FAILED_TO_CREATE_CDM,
    Code.FAILED_TO_ATTACH_TO_VIDEO,
    Code.NO_RECOGNIZED_KEY_SYSTEMS,
  ].includes(fault.code);
}

/** What went wrong below a licence request; null: it was none. */
function belowLicence(fault: shaka.util.Error, { Code }: Codes): shaka.util.Error | null {
  if (fault?.code !== Code.LICENSE_REQUEST_FAILED) return null;
  return ((fault.data as unknown[] | undefined)?.[0] as shaka.util.Error | undefined) ?? null;
}

/** Nobody answered, or the service could not. */
function isUnanswered(fault: shaka.util.Error, codes: Codes): boolean {
  const below = belowLicence(fault, codes);
  if (!below) return false;
  const status = Number((below.data as unknown[] | undefined)?.[1]);
  return below.code !== codes.Code.BAD_HTTP_STATUS || status >= 500;
}

function licenceRefusal(fault: shaka.util.Error, codes: Codes): Refusal | null {
  const below = belowLicence(fault, codes);
  if (!below) return fault?.code === codes.Code.LICENSE_RESPONSE_REJECTED ? { code: '' } : null;
  try {
    const { code, reason } = JSON.parse(String((below.data as unknown[])[2])) as Refusal;
    return { code: String(code), reason };
  } catch {
    return { code: '' };
  }
}

function isRefused(fault: shaka.util.Error | undefined, codes: Shaka['util']['Error'] | undefined) {
  if (!codes || fault?.code !== codes.Code.BAD_HTTP_STATUS) return false;
  const status = Number((fault.data as unknown[] | undefined)?.[1]);
  return status === 401 || status === 403;
}

const soundId = (track: shaka.extern.AudioTrack) =>
  [track.language, track.label ?? '', track.channelsCount ?? '', ...track.roles].join('|');
const isDescription = (track: shaka.extern.AudioTrack) =>
  track.accessibilityPurpose === 'visually impaired' || track.roles.includes('description');
const isForHearing = (track: shaka.extern.TextTrack) =>
  track.accessibilityPurpose === 'hard of hearing' ||
  track.kind === 'caption' ||
  track.roles.includes('caption');
