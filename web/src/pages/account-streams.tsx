// The part of the account that shows who is watching now.
import { useEffect, useRef } from 'preact/hooks';
import { asProblem } from '../core/api';
import { problemText } from '../core/problems';
import { useAnswer } from '../core/resource';
import { deviceOf, stopStream, whatIsWatched } from '../core/streams';
import type { Me, Stream, Streams } from '../core/types';
import { t } from '../i18n';
import { tell } from '../ui/notice';
import { Failure } from '../ui/states';
import { StreamList } from '../ui/streams';

const LOOK_SECONDS = 15;

export function StreamsPanel({ who }: { who: Me }) {
  const streams = useAnswer<Streams>('/me/streams', who.id);
  const heading = useRef<HTMLHeadingElement>(null);
  const { refresh, value } = streams;
  useEffect(() => {
    const look = window.setInterval(() => {
      if (document.visibilityState === 'visible') void refresh();
    }, LOOK_SECONDS * 1000);
    return () => window.clearInterval(look);
  }, [refresh]);
  const stop = async (one: Stream) => {
    try {
      await stopStream(one.id);
      tell(t('streams.stopped', { title: whatIsWatched(one), device: deviceOf(one) }));
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    }
    await refresh();
    heading.current?.focus(); // its button is gone
  };
  return (
    <section class="panel" aria-labelledby="streams-title">
      <h2 id="streams-title" tabIndex={-1} ref={heading}>
        {t('streams.title')}
      </h2>
      {value && <p class="panel-small">{t('streams.lead', { n: value.seats })}</p>}
      {streams.problem && !value && <Failure problem={streams.problem} retry={refresh} />}
      {value && value.items.length === 0 && <p>{t('streams.none')}</p>}
      <StreamList items={value?.items ?? []} stop={(one) => void stop(one)} />
    </section>
  );
}
