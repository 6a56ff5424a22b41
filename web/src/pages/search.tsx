import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, get, type Problem, query } from '../core/api';
import { problemText } from '../core/problems';
import { go, place } from '../core/router';
import { me } from '../core/session';
import { useStore } from '../core/store';
import type { Card, Page } from '../core/types';
import { genreName, t } from '../i18n';
import { genres } from '../i18n/genres';
import { language } from '../i18n/language';
import { PosterCard } from '../ui/card';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { Empty, Failure, Loading } from '../ui/states';

interface Wish {
  q: string;
  kind: string;
  genre: string;
}

const address = (wish: Wish) => query('/search', { ...wish });
const kinds = [
  ['', 'search.all'],
  ['film', 'search.films'],
  ['series', 'search.series'],
] as const;

export function SearchPage() {
  const at = useStore(place);
  const wish: Wish = {
    q: at.query.get('q') ?? '',
    kind: at.query.get('kind') ?? '',
    genre: at.query.get('genre') ?? '',
  };
  const plain = wish.q === '' && wish.genre === '';
  const name =
    wish.kind === 'film'
      ? t('nav.films')
      : wish.kind === 'series'
        ? t('nav.series')
        : t('search.title');
  useDocumentTitle(name);
  const found = useTitles(wish);
  return (
    <main id="content" class="page search">
      <h1 class="display" tabIndex={-1}>
        {name}
      </h1>
      <SearchForm wish={wish} />
      <p class="unseen" role="status">
        {found.items && !found.next ? t('count.titles', { n: found.items.length }) : ''}
      </p>
      {found.problem && !found.items && <Failure problem={found.problem} retry={found.again} />}
      {!found.items && !found.problem && <Loading />}
      {found.items && found.items.length === 0 && (
        <Empty
          title={
            plain
              ? t('search.noneHere')
              : wish.q
                ? t('search.none', { q: wish.q })
                : t('search.noneHere')
          }
          text={plain ? t('home.emptyMore') : t('search.noneMore')}
        />
      )}
      {found.items && found.items.length > 0 && (
        <ul class="grid">
          {found.items.map((card, i) => (
            <li key={card.id}>
              <PosterCard card={card} eager={i < 12} />
            </li>
          ))}
        </ul>
      )}
      {found.next && (
        <div class="more">
          {found.problem && <p role="alert">{problemText(found.problem)}</p>}
          <button
            type="button"
            class="button is-large"
            aria-disabled={found.busy}
            onClick={found.more}
          >
            {found.busy ? t('working') : t('more')}
          </button>
        </div>
      )}
    </main>
  );
}

function SearchForm({ wish }: { wish: Wish }) {
  const [typed, setTyped] = useState(wish.q);
  const timer = useRef(0);
  const sent = useRef(wish.q);
  useEffect(() => {
    if (wish.q !== sent.current) setTyped(wish.q); // went back, or a link
    sent.current = wish.q;
  }, [wish.q]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const ask = (q: string) => {
    window.clearTimeout(timer.current);
    if (q.trim() === wish.q) return;
    sent.current = q.trim();
    go(address({ ...wish, q: q.trim() }), true);
  };
  return (
    <form
      class="search-form"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        ask(typed);
      }}
    >
      <div class="search-box">
        <Icon name="search" />
        <label class="unseen" for="search-q">
          {t('search.label')}
        </label>
        <input
          id="search-q"
          type="search"
          name="q"
          value={typed}
          placeholder={t('search.label')}
          autocomplete="off"
          enterkeyhint="search"
          maxLength={200}
          onInput={(event) => {
            const value = event.currentTarget.value;
            setTyped(value);
            window.clearTimeout(timer.current);
            timer.current = window.setTimeout(() => ask(value), 250);
          }}
        />
        {typed !== '' && (
          <button
            type="button"
            aria-label={t('search.clear')}
            onClick={() => {
              setTyped('');
              ask('');
              document.getElementById('search-q')?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      <div class="chips" role="group" aria-label={t('search.kind')}>
        {kinds.map(([kind, key]) => (
          <a
            key={kind}
            href={address({ ...wish, kind })}
            aria-current={wish.kind === kind ? 'true' : undefined}
            data-replace
          >
            {t(key)}
          </a>
        ))}
      </div>
      <label class="chip-select">
        <span class="unseen">{t('search.genre')}</span>
        <select
          value={wish.genre}
          onChange={(event) => go(address({ ...wish, genre: event.currentTarget.value }), true)}
        >
          <option value="">{t('search.anyGenre')}</option>
          {genres()
            .map((genre) => [genre, genreName(genre)] as const)
            .sort((a, b) => a[1].localeCompare(b[1]))
            .map(([genre, name]) => (
              <option key={genre} value={genre}>
                {name}
              </option>
            ))}
        </select>
      </label>
    </form>
  );
}

interface Found {
  items: Card[] | null;
  next: string | null;
  problem: Problem | null;
  busy: boolean;
}

function useTitles(wish: Wish) {
  const spoken = useStore(language);
  const who = useStore(me);
  const path =
    who === undefined ? null : query('/titles', { ...wish, limit: 48, language: spoken });
  const [found, setFound] = useState<Found>({
    items: null,
    next: null,
    problem: null,
    busy: false,
  });
  const [turn, setTurn] = useState(0);
  const latest = useRef(path);
  latest.current = path;
  useEffect(() => {
    if (path === null) return;
    const mine = new AbortController();
    get<Page<Card>>(path, { signal: mine.signal }).then(
      (page) => setFound({ items: page.items, next: page.next, problem: null, busy: false }),
      (error) => {
        if (!mine.signal.aborted)
          setFound({ items: null, next: null, problem: asProblem(error), busy: false });
      },
    );
    return () => mine.abort();
  }, [path, who?.id, turn]);
  const more = async () => {
    if (found.busy || !found.next || path === null) return;
    setFound({ ...found, busy: true });
    try {
      const page = await get<Page<Card>>(`${path}&after=${encodeURIComponent(found.next)}`);
      if (latest.current !== path) return;
      setFound({
        items: [...(found.items ?? []), ...page.items],
        next: page.next,
        problem: null,
        busy: false,
      });
    } catch (error) {
      if (latest.current === path) setFound({ ...found, problem: asProblem(error), busy: false });
    }
  };
  return { ...found, more: () => void more(), again: () => setTurn(turn + 1) };
}
