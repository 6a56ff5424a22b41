import { useEffect, useState } from 'preact/hooks';
import { get, query } from '../core/api';
import { useAnswer, useEvery } from '../core/resource';
import { me, service } from '../core/session';
import { useStore } from '../core/store';
import { useSells } from './plans';
import type { Card, Home as HomeAnswer, Row as RowData, Title } from '../core/types';
import { t } from '../i18n';
import { language } from '../i18n/language';
import { Art } from '../ui/art';
import { Meta, metaOf } from '../ui/card';
import { Icon } from '../ui/icons';
import { Row } from '../ui/row';
import { Empty, Failure, HomeSkeleton } from '../ui/states';
import { playOf } from './play';

const whoKey = (id: string | undefined) => id ?? 'visitor';

export function HomePage() {
  const who = useStore(me);
  const spoken = useStore(language);
  const path = who === undefined ? null : query('/home', { language: spoken });
  const home = useAnswer<HomeAnswer>(path, whoKey(who?.id));
  const rows = home.value?.rows.filter((row) => row.items.length > 0) ?? [];
  const empty = home.value !== null && rows.length === 0;
  useEvery(empty || home.problem ? 10 : 60, true, home.refresh);

  if (!home.value && home.problem) {
    return (
      <main id="content" class="page">
        <h1 class="unseen" tabIndex={-1}>
          Lanterne
        </h1>
        <Failure problem={home.problem} retry={home.refresh} />
      </main>
    );
  }
  if (!home.value) {
    return (
      <main id="content">
        <h1 class="unseen">Lanterne</h1>
        <HomeSkeleton />
      </main>
    );
  }
  return (
    <main id="content" class="home">
      <Hero rows={rows} />
      {empty && <Empty title={t('home.empty')} text={t('home.emptyMore')} />}
      <div class="rows">
        {rows.map((row, i) => (
          <Row key={row.id} row={row} first={i === 0} />
        ))}
      </div>
      {who === null && !empty && <JoinBand />}
    </main>
  );
}

/** The title that opens the page: the newest with a picture. */
export function featuredOf(rows: RowData[]): Card | null {
  const cards = ['new', 'films', 'series']
    .flatMap((id) => rows.find((row) => row.id === id)?.items ?? [])
    .concat(rows.flatMap((row) => (row.id === 'continue' ? [] : row.items)));
  return cards.find((card) => card.backdrop) ?? cards[0] ?? null;
}

function Hero({ rows }: { rows: RowData[] }) {
  const who = useStore(me);
  const card = featuredOf(rows);
  // The house's own people watch without a plan.
  const pays = who?.role === 'member';
  const state = pays ? who.subscription.state : null;
  const ended = state === 'ended' || state === 'none';
  const sells = useSells();
  return (
    <section class={`hero ${card ? '' : 'is-bare'}`} aria-labelledby="hero-title">
      {card && (
        <div class="hero-art">
          <Art id={card.id} src={card.backdrop} title={card.title} shape="backdrop" eager />
        </div>
      )}
      <div class="hero-beam" aria-hidden="true" />
      <div class="hero-text">
        {who ? (
          <>
            {ended && (
              <p class="band-ended">
                {t(sells ? (state === 'none' ? 'home.noPlan' : 'home.endedSells') : 'home.ended')}{' '}
                <a href={sells ? '/plans' : '/account'}>
                  {t(sells ? 'plans.link' : 'home.takePlan')}
                </a>
              </p>
            )}
            {card ? (
              <FeaturedText card={card} />
            ) : (
              <h1 id="hero-title" class="unseen" tabIndex={-1}>
                Lanterne
              </h1>
            )}
          </>
        ) : (
          <Pitch card={card} />
        )}
      </div>
    </section>
  );
}

function useTitle(card: Card): Title | null {
  const spoken = useStore(language);
  const who = useStore(me);
  const [title, setTitle] = useState<Title | null>(null);
  useEffect(() => {
    const mine = new AbortController();
    get<Title>(query(`/titles/${card.id}`, { language: spoken }), { signal: mine.signal }).then(
      setTitle,
      () => setTitle(null),
    );
    return () => mine.abort();
  }, [card.id, spoken, who?.id]);
  return title?.id === card.id ? title : null;
}

function FeaturedText({ card }: { card: Card }) {
  const title = useTitle(card);
  const play = title ? playOf(title) : null;
  return (
    <>
      <p class="eyebrow">{t('home.featured')}</p>
      <h1 id="hero-title" class="display" tabIndex={-1}>
        {card.title}
      </h1>
      <Meta parts={metaOf(card, { kind: true, genres: 2 })} />
      {(title === null || title.synopsis) && <p class="hero-synopsis">{title?.synopsis}</p>}
      <div class="actions">
        <a class="button is-light is-large" href={play?.href ?? `/title/${card.id}`}>
          <Icon name="play" />
          {play?.text ?? t('title.play')}
        </a>
        <a class="button is-large" href={`/title/${card.id}`}>
          <Icon name="info" />
          {t('title.info')}
        </a>
      </div>
    </>
  );
}

function Pitch({ card }: { card: Card | null }) {
  const days = useStore(service)?.plan.trial_days ?? 0;
  return (
    <>
      <h1 id="hero-title" class="display" tabIndex={-1}>
        {t('home.pitch')}
      </h1>
      {days > 0 && <p class="hero-pitch">{t('home.pitchMore', { n: days })}</p>}
      <div class="actions">
        <a class="button is-light is-large" href="/join">
          {t('home.join')}
        </a>
        <a class="button is-large" href="/sign-in">
          {t('nav.signIn')}
        </a>
      </div>
      {card && (
        <p class="hero-caption">
          <span class="eyebrow">{t('home.featured')}</span>
          <a href={`/title/${card.id}`}>{card.title}</a>
        </p>
      )}
    </>
  );
}

function JoinBand() {
  const days = useStore(service)?.plan.trial_days ?? 0;
  const last = useSells() ? 'join.point3Sells' : 'join.point3';
  return (
    <section class="join-band" aria-labelledby="join-band-title">
      <h2 id="join-band-title" class="display">
        {days > 0 ? t('join.lead', { n: days }) : t('join.leadNoTrial')}
      </h2>
      <p>
        {t('join.point2')}. {t(last)}.
      </p>
      <a class="button is-light is-large" href="/join">
        {t('home.join')}
      </a>
    </section>
  );
}
