// Why something may be watched or not: the verdict, and the chain of what led to it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, type Problem, query } from '../core/api';
import { problemText } from '../core/problems';
import { useAnswer } from '../core/resource';
import { go, place } from '../core/router';
import { service } from '../core/session';
import { useStore } from '../core/store';
import type { ConsoleTitle, Page } from '../core/types';
import { countryName, isKey, languageName, t } from '../i18n';
import { language } from '../i18n/language';
import { useDocumentTitle } from '../ui/document';
import { Refusal } from '../ui/form';
import { Icon } from '../ui/icons';
import { Empty, Failure, Loading } from '../ui/states';
import { RightsTabs } from './calendar';
import { CountryField } from './countries';
import { Head, Said } from './parts';
import type { Explanation, Link } from './reports';
import { nameOf } from './titles';
import { dayIn, instantOf, shortDayOf, timeOf } from './when';

export function Explain() {
  useDocumentTitle(t('rights.explain'));
  const asked = useStore(place).query;
  const home = useStore(service)?.territory ?? '';
  const of = (name: string) => asked.get(name) ?? '';
  const territory = of('territory') || home;
  const path =
    of('title') && territory
      ? query('/console/rights/explain', {
          title: of('title'),
          territory,
          at: of('at'),
          member: of('member'),
          season: of('season'),
          episode: of('episode'),
        })
      : null;
  const answer = useAnswer<Explanation>(path);
  const x = answer.value;
  return (
    <>
      <Head title={t('rights.explain')} />
      <RightsTabs here="explain" />
      <Question
        key={asked.toString()}
        asked={asked}
        territory={territory}
        answer={x}
        problem={answer.problem}
      />
      <div aria-live="polite">
        {path && !x && !answer.problem && <Loading />}
        {!x && answer.problem && !isOurs(answer.problem) && (
          <Failure problem={answer.problem} retry={answer.refresh} />
        )}
        {x && <Answer x={x} />}
        {!path && <Empty title={t('explain.ask')} text={t('explain.askMore')} />}
      </div>
    </>
  );
}

/** Whether whoever asked can do something about it in the form. */
const isOurs = (problem: Problem) => problem.status === 422 || problem.status === 404;

function refusalOf(problem: Problem | null, hasMember: boolean): string | null {
  if (!problem || !isOurs(problem)) return null;
  if (problem.field === 'member') return t('explain.noMember');
  if (problem.field === 'at') return t('explain.noInstant');
  if (problem.status === 404) return t(hasMember ? 'explain.noneOf' : 'explain.noTitle');
  return problem.detail ? t('edit.field.bad', { detail: problem.detail }) : problemText(problem);
}

/** Names that were found while typing; what is written goes as it is when it is none of them. */
function useTitles() {
  const [found, setFound] = useState<ConsoleTitle[]>([]);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const look = (q: string) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      get<Page<ConsoleTitle>>(query('/console/titles', { q, limit: 20 })).then(
        (page) => setFound(page.items),
        () => setFound([]),
      );
    }, 200);
  };
  return { found, look };
}

const optionOf = (title: ConsoleTitle) =>
  `${nameOf(title)}${title.year ? ` (${title.year})` : ''} · ${title.id}`;

/** "2013-07-15T20:00" of an instant, as an input for local times wants it. */
function localOf(at: string, x: Explanation | null): string {
  if (/^\d{4}-\d\d-\d\d$/.test(at)) return `${at}T00:00`;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(at)) return at;
  if (!at || !x) return '';
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: x.zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(x.at));
  return `${dayIn(new Date(x.at), x.zone)}T${time}`;
}

function Question(props: {
  asked: URLSearchParams;
  territory: string;
  answer: Explanation | null;
  problem: Problem | null;
}) {
  const { asked, answer } = props;
  const of = (name: string) => asked.get(name) ?? '';
  const { found, look } = useTitles();
  const [title, setTitle] = useState(of('title'));
  useEffect(() => {
    if (answer?.name && title === of('title') && answer.title)
      setTitle(`${answer.name} · ${answer.title}`);
  }, [answer]);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const said = (name: string) =>
      (form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement).value.trim();
    const id = / · ([a-z2-7]{26})$/.exec(title.trim())?.[1] ?? title.trim();
    if (!id) return;
    go(
      query('/console/rights/explain', {
        title: id,
        territory: said('territory'),
        at: said('at'),
        member: said('member'),
        season: said('season'),
        episode: said('episode'),
      }),
      of('title') !== '',
    );
  };
  return (
    <form class="explain-form" onSubmit={send} noValidate>
      <Refusal text={refusalOf(props.problem, of('member') !== '')} />
      <div class="fields">
        <div class="field explain-title">
          <label for="explain-title">{t('explain.title')}</label>
          <input
            id="explain-title"
            name="title"
            list="explain-titles"
            value={title}
            maxLength={400}
            autocomplete="off"
            required
            aria-describedby="explain-title-hint"
            onInput={(event) => {
              setTitle(event.currentTarget.value);
              look(event.currentTarget.value.trim());
            }}
          />
          <datalist id="explain-titles">
            {found.map((one) => (
              <option key={one.id} value={optionOf(one)} />
            ))}
          </datalist>
          <p class="field-hint" id="explain-title-hint">
            {t('explain.titleHint')}
          </p>
        </div>
        <CountryField name="territory" label={t('rights.territory')} value={props.territory} />
        <div class="field">
          <label for="explain-at">{t('explain.at')}</label>
          <input
            id="explain-at"
            name="at"
            type="datetime-local"
            defaultValue={localOf(of('at'), answer)}
            aria-describedby="explain-at-hint"
          />
          <p class="field-hint" id="explain-at-hint">
            {answer ? t('rights.zone', { zone: answer.zone }) : t('explain.atHint')}
          </p>
        </div>
        <div class="field">
          <label for="explain-member">{t('explain.member')}</label>
          <input
            id="explain-member"
            name="member"
            type="email"
            defaultValue={of('member')}
            maxLength={254}
            autocomplete="off"
            aria-describedby="explain-member-hint"
          />
          <p class="field-hint" id="explain-member-hint">
            {t('explain.memberHint')}
          </p>
        </div>
        {(['season', 'episode'] as const).map((name) => (
          <div class="field is-short" key={name}>
            <label for={`explain-${name}`}>{t(`explain.${name}`)}</label>
            <input
              id={`explain-${name}`}
              name={name}
              type="number"
              min="0"
              max="10000"
              defaultValue={of(name)}
            />
          </div>
        ))}
      </div>
      <button type="submit" class="button is-light">
        {t('explain.submit')}
      </button>
    </form>
  );
}

const VERDICT_ICONS = { playable: 'play', visible: 'eye', hidden: 'eyeOff' } as const;

function Answer({ x }: { x: Explanation }) {
  const reason = `reason.${x.reason}`;
  const episode =
    x.season !== null && x.episode !== null
      ? t('episodeShort', { season: x.season, episode: x.episode })
      : null;
  return (
    <section class={`verdict is-${x.verdict}`} aria-labelledby="verdict">
      <div class="verdict-head">
        <Icon name={VERDICT_ICONS[x.verdict]} class="verdict-icon" />
        <div>
          <h2 id="verdict" class="display">
            {t(`verdict.${x.verdict}`)}
          </h2>
          <p class="verdict-what">
            {[x.name, episode].filter(Boolean).join(' ')}
            {' · '}
            {countryName(x.territory)}
            {' · '}
            {instantOf(x.at, x.zone)}
          </p>
          <p class="verdict-reason">{isKey(reason) ? t(reason) : x.text}</p>
          {x.because && (
            <p class="verdict-because">
              {t('explain.because')} <Said text={x.because} />
            </p>
          )}
        </div>
      </div>
      <Bar x={x} />
      {x.verdict === 'playable' && x.format && (
        <p class="console-note">
          {t('explain.format', {
            format: x.format,
            languages: x.languages
              ? x.languages
                  .split(/[\s,]+/)
                  .map(languageName)
                  .join(', ')
              : t('explain.allLanguages'),
          })}
        </p>
      )}
      <Chain x={x} />
    </section>
  );
}

/** Where in time the verdict holds, and where in it the instant lies. */
function Bar({ x }: { x: Explanation }) {
  const at = Date.parse(x.at);
  const from = x.from ? Date.parse(x.from) : null;
  const until = x.until ? Date.parse(x.until) : null;
  const reach = Math.max(86_400_000, at - (from ?? at), (until ?? at) - at);
  const start = Math.min(from ?? at - reach, at) - reach * 0.18;
  const end = Math.max(until ?? at + reach, at) + reach * 0.18;
  const part = (time: number) => `${(((time - start) / (end - start)) * 100).toFixed(2)}%`;
  const left = from === null ? '0%' : part(from);
  const right = until === null ? '0%' : `${(100 - parseFloat(part(until))).toFixed(2)}%`;
  const name = (instant: string) => `${shortDayOf(instant, x.zone)}, ${timeOf(instant, x.zone)}`;
  return (
    <div class="span">
      <div class="span-bar" aria-hidden="true">
        <span
          class={`span-part ${from === null ? 'is-open-left' : ''} ${
            until === null ? 'is-open-right' : ''
          }`}
          style={{ left, right }}
        />
        <span class="span-at" style={{ left: part(at) }} />
      </div>
      <dl class="span-ends">
        <div>
          <dt>{t('explain.from')}</dt>
          <dd>{x.from ? name(x.from) : t('explain.ever')}</dd>
        </div>
        <div>
          <dt>{t('explain.asked')}</dt>
          <dd>{name(x.at)}</dd>
        </div>
        <div>
          <dt>{t('explain.until')}</dt>
          <dd>{x.until ? name(x.until) : t('explain.open')}</dd>
        </div>
      </dl>
    </div>
  );
}

const isBlock = (link: Link) => link.kind === 'deal' || link.kind === 'law';

/** What a link means for the title: lets it through, stands in its way, or does not matter. */
export function effectOf(link: Link): 'good' | 'bad' | 'idle' {
  if (isBlock(link)) return link.holds ? 'bad' : 'idle';
  if (link.holds) return 'good';
  return link.kind === 'right' ? 'idle' : 'bad';
}

function Chain({ x }: { x: Explanation }) {
  // Laws and deals that bear on nothing here are many; they are kept, and folded away.
  const shown = x.chain.filter((link) => !isBlock(link) || link.holds);
  const idle = x.chain.filter((link) => isBlock(link) && !link.holds);
  return (
    <>
      <h3 class="chain-title">{t('explain.chain')}</h3>
      {language.get() !== 'en' && <p class="console-note">{t('explain.english')}</p>}
      <ol class="chain">
        {shown.map((link, i) => (
          <ChainRow key={i} link={link} because={x.because} />
        ))}
      </ol>
      {idle.length > 0 && (
        <details class="chain-idle">
          <summary>{t('explain.idle', { n: idle.length })}</summary>
          <ol class="chain">
            {idle.map((link, i) => (
              <ChainRow key={i} link={link} because={x.because} />
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

const EFFECT_ICONS = { good: 'check', bad: 'close', idle: 'info' } as const;

function ChainRow({ link, because }: { link: Link; because: string | null }) {
  const effect = effectOf(link);
  const kind = `chain.${link.kind}`;
  const decides = because !== null && link.source === because;
  const word = isBlock(link)
    ? link.holds
      ? 'chain.blocks'
      : 'chain.idle'
    : link.holds
      ? 'chain.holds'
      : 'chain.fails';
  return (
    <li class={`chain-row is-${effect} ${decides ? 'is-decisive' : ''}`}>
      <Icon name={EFFECT_ICONS[effect]} class="chain-icon" />
      <div>
        <p class="chain-kind">
          <strong>{isKey(kind) ? t(kind) : link.kind}</strong>
          <span class="chain-word">{t(word)}</span>
          {decides && <span class="chain-decides">{t('chain.decides')}</span>}
        </p>
        <p>
          <Said text={link.text} />
        </p>
        {link.source && <p class="chain-source">{link.source}</p>}
      </div>
    </li>
  );
}
