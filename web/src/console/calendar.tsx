// What opens and closes in the weeks to come, a row a week.
import { query } from '../core/api';
import { useAnswer } from '../core/resource';
import { go, place } from '../core/router';
import { useStore } from '../core/store';
import { countryName, isKey, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { Empty, Failure, Loading } from '../ui/states';
import { CountryField } from './countries';
import { Head, Tabs } from './parts';
import type { Calendar as Answer, Turn } from './reports';
import { addDays, dayIn, dayNumberOf, dayOf, mondayOf, timeOf, weekdayOf } from './when';

const SPANS = [4, 8, 13, 26, 52];
const SHOWN_A_DAY = 6;

export function RightsTabs({ here }: { here: 'calendar' | 'explain' }) {
  return (
    <Tabs
      name={t('rights.title')}
      links={[
        ['/console/rights', t('rights.calendar'), here === 'calendar'],
        ['/console/rights/explain', t('rights.explain'), here === 'explain'],
      ]}
    />
  );
}

export function Calendar() {
  useDocumentTitle(t('rights.calendar'));
  const asked = useStore(place).query;
  const territory = asked.get('territory') ?? '';
  const from = asked.get('from') ?? '';
  const weeks = Number(asked.get('weeks')) || 4;
  const answer = useAnswer<Answer>(query('/console/rights/calendar', { territory, from, weeks }));
  const move = (more: Record<string, string | number>) =>
    go(query('/console/rights', { territory, from, weeks, ...more }), true);
  const calendar = answer.value;
  const first = calendar ? mondayOf(dayIn(new Date(calendar.from), calendar.zone)) : '';
  return (
    <>
      <Head title={t('rights.calendar')} />
      <RightsTabs here="calendar" />
      <div class="console-ask">
        <CountryField
          name="calendar-territory"
          label={t('rights.territory')}
          value={territory}
          any={t('calendar.everywhere')}
          onChange={(code) => move({ territory: code })}
        />
        <div class="field">
          <label for="calendar-weeks">{t('calendar.span')}</label>
          <select
            id="calendar-weeks"
            value={weeks}
            onChange={(event) => move({ weeks: event.currentTarget.value })}
          >
            {SPANS.map((n) => (
              <option key={n} value={n} selected={n === weeks}>
                {t('calendar.weeks', { n })}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="calendar-from">{t('calendar.from')}</label>
          <input
            id="calendar-from"
            type="date"
            value={from || first}
            onChange={(event) => move({ from: event.currentTarget.value })}
          />
        </div>
        <div class="console-turn">
          <button
            type="button"
            class="button is-small"
            aria-disabled={!calendar}
            onClick={() => calendar && move({ from: addDays(first, -7 * weeks) })}
          >
            <Icon name="left" />
            {t('calendar.before')}
          </button>
          <button
            type="button"
            class="button is-small"
            aria-disabled={!calendar}
            onClick={() => calendar && move({ from: addDays(first, 7 * weeks) })}
          >
            {t('calendar.after')}
            <Icon name="right" />
          </button>
        </div>
      </div>
      {answer.problem && !calendar && <Failure problem={answer.problem} retry={answer.refresh} />}
      {!calendar && !answer.problem && <Loading />}
      {calendar && (
        <>
          <p class="console-note">
            {t('rights.zone', { zone: calendar.zone })}
            {calendar.cut && <strong> {t('calendar.cut')}</strong>}
          </p>
          {calendar.items.length === 0 && (
            <Empty title={t('calendar.none')} text={t('calendar.noneMore')} />
          )}
          {calendar.items.length > 0 && <Weeks calendar={calendar} first={first} />}
        </>
      )}
    </>
  );
}

function Weeks({ calendar, first }: { calendar: Answer; first: string }) {
  const days = new Map<string, Turn[]>();
  for (const turn of calendar.items) {
    const day = dayIn(new Date(turn.at), calendar.zone);
    days.set(day, [...(days.get(day) ?? []), turn]);
  }
  const last = dayIn(new Date(Date.parse(calendar.until) - 1000), calendar.zone);
  const begins = dayIn(new Date(calendar.from), calendar.zone);
  const mondays: string[] = [];
  for (let monday = first; monday <= last; monday = addDays(monday, 7)) mondays.push(monday);
  return (
    <ol class="weeks">
      {mondays.map((monday) => {
        const week = Array.from({ length: 7 }, (_, i) => addDays(monday, i));
        const n = week.reduce((sum, day) => sum + (days.get(day)?.length ?? 0), 0);
        return (
          <li key={monday} class={`week ${n === 0 ? 'is-quiet' : ''}`}>
            <h2>
              {t('calendar.week', { date: dayOf(monday) })}
              <span>{n === 0 ? t('calendar.quiet') : t('calendar.turns', { n })}</span>
            </h2>
            <ol class="week-days">
              {week.map((day) => (
                <li
                  key={day}
                  class={`week-day ${days.has(day) ? '' : 'is-quiet'} ${
                    day < begins || day > last ? 'is-outside' : ''
                  }`}
                >
                  <h3>
                    <span>{weekdayOf(day)}</span> {dayNumberOf(day)}
                  </h3>
                  <DayTurns turns={days.get(day) ?? []} zone={calendar.zone} />
                </li>
              ))}
            </ol>
          </li>
        );
      })}
    </ol>
  );
}

function DayTurns({ turns, zone }: { turns: Turn[]; zone: string }) {
  if (turns.length === 0) return null;
  const line = (turn: Turn, i: number) => <TurnLine key={i} turn={turn} zone={zone} />;
  return (
    <>
      <ul class="turns">{turns.slice(0, SHOWN_A_DAY).map(line)}</ul>
      {turns.length > SHOWN_A_DAY && (
        <details class="turns-more">
          <summary>{t('calendar.more', { n: turns.length - SHOWN_A_DAY })}</summary>
          <ul class="turns">{turns.slice(SHOWN_A_DAY).map(line)}</ul>
        </details>
      )}
    </>
  );
}

export function turnWord(turn: Turn): string {
  const key = turn.kind === 'territory' ? `calendar.to.${turn.what}` : `calendar.${turn.what}`;
  return isKey(key) ? t(key) : turn.what;
}

function TurnLine({ turn, zone }: { turn: Turn; zone: string }) {
  const good = turn.what === 'opens' || turn.what === 'open' || turn.what === 'ready';
  const episodes = turn.first
    ? turn.playables > 1
      ? t('calendar.episodes', { n: turn.playables, first: turn.first, last: turn.last ?? '' })
      : turn.first
    : null;
  const why = turn.title
    ? query('/console/rights/explain', {
        title: turn.title,
        territory: turn.territory,
        at: turn.at,
      })
    : null;
  return (
    <li class={`turn ${good ? 'is-opening' : 'is-closing'}`}>
      <p class="turn-what">
        <span aria-hidden="true">{good ? '▲' : '▼'}</span> {turnWord(turn)}{' '}
        <abbr title={countryName(turn.territory)}>{turn.territory}</abbr>{' '}
        <span class="turn-time">{timeOf(turn.at, zone)}</span>
      </p>
      <p class="turn-name">
        {turn.title ? (
          <a href={`/console/titles/${turn.title}`}>{turn.name}</a>
        ) : (
          <a href={`/console/territories/${turn.territory}`}>{countryName(turn.territory)}</a>
        )}
        {episodes && <span> {episodes}</span>}
      </p>
      {why && (
        <a class="turn-why" href={why}>
          {t('calendar.why')}
          <span class="unseen"> {turn.name}</span>
        </a>
      )}
    </li>
  );
}
