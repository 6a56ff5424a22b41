// The ledger: whether it is sound, what its accounts come to, and its entries.
import { useAnswer } from '../core/resource';
import { place } from '../core/router';
import { useStore } from '../core/store';
import type { Money } from '../core/billing';
import { dateShort, money, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Empty, Failure, Loading } from '../ui/states';
import type { LedgerCheck, LedgerEntry } from './money';
import { usePages } from './pages';
import { Head, More, Said } from './parts';
import { MoneyTabs } from './plans';
import type { Items } from './reports';

export function Ledger() {
  useDocumentTitle(t('ledger.tab'));
  const account = useStore(place).query.get('account');
  const check = useAnswer<LedgerCheck>('/console/ledger/check');
  const sums = useAnswer<Items<{ account: string; balance: Money }>>('/console/ledger/balances');
  const list = usePages<LedgerEntry>('/console/ledger', {
    limit: 50,
    ...(account ? { account } : {}),
  });
  return (
    <>
      <Head title={t('ledger.tab')} />
      <MoneyTabs here="ledger" />
      {check.problem && !check.value && <Failure problem={check.problem} retry={check.refresh} />}
      {check.value && (
        <p class={`readiness ${check.value.balanced ? 'is-ready' : ''}`}>
          {t(check.value.balanced ? 'ledger.sound' : 'ledger.broken', { n: check.value.entries })}
        </p>
      )}
      {check.value?.problems.map((text) => (
        <p key={text}>
          <Said text={text} />
        </p>
      ))}
      <h2 class="console-h2">{t('ledger.balances')}</h2>
      <table class="table">
        <caption class="unseen">{t('ledger.balances')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('ledger.account')}</th>
            <th scope="col">{t('ledger.balance')}</th>
          </tr>
        </thead>
        <tbody>
          {sums.value?.items.map((one) => (
            <tr key={`${one.account} ${one.balance.currency}`}>
              <th scope="row" data-label={t('ledger.account')}>
                <a href={`/console/ledger?account=${encodeURIComponent(one.account)}`}>
                  {one.account}
                </a>
              </th>
              <td data-label={t('ledger.balance')}>{money(one.balance)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2 class="console-h2">
        {account ? t('ledger.entriesOf', { account }) : t('ledger.entries')}
      </h2>
      {account && (
        <p>
          <a href="/console/ledger">{t('ledger.all')}</a>
        </p>
      )}
      {list.problem && !list.items && <Failure problem={list.problem} retry={list.refresh} />}
      {!list.items && !list.problem && <Loading />}
      {list.items?.length === 0 && <Empty title={t('ledger.none')} />}
      {list.items && list.items.length > 0 && (
        <table class="table">
          <caption class="unseen">{t('ledger.entries')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('ledger.nth')}</th>
              <th scope="col">{t('charges.created')}</th>
              <th scope="col">{t('console.th.kind')}</th>
              <th scope="col">{t('ledger.postings')}</th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((one) => (
              <tr key={one.seq}>
                <th scope="row" data-label={t('ledger.nth')}>
                  {one.seq}
                </th>
                <td data-label={t('charges.created')}>{dateShort(one.at)}</td>
                <td data-label={t('console.th.kind')}>
                  <Said text={one.kind} />
                </td>
                <td data-label={t('ledger.postings')}>
                  <span class="postings">
                    {one.postings.map((posting) => (
                      <span class="table-sub" key={posting.account}>
                        {posting.account} · {money(posting.value)}
                      </span>
                    ))}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More list={list} />
    </>
  );
}
