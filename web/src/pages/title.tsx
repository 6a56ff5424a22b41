import { useEffect, useRef, useState } from 'preact/hooks';
import { query } from '../core/api';
import { useAnswer } from '../core/resource';
import { me } from '../core/session';
import { useStore } from '../core/store';
import type { Caption, Credit, Episode, Season, Title } from '../core/types';
import {
  countryName,
  dateAndTime,
  genreName,
  isKey,
  languageName,
  list,
  money,
  runtime,
  span,
  t,
} from '../i18n';
import { language } from '../i18n/language';
import { Art } from '../ui/art';
import { Flags, Meta, metaOf, Progress, whenOf } from '../ui/card';
import { Icon } from '../ui/icons';
import { Failure, Loading } from '../ui/states';
import { useDocumentTitle } from '../ui/document';
import { NotFoundPage } from './not-found';
import { rentTerms } from './order';
import { playOf } from './play';

export function TitlePage({ id }: { id: string }) {
  const spoken = useStore(language);
  const who = useStore(me);
  const path =
    who === undefined ? null : query(`/titles/${encodeURIComponent(id)}`, { language: spoken });
  const answer = useAnswer<Title>(path, who?.id ?? 'visitor');
  useDocumentTitle(answer.value?.title ?? null);
  if (answer.problem?.status === 404) return <NotFoundPage />;
  if (!answer.value) {
    return (
      <main id="content" class="page">
        {answer.problem ? <Failure problem={answer.problem} retry={answer.refresh} /> : <Loading />}
      </main>
    );
  }
  const title = answer.value;
  return (
    <main id="content" class="title-page">
      {title.may === 'play' && <PlayerSoon />}
      <div class="title-top">
        <div class="title-art">
          <Art id={title.id} src={title.backdrop} title={title.title} shape="backdrop" eager />
        </div>
        <div class="title-head">
          <div class="title-poster">
            <Art id={title.id} src={title.poster} title={title.title} shape="poster" eager />
          </div>
          <TitleText title={title} />
        </div>
      </div>
      {title.kind === 'series' && <Seasons title={title} />}
      <Details title={title} />
    </main>
  );
}

/** Whoever may play is likely to: the player is fetched while the page is read. */
function PlayerSoon() {
  useEffect(() => {
    const timer = window.setTimeout(() => {
      void import('../watch/page').catch(() => {});
      void import('../watch/shaka').catch(() => {});
    }, 300);
    return () => window.clearTimeout(timer);
  }, []);
  return null;
}

function TitleText({ title }: { title: Title }) {
  const play = playOf(title);
  return (
    <div class="title-text">
      <h1 class="display" tabIndex={-1}>
        {title.title}
      </h1>
      {title.original_title !== title.title && (
        <p class="title-original" lang={title.language ?? undefined}>
          {title.original_title}
        </p>
      )}
      <p class="title-meta">
        {title.rating && (
          <span class="badge" title={title.rating.system}>
            <span class="unseen">
              {t('rated', { system: title.rating.system, value: title.rating.value })}
            </span>
            <span aria-hidden="true">{title.rating.value}</span>
          </span>
        )}
        <Meta
          parts={[
            ...metaOf(title),
            ...seasonsSaid(title),
            ...title.genres.slice(0, 3).map(genreName),
          ]}
        />
      </p>
      <Flags card={title} />
      <div class="actions">
        {play ? (
          <>
            <a class="button is-light is-large" href={play.href}>
              <Icon name="play" />
              {play.text}
            </a>
            {play.resumes && (
              <a class="button is-large" href={`${play.href}?from=0`}>
                <Icon name="restart" />
                {t('title.beginning')}
              </a>
            )}
          </>
        ) : (
          !mayRent(title) && <p class="title-soon">{notYet(title)}</p>
        )}
        <RentButton title={title} main={!play} />
      </div>
      <RentLine title={title} />
      {play?.progress != null && (
        <p class="title-progress">
          <Progress part={play.progress} />
          {play.secondsLeft !== null && <span>{t('left', { time: span(play.secondsLeft) })}</span>}
        </p>
      )}
      {title.synopsis && <p class="title-synopsis">{title.synopsis}</p>}
      <LeadCredits credits={title.credits} />
    </div>
  );
}

const mayRent = (title: Title): boolean =>
  Boolean(title.rental && !title.rental.rented && title.playable && title.may !== 'play');

/** Beside the subscription, or in its place. */
function RentButton({ title, main }: { title: Title; main: boolean }) {
  const who = useStore(me);
  if (!mayRent(title) || !title.rental) return null;
  const order = query('/rent', { title: title.id, from: `/title/${title.id}` });
  return (
    <a
      class={`button is-large ${main ? 'is-light' : ''}`}
      href={who ? order : query('/join', { next: order })}
    >
      {t('rent.button', { price: money(title.rental.price) })}
    </a>
  );
}

function RentLine({ title }: { title: Title }) {
  const { rental } = title;
  if (!rental) return null;
  const { rented } = rental;
  if (!rented) {
    if (!mayRent(title)) return null;
    const format = t(`plans.format.${rental.format}`);
    return <p class="title-rent">{t('rent.more', { format, ...rentTerms(rental) })}</p>;
  }
  const until = rented.state === 'running' ? rented.ends : rented.start_by;
  return (
    <p class="title-rent">{t(`rent.${rented.state}`, { date: until ? dateAndTime(until) : '' })}</p>
  );
}

/** Why there is nothing to press. */
function notYet(title: Title): string {
  if (title.may === 'rent') return t('title.rent');
  if (title.may !== 'announced') return t('title.soon');
  return title.coming_at
    ? t('title.comingAt', { date: dateAndTime(title.coming_at) })
    : t('title.coming');
}

function seasonsSaid(title: Title): string[] {
  const n = title.seasons?.filter((season) => season.number > 0).length ?? 0;
  return title.kind === 'series' && n > 0 ? [t('count.seasons', { n })] : [];
}

function roleName(role: string): string {
  const key = `title.${role}`;
  return isKey(key)
    ? t(key)
    : role.charAt(0).toLocaleUpperCase() + role.slice(1).replace(/[-_]/g, ' ');
}

function LeadCredits({ credits }: { credits: Credit[] }) {
  const of = (role: string, n: number) =>
    credits.filter((credit) => credit.role === role).slice(0, n);
  const lines = [
    ['creator', of('creator', 3)],
    ['director', of('director', 3)],
    ['actor', of('actor', 4)],
  ] as const;
  return (
    <dl class="title-lead">
      {lines
        .filter(([, who]) => who.length > 0)
        .map(([role, who]) => (
          <div key={role}>
            <dt>{roleName(role)}</dt>
            <dd>{list(who.map((credit) => credit.name))}</dd>
          </div>
        ))}
    </dl>
  );
}

function Seasons({ title }: { title: Title }) {
  const seasons = title.seasons ?? [];
  const begun = seasons.find((season) =>
    season.episodes.some((episode) => episode.id === title.resume?.playable),
  );
  const [chosen, setChosen] = useState<number | null>(null);
  const tabs = useRef<HTMLDivElement>(null);
  useEffect(() => setChosen(null), [title.id]);
  if (seasons.length === 0) return null;
  const now =
    seasons.find((season) => season.number === chosen) ??
    begun ??
    seasons.find((season) => season.number > 0) ??
    (seasons[0] as Season);
  const move = (event: KeyboardEvent) => {
    const at = seasons.indexOf(now);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: seasons.length - 1 }[
      event.key
    ];
    const next = to === undefined ? undefined : seasons[(to + seasons.length) % seasons.length];
    if (!next) return;
    event.preventDefault();
    setChosen(next.number);
    tabs.current?.querySelector<HTMLElement>(`#season-${next.number}`)?.focus();
  };
  return (
    <section class="seasons" aria-labelledby="episodes-title">
      <h2 id="episodes-title">{t('title.episodes')}</h2>
      <div
        class="season-tabs"
        role="tablist"
        aria-label={t('title.seasons')}
        ref={tabs}
        onKeyDown={move}
      >
        {seasons.map((season) => (
          <button
            key={season.number}
            id={`season-${season.number}`}
            type="button"
            role="tab"
            aria-selected={season === now}
            aria-controls="season-panel"
            tabIndex={season === now ? 0 : -1}
            onClick={() => setChosen(season.number)}
          >
            {seasonName(season)}
          </button>
        ))}
      </div>
      <div id="season-panel" role="tabpanel" aria-labelledby={`season-${now.number}`}>
        <ol class="episodes">
          {now.episodes.map((episode) => (
            <EpisodeLine key={episode.id} title={title} episode={episode} />
          ))}
        </ol>
      </div>
    </section>
  );
}

const seasonName = (season: Season) =>
  season.title ?? (season.number === 0 ? t('specials') : t('season', { n: season.number }));

function EpisodeLine({ title, episode }: { title: Title; episode: Episode }) {
  const name = episode.title ?? t('episode', { n: episode.number });
  const watch = `/watch/${episode.id}`;
  const href =
    title.may === 'play'
      ? watch
      : `${title.may === 'join' ? '/join' : '/account'}?next=${encodeURIComponent(watch)}`;
  const opens =
    episode.ready &&
    episode.coming_at === undefined &&
    title.may !== 'announced' &&
    title.may !== 'rent';
  const inside = (
    <>
      <span class="episode-art">
        <Art id={episode.id} src={episode.still} title={String(episode.number)} shape="wide" />
        {opens && (
          <span class="card-play">
            <Icon name="play" />
          </span>
        )}
        {!episode.finished && (episode.progress ?? 0) > 0 && (
          <Progress part={episode.progress ?? 0} />
        )}
      </span>
      <span class="episode-text">
        <span class="episode-name">
          <span class="episode-number">{episode.number}</span>
          {name}
          {episode.finished && (
            <span class="episode-watched">
              <Icon name="check" />
              {t('episode.watched')}
            </span>
          )}
        </span>
        <span class="meta">
          {episode.runtime_minutes ? <span>{runtime(episode.runtime_minutes)}</span> : null}
          {episode.coming_at !== undefined ? (
            <span>{whenOf(episode)}</span>
          ) : (
            !episode.ready && <span>{t('episode.soon')}</span>
          )}
        </span>
        {episode.synopsis && <span class="episode-synopsis">{episode.synopsis}</span>}
      </span>
    </>
  );
  return (
    <li>
      {opens ? (
        <a class="episode" href={href}>
          {inside}
        </a>
      ) : (
        <div class="episode is-soon">{inside}</div>
      )}
    </li>
  );
}

export function captionName(caption: Caption): string {
  const spoken = languageName(caption.language);
  if (caption.kind === 'sdh') return t('caption.sdh', { language: spoken });
  if (caption.kind === 'forced') return t('caption.forced', { language: spoken });
  return spoken;
}

const ROLES = [
  'creator',
  'director',
  'writer',
  'actor',
  'narrator',
  'producer',
  'cinematographer',
  'editor',
  'composer',
];

function Details({ title }: { title: Title }) {
  const roles = [...new Set([...ROLES, ...title.credits.map((credit) => credit.role)])];
  const facts: [string, string][] = [];
  for (const role of roles) {
    const who = title.credits.filter((credit) => credit.role === role);
    if (who.length > 0) facts.push([roleName(role), list(who.map(creditSaid))]);
  }
  if (title.genres.length) facts.push([t('title.genres'), list(title.genres.map(genreName))]);
  if (title.countries.length)
    facts.push([t('title.countries'), list(title.countries.map(countryName))]);
  if (title.language) facts.push([t('title.language'), languageName(title.language)]);
  const heard = (title.audio ?? []).filter((spoken) => !['und', 'mul', 'zxx'].includes(spoken));
  if (heard.length) facts.push([t('title.audio'), list(unique(heard.map(languageName)))]);
  if (title.captions?.length)
    facts.push([t('title.captions'), list(unique(title.captions.map(captionName)))]);
  if (title.ratings.length) {
    facts.push([
      t('title.ratings'),
      list(title.ratings.map((rating) => `${rating.system} ${rating.value}`)),
    ]);
  }
  if (facts.length === 0 && !title.credit_line) return null;
  return (
    <section class="details" aria-labelledby="details-title">
      <h2 id="details-title">{t('title.details')}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {title.credit_line && <p class="credit-line">{title.credit_line}</p>}
    </section>
  );
}

const unique = (names: string[]) => [...new Set(names)];
const creditSaid = (credit: Credit) =>
  credit.character
    ? t('title.as', { name: credit.name, character: credit.character })
    : credit.name;
