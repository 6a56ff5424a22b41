import { useEffect, useState } from 'preact/hooks';
import type { Playback } from '../core/types';
import { clock, number, t } from '../i18n';
import { Icon, type IconName } from '../ui/icons';
import type { Engine, State } from './engine';
import { Menu } from './menu';
import { choiceName, nameOf, soundName } from './names';
import { say } from './said';
import { SeekBar } from './seekbar';

interface Props {
  stage: { engine: Engine; video: HTMLVideoElement; box: HTMLElement };
  state: State;
  playback: Playback;
  onLeave: () => void;
  onNext: (() => void) | null;
  onRestart: () => void;
  onMenu: (open: boolean) => void;
  onKeys: () => void;
  onFull: () => void;
}

function IconButton(props: { icon: IconName; name: string; onPress: () => void; class?: string }) {
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      aria-label={props.name}
      title={props.name}
      onClick={props.onPress}
    >
      <Icon name={props.icon} />
    </button>
  );
}

export function Controls(props: Props) {
  const { state, playback } = props;
  const { engine } = props.stage;
  const heading = playback.episode ? playback.title.title : nameOf(playback);
  const under = playback.episode ? nameOf(playback).slice(playback.title.title.length + 3) : '';
  const toggle = () => {
    engine.toggle();
    say(t(state.paused ? 'player.said.play' : 'player.said.pause'));
  };
  return (
    <div class="controls" role="group" aria-label={t('player.controls')}>
      <div class="controls-top">
        <IconButton
          icon="back"
          name={t('player.leave', { title: playback.title.title })}
          onPress={props.onLeave}
        />
        <div class="controls-name">
          <h1>{heading}</h1>
          {under && <p>{under}</p>}
        </div>
        <IconButton icon="info" name={t('player.keys')} onPress={props.onKeys} class="only-mouse" />
      </div>
      <div class="controls-middle">
        <IconButton
          icon="back10"
          name={t('player.back10')}
          onPress={() => engine.seek(state.position - 10)}
          class="only-touch"
        />
        <IconButton
          icon={state.paused ? 'play' : 'pause'}
          name={t(state.paused ? 'player.play' : 'player.pause')}
          onPress={toggle}
          class={`is-huge ${state.paused && state.status === 'ready' ? 'is-shown' : 'only-touch'}`}
        />
        <IconButton
          icon="on10"
          name={t('player.on10')}
          onPress={() => engine.seek(state.position + 10)}
          class="only-touch"
        />
      </div>
      <div class="controls-bottom">
        <SeekBar engine={engine} state={state} />
        <div class="controls-line">
          <IconButton
            icon={state.paused ? 'play' : 'pause'}
            name={t(state.paused ? 'player.play' : 'player.pause')}
            onPress={toggle}
            class="control-play"
          />
          <IconButton
            icon="back10"
            name={t('player.back10')}
            onPress={() => engine.seek(state.position - 10)}
            class="only-mouse"
          />
          <IconButton
            icon="on10"
            name={t('player.on10')}
            onPress={() => engine.seek(state.position + 10)}
            class="only-mouse"
          />
          <Volume engine={engine} state={state} />
          <p class="controls-time">
            <span class="unseen">{t('player.seek')}</span>
            {clock(state.position)}
            <span class="controls-of"> / {clock(state.duration)}</span>
          </p>
          <span class="controls-gap" />
          <IconButton
            icon="restart"
            name={t('player.restart')}
            onPress={props.onRestart}
            class="only-wide"
          />
          {props.onNext && (
            <IconButton icon="next" name={t('player.next')} onPress={props.onNext} />
          )}
          <Menus {...props} />
          <PictureInPicture video={props.stage.video} />
          <FullButton onFull={props.onFull} />
        </div>
      </div>
    </div>
  );
}

function Volume({ engine, state }: { engine: Engine; state: State }) {
  const level = state.muted ? 0 : state.volume;
  return (
    <div class="volume only-mouse">
      <IconButton
        icon={level === 0 ? 'muted' : level < 0.5 ? 'volumeLow' : 'volume'}
        name={t(state.muted ? 'player.unmute' : 'player.mute')}
        onPress={() => engine.mute(!state.muted)}
      />
      <input
        type="range"
        class="volume-input"
        min={0}
        max={100}
        step={1}
        value={Math.round(level * 100)}
        aria-label={t('player.volume')}
        style={{ '--level': String(level) }}
        onInput={(event) => engine.volume(Number(event.currentTarget.value) / 100)}
      />
    </div>
  );
}

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const speedName = (rate: number) => (rate === 1 ? t('player.normal') : `${number(rate)} ×`);

function Menus({ stage: { engine }, state, onMenu }: Props) {
  const captions = [
    {
      id: 'off',
      text: t('player.captionsOff'),
      checked: state.caption === null,
      onPick: () => {
        engine.caption(null);
        say(t('player.said.captions', { name: t('player.captionsOff') }));
      },
    },
    ...state.captions.map((one) => ({
      id: one.id,
      text: choiceName(one, 'caption'),
      checked: one.id === state.caption,
      onPick: () => {
        engine.caption(one.id);
        say(t('player.said.captions', { name: choiceName(one, 'caption') }));
      },
    })),
  ];
  const sounds = state.sounds.map((one) => ({
    id: one.id,
    text: soundName(one, state.sounds),
    checked: one.id === state.sound,
    onPick: () => {
      engine.sound(one.id);
      say(t('player.said.audio', { name: soundName(one, state.sounds) }));
    },
  }));
  return (
    <>
      {state.captions.length > 0 && (
        <Menu
          icon="captions"
          name={t('player.captions')}
          groups={[{ name: t('player.captions'), items: captions }]}
          onOpen={onMenu}
        />
      )}
      {state.sounds.length > 1 && (
        <Menu
          icon="sound"
          name={t('player.audio')}
          groups={[{ name: t('player.audio'), items: sounds }]}
          onOpen={onMenu}
        />
      )}
      <Menu
        icon="settings"
        name={t('player.settings')}
        badge={state.height ? `${state.height}p` : null}
        groups={[qualities(engine, state), speeds(engine, state)]}
        onOpen={onMenu}
      />
    </>
  );
}

function qualities(engine: Engine, state: State) {
  const pick = (height: number | null, name: string) => () => {
    engine.quality(height);
    say(t('player.said.quality', { name }));
  };
  const auto =
    state.heightNow && state.height === null
      ? t('player.autoNow', { height: String(state.heightNow) })
      : t('player.auto');
  return {
    name: t('player.quality'),
    items: [
      {
        id: 'auto',
        text: auto,
        checked: state.height === null,
        onPick: pick(null, t('player.auto')),
      },
      ...state.heights.map((height) => ({
        id: String(height),
        text: `${height}p`,
        checked: state.height === height,
        onPick: pick(height, `${height}p`),
      })),
    ],
  };
}

function speeds(engine: Engine, state: State) {
  return {
    name: t('player.speed'),
    items: SPEEDS.map((rate) => ({
      id: `speed-${rate}`,
      text: speedName(rate),
      checked: state.rate === rate,
      onPick: () => {
        engine.rate(rate);
        say(t('player.said.speed', { name: speedName(rate) }));
      },
    })),
  };
}

function PictureInPicture({ video }: { video: HTMLVideoElement }) {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const look = () => setOn(document.pictureInPictureElement === video);
    video.addEventListener('enterpictureinpicture', look);
    video.addEventListener('leavepictureinpicture', look);
    return () => {
      video.removeEventListener('enterpictureinpicture', look);
      video.removeEventListener('leavepictureinpicture', look);
    };
  }, [video]);
  if (!document.pictureInPictureEnabled) return null;
  const toggle = () => {
    const done = on ? document.exitPictureInPicture() : video.requestPictureInPicture();
    void Promise.resolve(done).catch(() => {});
  };
  return (
    <IconButton
      icon="pip"
      name={t(on ? 'player.pipLeave' : 'player.pip')}
      onPress={toggle}
      class="only-wide"
    />
  );
}

function FullButton({ onFull }: { onFull: () => void }) {
  const [on, setOn] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const look = () => setOn(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, []);
  return (
    <IconButton
      icon={on ? 'fullLeave' : 'full'}
      name={t(on ? 'player.fullLeave' : 'player.full')}
      onPress={onFull}
    />
  );
}
