// The player's page: one <video> that stays while episodes follow each other, so that full screen
// and the permission to play with sound stay too.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../core/api';
import { problemText } from '../core/problems';
import { go, place } from '../core/router';
import { lookAgain } from '../core/session';
import { useStore } from '../core/store';
import type { Playback } from '../core/types';
import { clock, isKey, t, timeOfDay } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Icon, Lantern } from '../ui/icons';
import { Controls } from './controls';
import { Engine, type Refusal, type State, type Trouble } from './engine';
import { KeyList, playerKey } from './keys';
import { Keeper, offerNextAt } from './keeper';
import { useMediaSession } from './media-session';
import { nameOf } from './names';
import { said, say } from './said';
import { SeatsFull, Stopped } from './seats';

const library = () => import('./shaka').then((all) => all.default);
const IDLE_SECONDS = 3;
const RESUME_SAID_SECONDS = 8;

interface Stage {
  video: HTMLVideoElement;
  box: HTMLDivElement;
  engine: Engine;
  keeper: Keeper;
}

export function WatchPage({ id }: { id: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  const [playback, setPlayback] = useState<Playback | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [stopped, setStopped] = useState<Problem | null>(null); // it was playing
  const name = playback ? nameOf(playback) : null;
  useDocumentTitle(name);

  useEffect(() => {
    const made = makeStage(video.current!, box.current!, (why) => {
      made.engine.pause();
      if (!sendAway(why, current.current)) setStopped(why);
    });
    setStage(made);
    return () => {
      made.keeper.save(true);
      made.keeper.close(true);
      void made.engine.destroy();
    };
  }, []);

  const open = useCallback(async () => {
    if (!stage) return;
    setProblem(null);
    setStopped(null);
    try {
      stage.keeper.save();
      const next = await stage.keeper.open(id);
      setPlayback(next);
      const beginning = place.get().query.get('from') === '0';
      await stage.engine.load(next, beginning ? 0 : next.resume_seconds);
    } catch (error) {
      if (current.current !== id) return;
      const said = asProblem(error);
      setPlayback(null);
      if (!sendAway(said, id)) setProblem(said);
    }
  }, [stage, id]);
  const current = useRef(id);
  current.current = id;
  useEffect(() => {
    void open();
  }, [open]);

  return (
    <main
      id="content"
      class="player"
      ref={box}
      aria-label={name ? t('player.name', { title: name }) : 'Lanterne'}
    >
      <video ref={video} playsInline crossOrigin="anonymous" tabIndex={-1} />
      {!playback && !problem && (
        <div class="player-wait" role="status">
          <Lantern />
          <span class="unseen">{t('player.loading')}</span>
        </div>
      )}
      {problem && <Refused problem={problem} retry={open} />}
      {stage && playback && !problem && !stopped && (
        <Playing stage={stage} playback={playback} reopen={open} />
      )}
      {stopped && <Stopped problem={stopped} again={open} />}
    </main>
  );
}

function makeStage(
  video: HTMLVideoElement,
  box: HTMLDivElement,
  stopped: (problem: Problem) => void,
): Stage {
  const keeper: Keeper = new Keeper(
    () => {
      const { position, duration, status, paused } = engine.state.get();
      const seen = !paused || document.visibilityState === 'visible';
      const shows = seen && (status === 'loading' || status === 'ready');
      return { position, duration, moved: status !== 'loading', shows };
    },
    { renewed: (fresh) => engine.swap(fresh), stopped },
  );
  const engine: Engine = new Engine({
    video,
    container: box,
    library,
    renew: () => keeper.beat(),
  });
  return { video, box, engine, keeper };
}

/** Who has to do something else first goes there; false: it has to be said here. */
function sendAway(problem: Problem, id: string): boolean {
  const next = encodeURIComponent(`/watch/${id}`);
  if (problem.code === 'join') go(`/join?next=${next}`, true);
  else if (problem.status === 401) go(`/sign-in?again&next=${next}`, true);
  else if (problem.code === 'subscribe') go(`/account?next=${next}`, true);
  else return false;
  void lookAgain();
  return true;
}

function Refused({ problem, retry }: { problem: Problem; retry: () => Promise<void> }) {
  if (problem.code === 'streams-full') return <SeatsFull problem={problem} start={retry} />;
  const gone = problem.status === 404;
  const again = !gone && !['rent', 'language', 'not-yet', 'not-open'].includes(problem.code);
  return (
    <div class="player-trouble" role="alert">
      <Icon name="alert" class="state-icon" />
      <h1>{gone ? t('player.error.gone') : problemText(problem)}</h1>
      {gone && <p>{t('player.error.goneMore')}</p>}
      <div class="actions">
        {again && (
          <button type="button" class="button is-light" onClick={() => void retry()}>
            {t('retry')}
          </button>
        )}
        <a class="button" href="/">
          {t('notFound.home')}
        </a>
      </div>
    </div>
  );
}

interface PlayingProps {
  stage: Stage;
  playback: Playback;
  reopen: () => Promise<void>;
}

function Playing({ stage, playback, reopen }: PlayingProps) {
  const { engine, keeper, box } = stage;
  const state = useStore(engine.state);
  const words = useStore(said);
  const [menu, setMenu] = useState(false);
  const [keys, setKeys] = useState(false);
  const [stay, setStay] = useState(false); // "stay here" was pressed
  const [resumed, setResumed] = useState<number | null>(null);
  const idle = useIdle(
    box,
    !state.paused && state.status === 'ready' && !menu && !keys && !state.trouble,
  );
  const { next } = playback;

  const leave = useCallback(() => {
    if (document.fullscreenElement) void document.exitFullscreen();
    go(`/title/${playback.title.id}`, true);
  }, [playback.title.id]);
  const goNext = useCallback(() => {
    if (!next) return;
    keeper.save();
    go(`/watch/${next.playable}`, true);
  }, [next, keeper]);

  useEffect(() => {
    setStay(false);
    const from = playback.resume_seconds;
    const begun = place.get().query.get('from') === '0';
    setResumed(from > 0 && !begun ? from : null);
    const timer = window.setTimeout(() => setResumed(null), RESUME_SAID_SECONDS * 1000);
    return () => window.clearTimeout(timer);
  }, [playback]);
  useSaving(stage, reopen);
  useSeat(stage, state.status);
  useMediaSession(playback, engine, next ? goNext : null);
  useKeys(stage, { leave, goNext: next ? goNext : null, showKeys: () => setKeys(true) });

  const offering =
    next !== null &&
    !stay &&
    state.duration > 0 &&
    state.status !== 'loading' &&
    (state.status === 'ended' || state.position >= offerNextAt(state.duration));
  useEffect(() => {
    if (state.status === 'ended' && next && !stay) goNext();
  }, [state.status, next, stay, goNext]);
  const restart = () => {
    engine.seek(0);
    void engine.play();
    setResumed(null);
  };
  useEffect(() => {
    box.dataset['idle'] = String(idle);
    stage.video.dataset['state'] = stateWord(state);
  });
  return (
    <>
      <div class="player-stage" onClick={pressed(stage)} onDblClick={() => toggleFull(stage)} />
      {(state.waiting || state.status === 'loading') && !state.trouble && (
        <div class="player-wait">
          <Lantern />
        </div>
      )}
      <div class="player-said unseen" role="status" aria-live="polite">
        {words}
      </div>
      {resumed !== null && !state.trouble && (
        <div class="player-resumed">
          <span>{t('player.resumed', { at: clock(resumed) })}</span>
          <button type="button" class="button" onClick={restart}>
            <Icon name="restart" />
            {t('player.restart')}
          </button>
        </div>
      )}
      {playback.ends_at && !state.trouble && (
        <EndsNotice key={playback.ends_at} at={playback.ends_at} />
      )}
      {offering && next && (
        <NextCard playback={playback} state={state} onNext={goNext} onStay={() => setStay(true)} />
      )}
      {state.status === 'ended' && (!next || stay) && (
        <div class="player-end">
          <p class="display">{t('player.end')}</p>
          <div class="actions">
            <button type="button" class="button is-light" onClick={restart}>
              <Icon name="restart" />
              {t('player.again')}
            </button>
            <button type="button" class="button" onClick={leave}>
              {t('player.leave', { title: playback.title.title })}
            </button>
          </div>
        </div>
      )}
      <Controls
        stage={stage}
        state={state}
        playback={playback}
        onLeave={leave}
        onNext={next ? goNext : null}
        onRestart={restart}
        onMenu={setMenu}
        onKeys={() => setKeys(true)}
        onFull={() => toggleFull(stage)}
      />
      {state.trouble && isPressing(state) && (
        <TroubleCard
          trouble={state.trouble}
          refusal={state.refusal}
          ended={playback.ends_at !== null}
          retry={() =>
            state.trouble === 'pass' || state.trouble === 'licence' ? reopen() : engine.retry()
          }
        />
      )}
      {keys && <KeyList onClose={() => setKeys(false)} />}
    </>
  );
}

/** Trying again helps nothing: something else has to change first. */
const hopeless: readonly Trouble[] = ['browser', 'keys', 'insecure'];

/** A trouble is shown once the picture stands still: what is buffered plays on without a word. */
const isPressing = (state: State) =>
  state.status === 'failed' || state.waiting || state.trouble === 'pass';

function stateWord(state: State): string {
  if (state.trouble && isPressing(state)) return 'trouble';
  if (state.status !== 'ready') return state.status;
  if (state.waiting) return 'waiting';
  return state.paused ? 'paused' : 'playing';
}

/** The right to it ends before the film would: said at once, until it is put away. */
function EndsNotice({ at }: { at: string }) {
  const [shown, setShown] = useState(true);
  const text = t('player.ends', { at: timeOfDay(at) });
  useEffect(() => say(text), []);
  if (!shown) return null;
  return (
    <div class="player-ends">
      <Icon name="info" />
      <p>
        <strong>{text}</strong> {t('player.endsMore')}
      </p>
      <button type="button" class="button is-small" onClick={() => setShown(false)}>
        {t('player.endsClose')}
      </button>
    </div>
  );
}

/** Why there is no key: the stream's end in its own words, else the problem's. */
function refusalText(refusal: Refusal | null): string {
  const keys = [`stream.ended.${refusal?.reason}`, `problem.${refusal?.code}`];
  const known = keys.find(isKey);
  return known && isKey(known) ? t(known) : '';
}

/** ended: it was said before that the right ends here, and it did. */
function TroubleCard(props: {
  trouble: Trouble;
  refusal: Refusal | null;
  ended: boolean;
  retry: () => Promise<void>;
}) {
  const { trouble, retry } = props;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  if (props.ended && trouble === 'pass') {
    return (
      <div class="player-trouble" role="alert">
        <Icon name="info" class="state-icon" />
        <h2>{t('player.ended')}</h2>
        <p>{t('player.endedMore')}</p>
        <div class="actions">
          <a class="button is-light" href="/">
            {t('notFound.home')}
          </a>
          <button type="button" class="button" onClick={() => void retry()}>
            {t('retry')}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div class="player-trouble" role="alert">
      <Icon name="alert" class="state-icon" />
      <h2>{t(`player.error.${trouble}`)}</h2>
      {trouble === 'licence' && <p>{refusalText(props.refusal)}</p>}
      <p>{t(`player.error.${trouble}More`)}</p>
      {!hopeless.includes(trouble) && (
        <button ref={button} type="button" class="button is-light" onClick={() => void retry()}>
          {t('retry')}
        </button>
      )}
    </div>
  );
}

function NextCard(props: {
  playback: Playback;
  state: State;
  onNext: () => void;
  onStay: () => void;
}) {
  const { next } = props.playback;
  const left = Math.max(
    0,
    Math.ceil((props.state.duration - props.state.position) / props.state.rate),
  );
  useEffect(() => say(t('player.nextIn', { n: left })), []);
  if (!next) return null;
  return (
    <section class="next-card" aria-label={t('player.next')}>
      <p class="next-in">{t('player.nextIn', { n: left })}</p>
      <p class="next-name">
        {t('episodeShort', { season: next.season, episode: next.number })}
        {next.title ? ` · ${next.title}` : ''}
      </p>
      <div class="actions">
        <button type="button" class="button is-light" onClick={props.onNext}>
          <Icon name="next" />
          {t('player.nextPlay')}
        </button>
        <button type="button" class="button" onClick={props.onStay}>
          {t('player.nextCancel')}
        </button>
      </div>
    </section>
  );
}

/** Saves when it pauses or jumps, and when the page is left. */
function useSaving({ video, keeper }: Stage, reopen: () => Promise<void>) {
  useEffect(() => {
    const save = () => keeper.save();
    const leave = () => {
      keeper.save(true);
      keeper.close(true);
    };
    // A hidden page's clock is slow: its seat may have lapsed by the time it is seen again.
    const hide = () => {
      if (document.visibilityState === 'hidden') keeper.save(true);
      else void keeper.beat().catch(() => {});
    };
    // The browser kept the page as it was when it was left; its seat is another's by now.
    const back = (event: PageTransitionEvent) => event.persisted && void reopen();
    video.addEventListener('pause', save);
    video.addEventListener('seeked', save);
    video.addEventListener('ended', save);
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', back);
    document.addEventListener('visibilitychange', hide);
    return () => {
      video.removeEventListener('pause', save);
      video.removeEventListener('seeked', save);
      video.removeEventListener('ended', save);
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', back);
      document.removeEventListener('visibilitychange', hide);
    };
  }, [video, keeper, reopen]);
}

/** What has ended gives its seat up in time; who plays it again asks for one first. */
function useSeat({ engine, keeper }: Stage, status: State['status']) {
  const before = useRef(status);
  useEffect(() => {
    const was = before.current;
    before.current = status;
    if (was !== 'ended' || status !== 'ready') return;
    void keeper
      .beat()
      .then((fresh) => fresh && engine.swap(fresh))
      .catch(() => {});
  }, [status, engine, keeper]);
}

interface KeyActions {
  leave: () => void;
  goNext: (() => void) | null;
  showKeys: () => void;
}

function useKeys(stage: Stage, actions: KeyActions) {
  const latest = useRef(actions);
  latest.current = actions;
  const full = useMemo(() => () => toggleFull(stage), [stage]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) =>
      playerKey(event, stage.engine, { ...latest.current, full });
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [stage, full]);
}

/** Whether nobody has moved, pressed or typed for a while; never when it may not be (on false). */
function useIdle(box: HTMLElement, on: boolean): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    let timer = 0;
    const wake = () => {
      setIdle(false);
      window.clearTimeout(timer);
      if (on) timer = window.setTimeout(() => setIdle(true), IDLE_SECONDS * 1000);
    };
    wake();
    const events = ['pointermove', 'pointerdown', 'keydown', 'focusin'];
    for (const name of events) box.addEventListener(name, wake);
    document.addEventListener('keydown', wake);
    return () => {
      window.clearTimeout(timer);
      for (const name of events) box.removeEventListener(name, wake);
      document.removeEventListener('keydown', wake);
    };
  }, [box, on]);
  return idle;
}

/** A mouse plays and pauses; a finger shows the controls, twice quickly jumps by ten seconds. */
function pressed({ engine, box }: Stage) {
  let last = 0;
  return (event: MouseEvent) => {
    const touch = (event as PointerEvent).pointerType === 'touch';
    if (!touch) {
      engine.toggle();
      say(t(engine.state.get().paused ? 'player.said.play' : 'player.said.pause'));
      return;
    }
    const now = performance.now();
    if (now - last < 350) {
      const side = event.clientX / box.clientWidth;
      if (side < 0.4) engine.seek(engine.state.get().position - 10);
      if (side > 0.6) engine.seek(engine.state.get().position + 10);
    }
    last = now;
  };
}

function toggleFull({ box, video }: Stage) {
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (box.requestFullscreen) void box.requestFullscreen().catch(() => {});
  else (video as unknown as { webkitEnterFullscreen?: () => void }).webkitEnterFullscreen?.();
}
