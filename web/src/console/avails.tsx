// What studios offer: what nobody has linked to a title first.
import { query } from '../core/api';
import { useAnswer } from '../core/resource';
import { go, place } from '../core/router';
import { useStore } from '../core/store';
import { dateBrief, isKey, languageName, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { Empty, Failure, Loading } from '../ui/states';
import { whereSaid } from './countries';
import { usePages } from './pages';
import { Command, Head, More, quoted } from './parts';
import type { Avail, Items, Right, Studio } from './reports';
import { edgeOf } from './when';

export function Avails() {
  useDocumentTitle(t('avails.title'));
  const studio = useStore(place).query.get('studio') ?? '';
  const studios = useAnswer<Items<Studio>>('/console/studios');
  const list = usePages<Avail>('/console/avails', { studio, limit: 200 });
  const items = list.items ?? [];
  const loose = items.filter((one) => !one.link);
  const linked = items.filter((one) => one.link);
  const makers = [...new Set(linked.map((one) => one.studio))];
  return (
    <>
      <Head title={t('avails.title')}>
        <div class="field console-pick">
          <label for="avails-studio">{t('avails.studio')}</label>
          <select
            id="avails-studio"
            onChange={(event) =>
              go(query('/console/avails', { studio: event.currentTarget.value }), true)
            }
          >
            <option value="">{t('avails.all')}</option>
            {studios.value?.items.map((one) => (
              <option key={one.id} value={one.id} selected={one.id === studio}>
                {one.name}
              </option>
            ))}
          </select>
        </div>
      </Head>
      {list.problem && !list.items && <Failure problem={list.problem} retry={list.refresh} />}
      {!list.items && !list.problem && <Loading />}
      {list.items?.length === 0 && <Empty title={t('avails.none')} text={t('avails.noneMore')} />}
      {loose.length > 0 && (
        <section class="offers" aria-labelledby="offers-loose">
          <h2 id="offers-loose">
            {t('avails.loose')} <span class="count">{loose.length}</span>
          </h2>
          <p class="console-note">{t('avails.looseMore')}</p>
          <AvailList avails={loose} />
        </section>
      )}
      {makers.map((maker) => (
        <section class="offers" key={maker} aria-label={maker}>
          <h2>
            {maker} <span class="count">{linked.filter((one) => one.studio === maker).length}</span>
          </h2>
          <AvailList avails={linked.filter((one) => one.studio === maker)} />
        </section>
      ))}
      <More list={list} />
    </>
  );
}

const AvailList = ({ avails }: { avails: Avail[] }) => (
  <ul class="offer-list">
    {avails.map((one) => (
      <AvailCard key={one.id} avail={one} />
    ))}
  </ul>
);

function placeOf(season: number | null, episode: number | null): string | null {
  if (season !== null && episode !== null) return t('episodeShort', { season, episode });
  if (season !== null) return t('season', { n: season });
  return episode !== null ? t('episode', { n: episode }) : null;
}

function AvailCard({ avail }: { avail: Avail }) {
  const { link } = avail;
  const name = avail.name ?? avail.alid;
  const part = placeOf(avail.season, avail.episode);
  return (
    <li class={`offer ${link ? '' : 'is-loose'}`}>
      <div class="offer-head">
        <div>
          <p class="offer-name">
            {name} {part && <span>{part}</span>}
          </p>
          <p class="offer-alid">{avail.alid}</p>
        </div>
        <span class={`state-badge ${link ? 'is-active' : 'is-draft'}`}>
          {t(link ? 'avails.linked' : 'avails.unlinked')}
        </span>
      </div>
      <p class="offer-facts">
        <span>{avail.studio}</span>
        {avail.work_type && <span lang="en">{avail.work_type}</span>}
        <span>{t('avails.changed', { date: dateBrief(avail.changed) })}</span>
      </p>
      <div class="offer-actions">
        {link && (
          <a class="button is-small" href={`/console/titles/${link.title}`}>
            {t('avails.toTitle')}
            <span class="unseen"> {name}</span>
          </a>
        )}
        <a class="button is-small" href={query('/console/rights/explain', { title: avail.alid })}>
          {t('avails.explain')}
          <span class="unseen"> {name}</span>
        </a>
      </div>
      {avail.rights ? (
        <details class="offer-rights" open={avail.rights.length <= 2}>
          <summary>{t('avails.rights', { n: avail.rights.length })}</summary>
          <ul>
            {avail.rights.map((right) => (
              <RightLine key={right.id} right={right} />
            ))}
          </ul>
        </details>
      ) : (
        <p class="offer-hint">
          {t('avails.showRights')} <Command line={`lanterne avails show ${quoted(avail.alid)}`} />
        </p>
      )}
      {!link && (
        <p class="offer-hint">
          {t('avails.link')}{' '}
          <Command
            line={`lanterne avails link ${quoted(avail.alid)} ${t('avails.titleArgument')} --studio ${quoted(avail.studio)}`}
          />
        </p>
      )}
    </li>
  );
}

export function licenceName(licence: string): string {
  const key = `media.${licence.toLowerCase()}`;
  return isKey(key) ? t(key) : licence;
}

const spoken = (all: Right['allowed']) =>
  all
    .map((one) => {
      const as = `avails.as.${one.as ?? ''}`;
      return isKey(as)
        ? t(as, { language: languageName(one.language) })
        : languageName(one.language);
    })
    .join(', ');

function RightLine({ right }: { right: Right }) {
  return (
    <li class="right">
      <p class="right-window">
        <strong>{whereSaid(right.territories)}</strong>
        <span>
          {edgeOf(right.start)} <Icon name="right" />{' '}
          <span class="unseen">{t('avails.until')}</span>
          {edgeOf(right.end)}
        </span>
      </p>
      <p class="right-terms">
        <span>{licenceName(right.licence)}</span>
        <span>{right.hdr ? `${right.format} HDR` : right.format}</span>
        {right.exclusive && <span class="flag is-exclusive">{t('card.exclusive')}</span>}
        {right.status && <span lang="en">{right.status}</span>}
        {right.price && <span>{right.price}</span>}
        {right.allowed.length > 0 && (
          <span>{t('avails.allowed', { languages: spoken(right.allowed) })}</span>
        )}
        {right.held_back.length > 0 && (
          <span>{t('avails.heldBack', { languages: spoken(right.held_back) })}</span>
        )}
        {right.contract && <span>{t('avails.contract', { id: right.contract })}</span>}
      </p>
    </li>
  );
}
