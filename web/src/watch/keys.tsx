// The keys of the player: one table for what they do and for the list that shows them.
import { useEffect, useRef } from 'preact/hooks';
import { clockSaid, type Key, t } from '../i18n';
import { Icon } from '../ui/icons';
import type { Engine } from './engine';
import { choiceName } from './names';
import { say } from './said';

export interface Actions {
  leave: () => void;
  goNext: (() => void) | null;
  showKeys: () => void;
  full: () => void;
}

const list: [string[], Key][] = [
  [['Space', 'K'], 'player.keys.toggle'],
  [['←', '→', 'J', 'L'], 'player.keys.seek'],
  [['↑', '↓'], 'player.keys.volume'],
  [['0', '–', '9'], 'player.keys.part'],
  [['Home', 'End'], 'player.keys.ends'],
  [['M'], 'player.keys.mute'],
  [['C'], 'player.keys.captions'],
  [['F'], 'player.keys.full'],
  [['N'], 'player.keys.next'],
  [['Esc'], 'player.keys.back'],
  [['?'], 'player.keys.show'],
];

function seekTo(engine: Engine, to: number) {
  engine.seek(to);
  say(t('player.said.seek', { at: clockSaid(engine.state.get().position) }));
}

function louder(engine: Engine, by: number) {
  engine.volume(engine.state.get().volume + by);
  say(t('player.said.volume', { n: Math.round(engine.state.get().volume * 100) }));
}

function toggle(engine: Engine) {
  const { paused } = engine.state.get();
  engine.toggle();
  say(t(paused ? 'player.said.play' : 'player.said.pause'));
}

function nextCaptions(engine: Engine) {
  const { captions, caption } = engine.state.get();
  if (captions.length === 0) return;
  const at = captions.findIndex((one) => one.id === caption);
  const next = captions[at + 1] ?? null; // past the last: off
  engine.caption(next?.id ?? null);
  say(
    t('player.said.captions', {
      name: next ? choiceName(next, 'caption') : t('player.captionsOff'),
    }),
  );
}

/** What a key does; null: nothing of ours. */
function actionOf(key: string, engine: Engine, actions: Actions): (() => void) | null {
  const { position, duration, muted } = engine.state.get();
  switch (key) {
    case ' ':
    case 'k':
      return () => toggle(engine);
    case 'ArrowLeft':
    case 'j':
      return () => seekTo(engine, position - 10);
    case 'ArrowRight':
    case 'l':
      return () => seekTo(engine, position + 10);
    case 'ArrowUp':
      return () => louder(engine, 0.1);
    case 'ArrowDown':
      return () => louder(engine, -0.1);
    case 'Home':
      return () => seekTo(engine, 0);
    case 'End':
      return () => seekTo(engine, duration);
    case 'm':
      return () => {
        engine.mute(!muted);
        say(t(muted ? 'player.said.unmuted' : 'player.said.muted'));
      };
    case 'c':
      return () => nextCaptions(engine);
    case 'f':
      return actions.full;
    case 'n':
      return actions.goNext;
    case '?':
      return actions.showKeys;
    case 'Escape':
      return actions.leave;
  }
  if (/^[0-9]$/.test(key)) return () => seekTo(engine, (duration * Number(key)) / 10);
  return null;
}

export function playerKey(event: KeyboardEvent, engine: Engine, actions: Actions) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const target = event.target as HTMLElement;
  // An open menu or dialog, and a button under Space, have their own use for the key.
  if (target.closest?.('[role="menu"], dialog')) return;
  if (event.key === ' ' && target.closest?.('button, a')) return;
  // The browser leaves full screen by itself.
  if (event.key === 'Escape' && document.fullscreenElement) return;
  const action = actionOf(
    event.key.length === 1 ? event.key.toLowerCase() : event.key,
    engine,
    actions,
  );
  if (!action) return;
  event.preventDefault();
  action();
}

export function KeyList({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog key-list" ref={dialog} aria-labelledby="keys-title" onClose={onClose}>
      <div class="dialog-head">
        <h2 id="keys-title">{t('player.keys')}</h2>
        <button type="button" class="icon-button" aria-label={t('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <dl>
        {list.map(([keys, key]) => (
          <div key={key}>
            <dt>
              {keys.map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{t(key)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
