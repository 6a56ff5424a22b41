// What was paid and what for: bills with their PDF, and the films that were rented.
import { useState } from 'preact/hooks';
import { asProblem } from '../core/api';
import { type Charge, type Invoice, nextPage, type Rental } from '../core/billing';
import { problemText } from '../core/problems';
import { useAnswer } from '../core/resource';
import type { Me, Page } from '../core/types';
import { date, dateAndTime, money, t } from '../i18n';
import { language } from '../i18n/language';
import { useStore } from '../core/store';
import { tell } from '../ui/notice';
import { Panel } from '../ui/panel';
import { Failure } from '../ui/states';

export function BillsPanel({ who }: { who: Me }) {
  const about = `${useStore(language)} ${who.id}`;
  const first = useAnswer<Page<Invoice>>('/me/invoices', about);
  const charges = useAnswer<Page<Charge>>('/me/charges', about);
  const [older, setOlder] = useState<{ items: Invoice[]; next: string | null } | null>(null);
  const items = [...(first.value?.items ?? []), ...(older?.items ?? [])];
  const next = older ? older.next : (first.value?.next ?? null);
  const waiting = (charges.value?.items ?? []).filter(
    (one) => one.state === 'open' || one.state === 'returned',
  );
  const more = async () => {
    if (!next) return;
    try {
      const page = await nextPage<Invoice>('/me/invoices', next);
      setOlder({ items: [...(older?.items ?? []), ...page.items], next: page.next });
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    }
  };
  return (
    <Panel id="bills" title={t('bills.title')}>
      {first.problem && !first.value && <Failure problem={first.problem} retry={first.refresh} />}
      {first.value && items.length === 0 && waiting.length === 0 && (
        <p class="panel-small">{t('bills.none')}</p>
      )}
      <ul class="bills">
        {waiting.map((one) => (
          <li class="bill" key={one.id}>
            <div>
              <p class="device-name">{one.what}</p>
              <p class="panel-small">
                {date(one.created)} ·{' '}
                {t(one.state === 'returned' ? 'bills.returned' : 'bills.open')}
              </p>
            </div>
            <span class="bill-amount">{money(one.amount)}</span>
          </li>
        ))}
        {items.map((one) => (
          <li class="bill" key={one.id}>
            <div>
              <p class="device-name">{one.what}</p>
              <p class="panel-small">
                {date(one.issued)} ·{' '}
                {t(one.credit_note ? 'bills.note' : 'bills.invoice', { number: one.number })}
              </p>
            </div>
            <span class="bill-amount">
              {one.credit_note ? '−' : ''}
              {money(one.total)}
            </span>
            <a
              class="button is-small"
              href={`/api/v1/me/invoices/${one.id}/pdf`}
              target="_blank"
              rel="noopener"
              aria-label={t('bills.pdfOf', { number: one.number })}
            >
              {t('bills.pdf')}
            </a>
          </li>
        ))}
      </ul>
      {next && (
        <button type="button" class="button" onClick={() => void more()}>
          {t('bills.more')}
        </button>
      )}
    </Panel>
  );
}

const untilOf = (one: Rental): string => {
  const until = one.state === 'running' ? one.ends : one.start_by;
  return t(`rentals.${one.state}`, until ? { date: dateAndTime(until) } : {});
};

export function RentalsPanel({ who }: { who: Me }) {
  const rentals = useAnswer<{ items: Rental[] }>('/me/rentals', `${useStore(language)} ${who.id}`);
  const items = rentals.value?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel id="rentals" title={t('rentals.title')}>
      <ul class="bills">
        {items.map((one) => (
          <li class="bill" key={one.id}>
            <div>
              <p class="device-name">
                {one.state === 'over' ? (
                  one.title.title
                ) : (
                  <a href={`/title/${one.title.id}`}>{one.title.title}</a>
                )}
              </p>
              <p class="panel-small">{untilOf(one)}</p>
            </div>
            {one.price && <span class="bill-amount">{money(one.price)}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
