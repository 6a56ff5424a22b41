// Where we are, what is loaded, and what the place under the pointer looks like.
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock, clockSaid, t } from '../i18n';
import type { Engine, State, Thumbnail } from './engine';

export function SeekBar({ engine, state }: { engine: Engine; state: State }) {
  const bar = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<number | null>(null);
  const [drag, setDrag] = useState<number | null>(null);
  const shown = drag ?? state.position;
  const share = (at: number) => (state.duration > 0 ? Math.min(1, at / state.duration) : 0);
  const look = drag ?? hover;
  const over = (event: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    if (!box || event.pointerType === 'touch') return;
    setHover(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * state.duration);
  };
  return (
    <div class="seek" ref={bar} onPointerMove={over} onPointerLeave={() => setHover(null)}>
      {look !== null && state.duration > 0 && (
        <Preview engine={engine} at={look} share={share(look)} pictures={state.thumbnails} />
      )}
      <div class="seek-track" aria-hidden="true">
        <div class="seek-buffered" style={{ transform: `scaleX(${share(state.buffered)})` }} />
        <div class="seek-done" style={{ transform: `scaleX(${share(shown)})` }} />
      </div>
      <input
        type="range"
        class="seek-input"
        min={0}
        max={Math.max(1, Math.floor(state.duration * 10) / 10)}
        step={0.1}
        value={shown}
        aria-label={t('player.seek')}
        aria-valuetext={t('player.position', {
          at: clockSaid(shown),
          of: clockSaid(state.duration),
        })}
        onInput={(event) => setDrag(Number(event.currentTarget.value))}
        onChange={(event) => {
          engine.seek(Number(event.currentTarget.value));
          setDrag(null);
        }}
      />
    </div>
  );
}

const PREVIEW_WIDTH = 13; // rem

function Preview(props: { engine: Engine; at: number; share: number; pictures: boolean }) {
  const [one, setOne] = useState<Thumbnail | null>(null);
  const second = Math.floor(props.at);
  useEffect(() => {
    if (!props.pictures) return;
    let late = false;
    void props.engine.thumbnail(second).then((found) => !late && setOne(found));
    return () => {
      late = true;
    };
  }, [second, props.pictures, props.engine]);
  const scale = one ? PREVIEW_WIDTH / one.width : 0;
  return (
    <div class="seek-preview" style={{ left: `${props.share * 100}%` }} aria-hidden="true">
      {one && (
        <div
          class="seek-picture"
          style={{
            width: `${PREVIEW_WIDTH}rem`,
            height: `${one.height * scale}rem`,
            backgroundImage: `url("${one.uri}")`,
            backgroundSize: `${one.sheetWidth * scale}rem ${one.sheetHeight * scale}rem`,
            backgroundPosition: `${-one.x * scale}rem ${-one.y * scale}rem`,
          }}
        />
      )}
      <span>{clock(props.at)}</span>
    </div>
  );
}
