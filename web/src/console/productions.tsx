// Our own productions: what was ordered, what was delivered, what was paid, when it is released.
import { useAnswer, useEvery } from '../core/resource';
import { isKey, languageName, list, number, span, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { Empty, Failure, Loading } from '../ui/states';
import { NotFoundPage } from '../pages/not-found';
import { Command, Facts, Head, Said } from './parts';
import type { Delivery, Inspection, Items, Production, Sound } from './reports';
import { dayOf, instantOf, moneyOf, shortDayOf, useHouseZone } from './when';

export function productionState(state: string): string {
  const key = `production.state.${state}`;
  return isKey(key) ? t(key) : state;
}

const StateBadge = ({ state }: { state: string }) => (
  <span class={`state-badge is-made-${state}`}>{productionState(state)}</span>
);

const nameOf = (one: Production) => one.name ?? one.id;

export function Productions() {
  useDocumentTitle(t('productions.title'));
  const answer = useAnswer<Items<Production>>('/console/productions');
  useEvery(20, true, answer.refresh);
  const zone = useHouseZone();
  const items = answer.value?.items ?? [];
  return (
    <>
      <Head title={t('productions.title')} />
      {answer.problem && !answer.value && (
        <Failure problem={answer.problem} retry={answer.refresh} />
      )}
      {!answer.value && !answer.problem && <Loading />}
      {answer.value && items.length === 0 && (
        <Empty title={t('productions.none')} text={t('productions.noneMore')} />
      )}
      <ul class="production-list">
        {items.map((one) => (
          <li key={one.id} class="panel production-card">
            <div class="offer-head">
              <h2>
                <a href={`/console/productions/${one.id}`}>{nameOf(one)}</a>
              </h2>
              <StateBadge state={one.state} />
            </div>
            <Reel production={one} />
            <Facts
              facts={[
                [t('productions.studio'), one.studio],
                [t('productions.next'), one.due ? dayOf(one.due) : null],
                [t('productions.release'), one.release ? instantOf(one.release, zone) : null],
                [t('productions.paid'), paidSaid(one)],
              ]}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

const paidSaid = ({ budget }: Production) =>
  Number(budget.amount) > 0
    ? t('productions.paidOf', {
        paid: moneyOf(budget.paid, budget.currency),
        of: moneyOf(budget.amount, budget.currency),
      })
    : null;

/** A frame an episode, filled as its master comes in. */
function Reel({ production }: { production: Production }) {
  const { deliveries } = production;
  return (
    <p class="reel">
      <span class="reel-frames" aria-hidden="true">
        {deliveries.map((one) => (
          <span
            key={`${one.season}-${one.episode}`}
            class={`is-${one.state} ${one.late ? 'is-late' : ''}`}
          />
        ))}
      </span>
      <span>
        {t('productions.delivered', {
          delivered: production.delivered,
          accepted: production.accepted,
          of: production.deliveries.length,
        })}
      </span>
    </p>
  );
}

const LIFE = ['commissioned', 'in-production', 'delivering', 'in-review', 'ready', 'released'];

function Steps({ state }: { state: string }) {
  const at = LIFE.indexOf(state);
  if (at < 0) return null;
  return (
    <ol class="steps" aria-label={t('production.life')}>
      {LIFE.map((one, i) => (
        <li
          key={one}
          class={i < at ? 'is-past' : i === at ? 'is-here' : ''}
          aria-current={i === at ? 'step' : undefined}
        >
          {productionState(one)}
        </li>
      ))}
    </ol>
  );
}

export function ProductionPage({ id }: { id: string }) {
  const answer = useAnswer<Production>(`/console/productions/${encodeURIComponent(id)}`);
  useEvery(10, true, answer.refresh);
  const zone = useHouseZone();
  const one = answer.value;
  useDocumentTitle(one ? nameOf(one) : t('productions.title'));
  if (answer.problem?.status === 404) return <NotFoundPage />;
  if (!one) {
    return answer.problem ? (
      <Failure problem={answer.problem} retry={answer.refresh} />
    ) : (
      <Loading />
    );
  }
  return (
    <>
      <p class="console-back">
        <a href="/console/productions">
          <Icon name="back" />
          {t('productions.title')}
        </a>
      </p>
      <Head title={nameOf(one)}>
        <StateBadge state={one.state} />
      </Head>
      <Steps state={one.state} />
      {one.ended_because && <p class="refusal">{one.ended_because}</p>}
      <div class="land">
        <section class="panel" aria-labelledby="made-title">
          <h2 id="made-title">{t('production.order')}</h2>
          <Facts
            facts={[
              [t('productions.studio'), one.studio],
              [t('production.creators'), one.creators],
              [
                t('production.episodes'),
                one.episodes > 0 ? t('count.episodes', { n: one.episodes }) : t('kind.film'),
              ],
              [
                t('productions.release'),
                one.release ? instantOf(one.release, zone) : t('production.noRelease'),
              ],
              [
                t('production.title'),
                <a href={`/console/titles/${one.title}`}>{t('avails.toTitle')}</a>,
              ],
            ]}
          />
          {one.state === 'ready' && !one.release && (
            <p class="offer-hint">
              {t('production.releaseHow')}{' '}
              <Command line={`lanterne production release ${one.id} --at …`} />
            </p>
          )}
        </section>
        <section class="panel" aria-labelledby="terms-title">
          <h2 id="terms-title">{t('production.terms')}</h2>
          <Facts facts={termsOf(one)} />
        </section>
      </div>
      <Deliveries production={one} zone={zone} />
      <Instalments production={one} />
    </>
  );
}

const orNot = (n: number | null, say: (n: number) => string) => (n === null ? null : say(n));
const fine = (n: number) => number(n, { maximumFractionDigits: 1 });

function termsOf({ terms }: Production): [string, string | null][] {
  return [
    [t('production.audio'), list(terms.audio.map(languageName)) || null],
    [t('production.captions'), list(terms.captions.map(languageName)) || null],
    [
      t('production.channels'),
      orNot(terms.channels, (n) => t('production.atLeast', { n: fine(n) })),
    ],
    [
      t('production.loudness'),
      orNot(terms.loudness, (n) => `${fine(n)} LUFS ± ${fine(terms.tolerance ?? 0)} LU`),
    ],
    [
      t('production.truePeak'),
      orNot(terms.true_peak, (n) => t('production.atMost', { n: `${fine(n)} dBTP` })),
    ],
    [t('production.lines'), orNot(terms.lines, (n) => t('production.atLeast', { n: fine(n) }))],
    [
      t('production.black'),
      orNot(terms.black, (n) => t('production.atMost', { n: `${fine(n)} s` })),
    ],
    [
      t('production.silent'),
      orNot(terms.silent, (n) => t('production.atMost', { n: `${fine(n)} s` })),
    ],
  ];
}

function Deliveries({ production, zone }: { production: Production; zone: string | undefined }) {
  return (
    <section class="deliveries" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title" class="console-h2">
        {t('production.deliveries')}
      </h2>
      <Reel production={production} />
      <ol>
        {production.deliveries.map((one) => (
          <DeliveryCard key={`${one.season}-${one.episode}`} delivery={one} zone={zone} />
        ))}
      </ol>
    </section>
  );
}

function DeliveryCard({ delivery, zone }: { delivery: Delivery; zone: string | undefined }) {
  const { report } = delivery;
  const faults = report?.findings.filter((one) => one.fault) ?? [];
  const notes = report?.findings.filter((one) => !one.fault) ?? [];
  const name =
    delivery.episode > 0
      ? t('episodeShort', { season: delivery.season, episode: delivery.episode })
      : t('kind.film');
  return (
    <li class={`delivery is-${delivery.state}`} data-episode={delivery.episode}>
      <div class="delivery-head">
        <h3>{name}</h3>
        <span class={`state-badge is-master-${delivery.state}`}>
          {t(`delivery.${delivery.state}`)}
        </span>
        {delivery.late && <span class="flag is-going">{t('delivery.late')}</span>}
        <span class="delivery-due">{t('delivery.dueOn', { date: dayOf(delivery.due) })}</span>
      </div>
      {delivery.note && <p class="delivery-note">{delivery.note}</p>}
      {faults.length > 0 && (
        <ul class="delivery-faults" aria-label={t('delivery.faults')}>
          {faults.map((one, i) => (
            <li key={i}>
              <Icon name="close" />
              <Said text={one.text} />
            </li>
          ))}
        </ul>
      )}
      {report && (
        <details>
          <summary>
            {t('delivery.report', { date: shortDayOf(report.inspected, zone) })}
            <span class="unseen"> {name}</span>
          </summary>
          <InspectionFacts report={report} zone={zone} />
          {notes.length > 0 && (
            <ul class="delivery-notes">
              {notes.map((one, i) => (
                <li key={i}>
                  <Said text={one.text} />
                </li>
              ))}
            </ul>
          )}
        </details>
      )}
    </li>
  );
}

function soundSaid(sound: Sound): string {
  const parts = [languageName(sound.language), t('delivery.channels', { n: sound.channels })];
  if (sound.loudness !== null) parts.push(`${fine(sound.loudness)} LUFS`);
  if (sound.true_peak !== null) parts.push(`${fine(sound.true_peak)} dBTP`);
  return parts.join(' · ');
}

const ends = ({ head, tail }: { head: number; tail: number }) =>
  t('delivery.ends', { head: `${fine(head)} s`, tail: `${fine(tail)} s` });

function InspectionFacts({ report, zone }: { report: Inspection; zone: string | undefined }) {
  return (
    <Facts
      facts={[
        [t('delivery.file'), report.file],
        [t('delivery.inspected'), instantOf(report.inspected, zone)],
        [t('edit.duration'), report.seconds ? span(report.seconds) : null],
        [
          t('delivery.picture'),
          report.width && report.height ? `${report.width} × ${report.height}` : null,
        ],
        [t('production.black'), report.black ? ends(report.black) : null],
        ...(report.sounds ?? []).map((sound): [string, string] => [
          t('delivery.sound'),
          soundSaid(sound),
        ]),
        [t('production.captions'), report.captions?.map(languageName).join(', ') ?? null],
      ]}
    />
  );
}

function Instalments({ production }: { production: Production }) {
  const { instalments, budget } = production;
  if (instalments.length === 0) return null;
  return (
    <section class="instalments" aria-labelledby="instalments-title">
      <h2 id="instalments-title" class="console-h2">
        {t('production.budget')}
      </h2>
      <p class="console-note">{paidSaid(production)}</p>
      <table class="table">
        <caption class="unseen">{t('production.budget')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('production.instalment')}</th>
            <th scope="col">{t('production.amount')}</th>
            <th scope="col">{t('production.due')}</th>
            <th scope="col">{t('production.paid')}</th>
          </tr>
        </thead>
        <tbody>
          {instalments.map((one) => (
            <tr key={one.name}>
              <th scope="row" data-label={t('production.instalment')}>
                <span class="table-name">{one.name}</span>
              </th>
              <td data-label={t('production.amount')}>{moneyOf(one.amount, budget.currency)}</td>
              <td data-label={t('production.due')}>{dayOf(one.due)}</td>
              <td data-label={t('production.paid')}>
                <span class={`readiness ${one.paid ? 'is-ready' : ''}`}>
                  {one.paid ? dayOf(one.paid) : t('production.unpaid')}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
