// What stands before the picture when there is no seat for it: who has them, and why one was lost.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, get, type Problem } from '../core/api';
import { problemText } from '../core/problems';
import { stopStream } from '../core/streams';
import type { Stream, Streams } from '../core/types';
import { isKey, t } from '../i18n';
import { Icon } from '../ui/icons';
import { StreamList } from '../ui/streams';

const LOOK_SECONDS = 5;

/** Who is watching what where. Whom one stops makes room, and the film begins; so it does for who
 * presses once a seat is free by itself. */
export function SeatsFull({ problem, start }: { problem: Problem; start: () => Promise<void> }) {
  const [now, setNow] = useState<Streams>({
    items: (problem.body['streams'] ?? []) as Stream[],
    seats: Number(problem.body['seats'] ?? 1),
  });
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    const look = window.setInterval(() => {
      void get<Streams>('/me/streams')
        .then(setNow)
        .catch(() => {});
    }, LOOK_SECONDS * 1000);
    return () => window.clearInterval(look);
  }, []);
  const stop = async (one: Stream) => {
    setBusy(true);
    try {
      await stopStream(one.id);
      await start();
    } catch (error) {
      setWrong(problemText(asProblem(error)));
    }
    setBusy(false);
  };
  const free = now.items.length < now.seats;
  const may = now.items.some((one) => one.may_stop);
  return (
    <div class="player-trouble seats-full" role="alert">
      <Icon name="screen" class="state-icon" />
      <h1 ref={heading} tabIndex={-1}>
        {free ? t('streams.fullFree') : t('streams.full', { n: now.seats })}
      </h1>
      {!free && <p>{t(may ? 'streams.fullMore' : 'streams.fullAsk')}</p>}
      <StreamList items={now.items} stop={(one) => void stop(one)} busy={busy} />
      <p class="form-refusal" role="status">
        {wrong}
      </p>
      <div class="actions">
        <button type="button" class="button is-light" disabled={busy} onClick={() => void start()}>
          {t(free ? 'streams.start' : 'retry')}
        </button>
        <a class="button" href="/">
          {t('notFound.home')}
        </a>
      </div>
    </div>
  );
}

/** Going on would be answered the same for these: something else has to change first. */
const forGood = ['subscription', 'rental', 'window', 'territory', 'withdrawn', 'profile'];

/** It was playing, and has to stop. */
export function Stopped({ problem, again }: { problem: Problem; again: () => Promise<void> }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  if (problem.code === 'streams-full') return <SeatsFull problem={problem} start={again} />;
  const reason = String(problem.body['reason'] ?? '');
  const key = `stream.ended.${reason}`;
  const words = isKey(key) ? t(key) : problemText(problem);
  return (
    <div class="player-trouble" role="alert">
      <Icon name="info" class="state-icon" />
      <h1 ref={heading} tabIndex={-1}>
        {t(reason === 'window' ? 'player.ended' : 'streams.ended')}
      </h1>
      <p>{reason === 'window' ? t('player.endedMore') : words}</p>
      <div class="actions">
        {!forGood.includes(reason) && (
          <button type="button" class="button is-light" onClick={() => void again()}>
            {t('streams.again')}
          </button>
        )}
        <a class="button" href={reason === 'subscription' ? '/account' : '/'}>
          {t(reason === 'subscription' ? 'nav.account' : 'notFound.home')}
        </a>
      </div>
    </div>
  );
}
