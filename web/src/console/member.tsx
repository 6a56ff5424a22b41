// One member for the house: the subscription, the rows of its life, charges and invoices.
import { useAnswer } from '../core/resource';
import { date, dateShort, isKey, money, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Failure, Loading } from '../ui/states';
import { StreamList } from '../ui/streams';
import { ChargeTable } from './charges';
import type { LifeRow, MemberLife } from './money';
import { Facts, Head, Said } from './parts';

const stateSaid = (state: string) => {
  const key = `account.badge.${state}`;
  return isKey(key) ? t(key) : state;
};

export function MemberPage({ id }: { id: string }) {
  const life = useAnswer<MemberLife>(`/console/members/${encodeURIComponent(id)}`);
  const email = life.value?.member.email;
  useDocumentTitle(email ?? t('console.members'));
  if (!life.value) {
    return life.problem ? <Failure problem={life.problem} retry={life.refresh} /> : <Loading />;
  }
  const { member, membership, rows, charges, invoices, streams } = life.value;
  const s = member.subscription;
  return (
    <>
      <Head title={member.email}>
        <span class={`state-badge is-${s.state}`}>{stateSaid(s.state)}</span>
      </Head>
      <Facts
        facts={[
          [t('house.plan'), s.plan_name],
          [t('console.th.until'), s.until ? date(s.until) : null],
          [t('life.due'), membership.due ? dateShort(membership.due) : null],
          [t('life.credit'), s.credit && Number(s.credit.amount) > 0 ? money(s.credit) : null],
          [t('life.partner'), s.partner?.name],
          [t('console.th.since'), date(member.created)],
        ]}
      />
      <h2 class="console-h2">{t('streams.title')}</h2>
      {streams.length === 0 ? (
        <p>{t('streams.none')}</p>
      ) : (
        <StreamList items={streams} stop={null} />
      )}
      <h2 class="console-h2">{t('life.rows')}</h2>
      {rows.length === 0 ? <p>{t('life.none')}</p> : <Rows rows={rows} />}
      <h2 class="console-h2">{t('charges.title')}</h2>
      {charges.length === 0 ? (
        <p>{t('charges.none')}</p>
      ) : (
        <ChargeTable charges={charges} onChange={() => void life.refresh()} />
      )}
      <h2 class="console-h2">{t('bills.title')}</h2>
      {invoices.length === 0 && <p>{t('bills.none')}</p>}
      <ul class="bills">
        {invoices.map((one) => (
          <li class="bill" key={one.id}>
            <div>
              <p class="device-name">
                {t(one.credit_note ? 'bills.note' : 'bills.invoice', { number: one.number })}
              </p>
              <p class="table-sub">{[date(one.issued), one.what].filter(Boolean).join(' · ')}</p>
            </div>
            <span class="bill-amount">
              {one.credit_note ? '−' : ''}
              {money(one.total)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Rows({ rows }: { rows: LifeRow[] }) {
  return (
    <table class="table">
      <caption class="unseen">{t('life.rows')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('life.what')}</th>
          <th scope="col">{t('console.th.state')}</th>
          <th scope="col">{t('house.plan')}</th>
          <th scope="col">{t('life.at')}</th>
          <th scope="col">{t('life.effective')}</th>
        </tr>
      </thead>
      <tbody>
        {[...rows].reverse().map((row) => (
          <tr key={row.seq}>
            <th scope="row" data-label={t('life.what')}>
              <Said text={row.reason ? `${row.kind} (${row.reason})` : row.kind} />
            </th>
            <td data-label={t('console.th.state')}>{stateSaid(row.state)}</td>
            <td data-label={t('house.plan')}>
              {row.plan ?? '–'}
              {row.plan && row.price && <span class="table-sub">{money(row.price)}</span>}
            </td>
            <td data-label={t('life.at')}>{dateShort(row.at)}</td>
            <td data-label={t('life.effective')}>{dateShort(row.effective)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
