// Charges of everybody, and money given back.
import { useRef, useState } from 'preact/hooks';
import { post } from '../core/api';
import { type Charge, type ChargeState, orderKey } from '../core/billing';
import { problemText } from '../core/problems';
import { go, place } from '../core/router';
import { useStore } from '../core/store';
import { dateShort, money, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Field, type Faults, Refusal, Submit, useForm } from '../ui/form';
import { tell } from '../ui/notice';
import { Dialog, valueOf } from '../ui/panel';
import { Empty, Failure, Loading } from '../ui/states';
import { decimalsOf, type HouseCharge, leftOf, majorOf, minorOf } from './money';
import { usePages } from './pages';
import { Head, More, Said } from './parts';
import { MoneyTabs } from './plans';

const STATES: ChargeState[] = ['open', 'pending', 'paid', 'returned', 'refunded', 'void'];

export function Charges() {
  useDocumentTitle(t('charges.title'));
  const asked = useStore(place).query.get('state');
  const state = STATES.find((one) => one === asked) ?? '';
  const list = usePages<HouseCharge>('/console/charges', {
    limit: 100,
    ...(state ? { state } : {}),
  });
  return (
    <>
      <Head title={t('charges.title')} />
      <MoneyTabs here="charges" />
      <div class="field is-filter">
        <label for="charge-state">{t('console.th.state')}</label>
        <select
          id="charge-state"
          value={state}
          onChange={(event) => {
            const value = event.currentTarget.value;
            go(`/console/charges${value ? `?state=${value}` : ''}`, true);
          }}
        >
          <option value="">{t('charges.all')}</option>
          {STATES.map((one) => (
            <option key={one} value={one}>
              {t(`charges.state.${one}`)}
            </option>
          ))}
        </select>
      </div>
      {list.problem && !list.items && <Failure problem={list.problem} retry={list.refresh} />}
      {!list.items && !list.problem && <Loading />}
      {list.items?.length === 0 && <Empty title={t('charges.none')} />}
      {list.items && list.items.length > 0 && (
        <ChargeTable charges={list.items} onChange={() => void list.refresh()} withMember />
      )}
      <More list={list} />
    </>
  );
}

export function ChargeTable(props: {
  charges: HouseCharge[];
  onChange: () => void;
  withMember?: boolean;
}) {
  const [refunding, setRefunding] = useState<HouseCharge | null>(null);
  return (
    <>
      <table class="table">
        <caption class="unseen">{t('charges.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('charges.what')}</th>
            <th scope="col">{t('charges.amount')}</th>
            <th scope="col">{t('console.th.state')}</th>
            <th scope="col">{t('charges.created')}</th>
            <th scope="col">{t('charges.outcome')}</th>
            <th scope="col">{t('console.th.actions')}</th>
          </tr>
        </thead>
        <tbody>
          {props.charges.map((one) => (
            <tr key={one.id}>
              <th scope="row" data-label={t('charges.what')}>
                {props.withMember ? (
                  <a href={`/console/members/${one.member}`}>
                    {one.what ?? t(`charges.kind.${one.kind}`)}
                  </a>
                ) : (
                  (one.what ?? t(`charges.kind.${one.kind}`))
                )}
              </th>
              <td data-label={t('charges.amount')}>
                {money(one.amount)}
                {one.refunded && (
                  <span class="table-sub">
                    {t('charges.refunded', { amount: money(one.refunded) })}
                  </span>
                )}
              </td>
              <td data-label={t('console.th.state')}>{t(`charges.state.${one.state}`)}</td>
              <td data-label={t('charges.created')}>{dateShort(one.created)}</td>
              <td class="is-wrapping" data-label={t('charges.outcome')}>
                {one.outcome ? <Said text={one.outcome} /> : '–'}
              </td>
              <td data-label={t('console.th.actions')}>
                {one.state === 'paid' && leftOf(one) > 0n ? (
                  <button
                    type="button"
                    class="button is-small"
                    aria-label={t('charges.refundOf', { what: one.what ?? one.kind })}
                    onClick={() => setRefunding(one)}
                  >
                    {t('charges.refund')}
                  </button>
                ) : (
                  '–'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {refunding && (
        <RefundDialog
          charge={refunding}
          onClose={() => setRefunding(null)}
          onDone={() => {
            setRefunding(null);
            props.onChange();
          }}
        />
      )}
    </>
  );
}

function RefundDialog(props: { charge: Charge; onClose: () => void; onDone: () => void }) {
  const { charge } = props;
  const decimals = decimalsOf(charge.amount);
  const left = leftOf(charge);
  const key = useRef(orderKey());
  const { busy, faults, refusal, form, submit } = useForm((problem) => ({
    field: problem.field === 'amount' ? 'amount' : null,
    text: problemText(problem),
  }));
  const given = () => minorOf(valueOf(form, 'amount'), decimals);
  const check = (): Faults => {
    const minor = given();
    if (minor === null || minor === 0n) return { amount: t('charges.amountBad') };
    const most = money({ ...charge.amount, amount: majorOf(left, decimals) });
    return minor > left ? { amount: t('charges.amountMore', { amount: most }) } : {};
  };
  const send = async () => {
    const amount = majorOf(given() ?? 0n, decimals);
    await post(`/console/charges/${charge.id}/refund`, { amount, key: key.current });
    tell(t('charges.done', { amount: money({ ...charge.amount, amount }) }));
    props.onDone();
  };
  return (
    <Dialog title={t('charges.refundTitle')} onClose={props.onClose}>
      <p>{t('charges.refundLead', { what: charge.what ?? '', amount: money(charge.amount) })}</p>
      <form ref={form} noValidate onSubmit={submit(check, send)}>
        <Refusal text={refusal} />
        <Field
          name="amount"
          label={t('charges.amountIn', { currency: charge.amount.currency })}
          fault={faults['amount']}
          inputMode="decimal"
          autocomplete="off"
          maxLength={16}
          defaultValue={majorOf(left, decimals)}
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={props.onClose}>
            {t('cancel')}
          </button>
          <Submit busy={busy} quiet>
            {t('charges.refund')}
          </Submit>
        </div>
      </form>
    </Dialog>
  );
}
