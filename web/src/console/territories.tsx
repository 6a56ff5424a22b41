// Countries: what they are, what is planned for them, and whether one may be opened.
import { query } from '../core/api';
import { useAnswer } from '../core/resource';
import { go, place } from '../core/router';
import { useStore } from '../core/store';
import { countryName, isKey, languageName, number, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { Failure, Loading } from '../ui/states';
import { CountryField } from './countries';
import { Facts, Head, Said } from './parts';
import type { Change, Readiness, Rule, Territory } from './reports';
import { instantOf, moneyOf, useTerritories } from './when';

export function stateName(state: string): string {
  const key = `territory.state.${state}`;
  return isKey(key) ? t(key) : state;
}

const StateBadge = ({ state }: { state: string }) => (
  <span class={`state-badge is-land-${state}`}>{stateName(state)}</span>
);

export function Territories() {
  useDocumentTitle(t('territories.title'));
  const answer = useTerritories();
  const items = answer.value?.items ?? [];
  return (
    <>
      <Head title={t('territories.title')}>
        <div class="console-pick">
          <CountryField
            name="territory-other"
            label={t('territories.other')}
            value=""
            any={t('territories.choose')}
            onChange={(code) => code && go(`/console/territories/${code}`)}
          />
        </div>
      </Head>
      {answer.problem && !answer.value && (
        <Failure problem={answer.problem} retry={answer.refresh} />
      )}
      {!answer.value && !answer.problem && <Loading />}
      {items.length > 0 && (
        <table class="table">
          <caption class="unseen">{t('territories.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('territories.th.country')}</th>
              <th scope="col">{t('console.th.state')}</th>
              <th scope="col">{t('territories.th.next')}</th>
              <th scope="col">{t('territories.th.price')}</th>
              <th scope="col">{t('territories.th.tax')}</th>
              <th scope="col">{t('territories.th.report')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <Line key={one.territory} territory={one} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

const nextSaid = ({ next, zone }: Territory) =>
  next
    ? t('territories.nextAt', { state: stateName(next.state), at: instantOf(next.at, zone) })
    : null;
const priceSaid = (one: Territory) => (one.price ? moneyOf(one.price, one.currency) : null);
const taxSaid = (one: Territory) =>
  one.tax_percent === null
    ? null
    : number(one.tax_percent / 100, { style: 'percent', maximumFractionDigits: 1 });

function Line({ territory }: { territory: Territory }) {
  const name = countryName(territory.territory);
  return (
    <tr>
      <th scope="row" data-label={t('territories.th.country')}>
        <a class="table-title" href={`/console/territories/${territory.territory}`}>
          <span>
            <span class="table-name">{name}</span>
            <span class="table-sub">{territory.languages.map(languageName).join(', ')}</span>
          </span>
        </a>
      </th>
      <td data-label={t('console.th.state')}>
        <StateBadge state={territory.state} />
      </td>
      <td data-label={t('territories.th.next')} class="is-wrapping">
        {nextSaid(territory) ?? '–'}
      </td>
      <td data-label={t('territories.th.price')}>{priceSaid(territory) ?? '–'}</td>
      <td data-label={t('territories.th.tax')}>{taxSaid(territory) ?? '–'}</td>
      <td data-label={t('territories.th.report')}>
        <a
          class="button is-small"
          href={`/console/territories/${territory.territory}`}
          aria-label={t('territories.reportOf', { name })}
        >
          {t('territories.see')}
        </a>
      </td>
    </tr>
  );
}

/** One country, and how ready it is on a day. */
export function TerritoryPage({ code }: { code: string }) {
  const name = countryName(code);
  useDocumentTitle(name);
  const day = useStore(place).query.get('at') ?? '';
  const territory = useTerritories().value?.items.find((one) => one.territory === code);
  const check = useAnswer<Readiness>(
    query(`/console/territories/${encodeURIComponent(code)}/check`, { at: day }),
  );
  const report = check.value;
  return (
    <>
      <p class="console-back">
        <a href="/console/territories">
          <Icon name="back" />
          {t('territories.title')}
        </a>
      </p>
      <Head title={name}>{report && <StateBadge state={territory?.state ?? report.state} />}</Head>
      {territory && <Life territory={territory} />}
      <section aria-labelledby="report-title" class="report">
        <div class="report-head">
          <h2 id="report-title">{t('report.title')}</h2>
          <div class="field">
            <label for="report-at">{t('report.at')}</label>
            <input
              id="report-at"
              type="date"
              value={day.slice(0, 10)}
              onChange={(event) =>
                go(query(`/console/territories/${code}`, { at: event.currentTarget.value }), true)
              }
            />
          </div>
        </div>
        {check.problem && !report && <Failure problem={check.problem} retry={check.refresh} />}
        {!report && !check.problem && <Loading />}
        {report && <Report report={report} zone={territory?.zone} />}
      </section>
    </>
  );
}

function Life({ territory }: { territory: Territory }) {
  const roaming = `territory.roaming.${territory.roaming}`;
  return (
    <div class="land">
      <section class="panel" aria-labelledby="life-title">
        <h2 id="life-title">{t('territory.life')}</h2>
        {territory.life.length === 0 && <p>{stateName('planned')}</p>}
        <ol class="life">
          {territory.life.map((change, i) => (
            <LifeRow key={i} change={change} territory={territory} last={i} />
          ))}
        </ol>
      </section>
      <section class="panel" aria-labelledby="land-facts-title">
        <h2 id="land-facts-title">{t('territory.facts')}</h2>
        <Facts
          facts={[
            [t('territories.th.price'), priceSaid(territory) ?? t('territory.notSet')],
            [t('territories.th.tax'), taxSaid(territory) ?? t('territory.notSet')],
            [t('territory.currency'), territory.currency],
            [t('territory.languages'), territory.languages.map(languageName).join(', ')],
            [t('territory.ratings'), territory.ratings.join(', ')],
            [t('territory.zone'), territory.zone],
            [t('territory.roaming'), isKey(roaming) ? t(roaming) : territory.roaming],
          ]}
        />
      </section>
    </div>
  );
}

function LifeRow(props: { change: Change; territory: Territory; last: number }) {
  const { change, territory } = props;
  const { life, next } = territory;
  const nextAt = next ? life.findIndex((one) => one.at === next.at) : life.length;
  const planned = props.last >= (nextAt < 0 ? life.length : nextAt);
  return (
    <li class={planned ? 'is-planned' : ''}>
      <StateBadge state={change.state} />
      <span>
        {change.at ? instantOf(change.at, territory.zone) : t('territory.ever')}
        {planned && ` · ${t('territory.planned')}`}
      </span>
      {change.reason && <span class="life-reason">{change.reason}</span>}
    </li>
  );
}

function Report({ report, zone }: { report: Readiness; zone: string | undefined }) {
  const failing = report.rules.filter((rule) => !rule.pass && rule.blocking);
  const notes = report.rules.filter((rule) => !rule.pass && !rule.blocking);
  const passing = report.rules.filter((rule) => rule.pass);
  const shares: [string, number][] = [
    [t('report.cleared'), report.cleared],
    [t('report.inLanguage'), report.in_language],
    [t('report.rated'), report.rated],
  ];
  return (
    <>
      <div class={`verdict is-${report.ready ? 'playable' : 'hidden'}`}>
        <div class="verdict-head">
          <Icon name={report.ready ? 'check' : 'alert'} class="verdict-icon" />
          <div>
            <p class="display verdict-word">
              {t(report.ready ? 'report.ready' : 'report.notReady')}
            </p>
            <p class="verdict-what">{instantOf(report.at, zone)}</p>
            <p class="verdict-reason">
              {t('report.counts', {
                failing: failing.length,
                notes: notes.length,
                passing: passing.length,
              })}
            </p>
          </div>
        </div>
        <ul class="shares">
          {shares.map(([name, n]) => (
            <li key={name}>
              <span>{name}</span>
              <meter min={0} max={Math.max(1, report.titles)} value={n} aria-label={name} />
              <span>{t('report.of', { n, of: report.titles })}</span>
            </li>
          ))}
        </ul>
      </div>
      <Rules name={t('report.failing')} rules={failing} code={report.territory} at={report.at} />
      <Rules name={t('report.notes')} rules={notes} code={report.territory} at={report.at} />
      <Rules
        name={t('report.passing')}
        rules={passing}
        code={report.territory}
        at={report.at}
        folded
      />
    </>
  );
}

/** folded: what is fine is there for whoever asks. */
function Rules(props: { name: string; rules: Rule[]; code: string; at: string; folded?: boolean }) {
  const { name, rules } = props;
  if (rules.length === 0) return null;
  const all = (
    <ul>
      {rules.map((rule) => (
        <RuleCard key={rule.id} rule={rule} code={props.code} at={props.at} />
      ))}
    </ul>
  );
  const count = <span class="count">{rules.length}</span>;
  return (
    <section class="rules" aria-label={name}>
      {props.folded ? (
        <details>
          <summary>
            {name} {count}
          </summary>
          {all}
        </details>
      ) : (
        <>
          <h3>
            {name} {count}
          </h3>
          {all}
        </>
      )}
    </section>
  );
}

/** "ID Name of the title: why", as the service lists what fails a rule. */
export function failingOf(line: string): { id: string | null; name: string; why: string } {
  const found = /^([a-z2-7]{26}) (.*): ([^:]*)$/s.exec(line);
  return found
    ? { id: found[1] as string, name: found[2] as string, why: found[3] as string }
    : { id: null, name: line, why: '' };
}

function RuleCard({ rule, code, at }: { rule: Rule; code: string; at: string }) {
  const effect = rule.pass ? 'good' : rule.blocking ? 'bad' : 'idle';
  const id = `rule.${rule.id}`;
  return (
    <li class={`rule is-${effect}`}>
      <Icon name={rule.pass ? 'check' : rule.blocking ? 'close' : 'info'} class="chain-icon" />
      <div>
        <p class="rule-text">
          <span class="unseen">{t(rule.pass ? 'report.passes' : 'report.fails')} </span>
          {isKey(id) ? t(id) : <Said text={rule.text} />}
        </p>
        <dl class="rule-numbers">
          <div>
            <dt>{t('report.found')}</dt>
            <dd>
              <Said text={rule.found || '–'} />
            </dd>
          </div>
          <div>
            <dt>{t('report.required')}</dt>
            <dd>
              <Said text={rule.required || '–'} />
            </dd>
          </div>
          {rule.remedy && (
            <div>
              <dt>{t('report.remedy')}</dt>
              <dd>
                {rule.remedy.startsWith('lanterne ') ? (
                  <code class="command">{rule.remedy}</code>
                ) : (
                  <Said text={rule.remedy} />
                )}
              </dd>
            </div>
          )}
        </dl>
        <p class="chain-source">
          {rule.source} · <code>{rule.id}</code>
        </p>
        {rule.failing.length > 0 && (
          <details class="rule-failing">
            <summary>{t('report.titles', { n: rule.failing_count })}</summary>
            <ul>
              {rule.failing.map((line) => (
                <FailingTitle key={line} line={line} code={code} at={at} />
              ))}
              {rule.failing_count > rule.failing.length && (
                <li>{t('report.more', { n: rule.failing_count - rule.failing.length })}</li>
              )}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}

function FailingTitle({ line, code, at }: { line: string; code: string; at: string }) {
  const { id, name, why } = failingOf(line);
  if (!id) return <li>{name}</li>;
  return (
    <li>
      <a href={`/console/titles/${id}`}>{name}</a> <Said text={why} />{' '}
      <a href={query('/console/rights/explain', { title: id, territory: code, at })}>
        {t('calendar.why')}
        <span class="unseen"> {name}</span>
      </a>
    </li>
  );
}
