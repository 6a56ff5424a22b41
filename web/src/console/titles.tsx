import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, post } from '../core/api';
import { problemText } from '../core/problems';
import { useEvery } from '../core/resource';
import { go, place } from '../core/router';
import { useStore } from '../core/store';
import type { ConsoleTitle } from '../core/types';
import { dateBrief, t } from '../i18n';
import { language } from '../i18n/language';
import { Art } from '../ui/art';
import { Confirm } from '../ui/confirm';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { Empty, Failure, Loading } from '../ui/states';
import { usePages } from './pages';
import { More } from './parts';

export function nameOf(title: ConsoleTitle): string {
  const spoken = language.get();
  return (
    title.texts.find((text) => text.language.split('-')[0] === spoken)?.title ??
    title.original_title
  );
}

export async function publish(title: ConsoleTitle): Promise<ConsoleTitle> {
  const now = await post<ConsoleTitle>(`/console/titles/${title.id}/publish`);
  tell(t(now.ready ? 'console.published' : 'console.publishedWaits', { title: nameOf(now) }));
  return now;
}

export async function withdraw(title: ConsoleTitle): Promise<ConsoleTitle> {
  const now = await post<ConsoleTitle>(`/console/titles/${title.id}/withdraw`);
  tell(t('console.withdrawn', { title: nameOf(now) }));
  return now;
}

export function Titles() {
  const q = useStore(place).query.get('q') ?? '';
  const list = usePages<ConsoleTitle>('/console/titles', { q, limit: 100 });
  useEvery(15, true, list.refresh);
  return (
    <>
      <div class="console-head">
        <h1 class="display" tabIndex={-1}>
          {t('console.titles')}
        </h1>
        <Search q={q} />
        <a class="button is-light" href="/console/titles/new">
          <Icon name="plus" />
          {t('console.new')}
        </a>
      </div>
      {list.problem && !list.items && <Failure problem={list.problem} retry={list.refresh} />}
      {!list.items && !list.problem && <Loading />}
      {list.items?.length === 0 &&
        (q ? (
          <Empty title={t('console.noMatch')} />
        ) : (
          <Empty title={t('console.noTitles')} text={t('console.noTitlesMore')} />
        ))}
      {list.items && list.items.length > 0 && (
        <table class="table">
          <caption class="unseen">{t('console.titles')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('console.th.title')}</th>
              <th scope="col">{t('console.th.kind')}</th>
              <th scope="col">{t('console.th.year')}</th>
              <th scope="col">{t('console.th.state')}</th>
              <th scope="col">{t('console.th.ready')}</th>
              <th scope="col">{t('console.th.changed')}</th>
              <th scope="col">{t('console.th.actions')}</th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((title) => (
              <Line key={title.id} title={title} onChange={list.put} />
            ))}
          </tbody>
        </table>
      )}
      <More list={list} />
    </>
  );
}

function Search({ q }: { q: string }) {
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <div class="search-box" role="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={t('console.search')}
        placeholder={t('console.search')}
        defaultValue={q}
        maxLength={200}
        onInput={(event) => {
          const value = event.currentTarget.value.trim();
          window.clearTimeout(timer.current);
          timer.current = window.setTimeout(
            () =>
              go(
                value ? `/console/titles?q=${encodeURIComponent(value)}` : '/console/titles',
                true,
              ),
            250,
          );
        }}
      />
    </div>
  );
}

function Line({
  title,
  onChange,
}: {
  title: ConsoleTitle;
  onChange: (title: ConsoleTitle) => void;
}) {
  const name = nameOf(title);
  return (
    <tr>
      <th scope="row" data-label={t('console.th.title')}>
        <a class="table-title" href={`/console/titles/${title.id}`}>
          <Art id={title.id} src={title.poster} title="" shape="poster" />
          <span>
            <span class="table-name">{name}</span>
            {name !== title.original_title && <span class="table-sub">{title.original_title}</span>}
          </span>
        </a>
      </th>
      <td data-label={t('console.th.kind')}>{t(`kind.${title.kind}`)}</td>
      <td data-label={t('console.th.year')}>{title.year ?? '–'}</td>
      <td data-label={t('console.th.state')}>
        <span class={`state-badge is-${title.state}`}>{t(`console.state.${title.state}`)}</span>
      </td>
      <td data-label={t('console.th.ready')}>
        <Readiness title={title} />
      </td>
      <td data-label={t('console.th.changed')}>{dateBrief(title.changed)}</td>
      <td data-label={t('console.th.actions')}>
        <PublishButton title={title} onChange={onChange} />
      </td>
    </tr>
  );
}

export function Readiness({ title }: { title: ConsoleTitle }) {
  const shown = title.state === 'published';
  const text = title.ready
    ? t(shown ? 'console.shown' : 'console.ready')
    : t(shown ? 'console.waits' : 'console.notReady');
  return (
    <span
      class={`readiness ${title.ready ? 'is-ready' : ''} ${shown && title.ready ? 'is-lit' : ''}`}
    >
      {text}
    </span>
  );
}

export function PublishButton({
  title,
  onChange,
}: {
  title: ConsoleTitle;
  onChange: (title: ConsoleTitle) => void;
}) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const name = nameOf(title);
  const published = title.state === 'published';
  const run = async (move: (title: ConsoleTitle) => Promise<ConsoleTitle>) => {
    if (busy) return;
    setBusy(true);
    try {
      onChange({ ...title, ...(await move(title)) });
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        class={`button is-small ${published ? '' : 'is-light'}`}
        aria-disabled={busy}
        aria-label={t(published ? 'console.withdrawName' : 'console.publishName', { title: name })}
        onClick={() => (published ? setAsking(true) : void run(publish))}
      >
        {t(published ? 'console.withdraw' : 'console.publish')}
      </button>
      {asking && (
        <Confirm
          question={t('console.withdrawAsk', { title: name })}
          yes={t('console.withdraw')}
          onAnswer={(yes) => {
            setAsking(false);
            if (yes) void run(withdraw);
          }}
        />
      )}
    </>
  );
}
