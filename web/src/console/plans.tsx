// Plans with every price they had; gifts; partners.
import { useAnswer } from '../core/resource';
import { countryName, date, money, percent, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Empty, Failure, Loading } from '../ui/states';
import type { Rollout } from './boxes';
import type { Gift, HousePartner, HousePlan } from './money';
import { usePages } from './pages';
import { Facts, Head, More, Tabs } from './parts';
import type { Items } from './reports';
import { dayOf } from './when';

export const moneyParts = ['plans', 'charges', 'ledger', 'gifts', 'partners', 'boxes'] as const;

export const MoneyTabs = ({ here }: { here: (typeof moneyParts)[number] }) => (
  <Tabs
    name={t('money.title')}
    links={moneyParts.map((one) => [`/console/${one}`, t(`${one}.tab`), one === here])}
  />
);

export function HousePlans() {
  useDocumentTitle(t('plans.tab'));
  const plans = useAnswer<Items<HousePlan>>('/console/plans');
  return (
    <>
      <Head title={t('plans.tab')} />
      <MoneyTabs here="plans" />
      {plans.problem && !plans.value && <Failure problem={plans.problem} retry={plans.refresh} />}
      {!plans.value && !plans.problem && <Loading />}
      {plans.value?.items.length === 0 && <Empty title={t('house.noPlans')} />}
      <div class="deal-list">
        {plans.value?.items.map((plan) => (
          <article class="panel deal" key={plan.code} aria-labelledby={`plan-${plan.code}`}>
            <div class="offer-head">
              <h2 id={`plan-${plan.code}`}>{plan.name_en}</h2>
              <span class={`state-badge ${plan.offered ? 'is-active' : 'is-ended'}`}>
                {t(plan.offered ? 'house.offered' : 'house.notOffered')}
              </span>
            </div>
            <Facts
              facts={[
                [t('house.code'), <span translate={false}>{plan.code}</span>],
                [t('house.inFrench'), plan.name_fr],
                [t('house.holds'), `${plan.format} · ${t('plans.streams', { n: plan.streams })}`],
                [t('house.period'), t('plans.months', { n: plan.months })],
              ]}
            />
            <ul class="house-prices">
              {plan.prices.map((one) => (
                <li key={`${one.territory} ${one.from}`}>
                  {countryName(one.territory)} · <strong>{money(one.price)}</strong> ·{' '}
                  {t('house.from', { date: dayOf(one.from) })}
                </li>
              ))}
              {plan.prices.length === 0 && <li>{t('house.noPrice')}</li>}
            </ul>
          </article>
        ))}
      </div>
    </>
  );
}

export function Gifts() {
  useDocumentTitle(t('gifts.tab'));
  const list = usePages<Gift>('/console/gifts', { limit: 100 });
  return (
    <>
      <Head title={t('gifts.tab')} />
      <MoneyTabs here="gifts" />
      {list.problem && !list.items && <Failure problem={list.problem} retry={list.refresh} />}
      {!list.items && !list.problem && <Loading />}
      {list.items?.length === 0 && <Empty title={t('gifts.none')} />}
      {list.items && list.items.length > 0 && (
        <table class="table">
          <caption class="unseen">{t('gifts.tab')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('house.plan')}</th>
              <th scope="col">{t('gifts.months')}</th>
              <th scope="col">{t('gifts.paid')}</th>
              <th scope="col">{t('charges.created')}</th>
              <th scope="col">{t('gifts.expires')}</th>
              <th scope="col">{t('gifts.redeemed')}</th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((one) => (
              <tr key={one.id}>
                <th scope="row" data-label={t('house.plan')}>
                  {one.plan}
                </th>
                <td data-label={t('gifts.months')}>{one.months}</td>
                <td data-label={t('gifts.paid')}>
                  {one.paid && Number(one.paid.amount) > 0 ? money(one.paid) : '–'}
                </td>
                <td data-label={t('charges.created')}>{date(one.created)}</td>
                <td data-label={t('gifts.expires')}>{one.expires ? date(one.expires) : '–'}</td>
                <td data-label={t('gifts.redeemed')}>
                  {one.redeemed_by && one.redeemed ? (
                    <a href={`/console/members/${one.redeemed_by}`}>{date(one.redeemed)}</a>
                  ) : (
                    '–'
                  )}
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

const rolledOut = (rollout: Rollout) =>
  `${rollout.version} · ${percent(rollout.share_percent / 100, 2)} · ${t(`boxes.rollout.${rollout.state}`)}`;

export function Partners() {
  useDocumentTitle(t('partners.tab'));
  const all = useAnswer<Items<HousePartner>>('/console/partners');
  return (
    <>
      <Head title={t('partners.tab')} />
      <MoneyTabs here="partners" />
      {all.problem && !all.value && <Failure problem={all.problem} retry={all.refresh} />}
      {!all.value && !all.problem && <Loading />}
      {all.value?.items.length === 0 && <Empty title={t('partners.none')} />}
      <div class="deal-list">
        {all.value?.items.map((one) => (
          <article class="panel deal" key={one.id} aria-labelledby={`partner-${one.id}`}>
            <div class="offer-head">
              <h2 id={`partner-${one.id}`}>
                <a href={`/console/partners/${one.id}`}>{one.name}</a>
              </h2>
              <span class={`state-badge ${one.suspended ? 'is-ended' : 'is-active'}`}>
                {t(one.suspended ? 'account.badge.suspended' : 'account.badge.active')}
              </span>
            </div>
            <Facts
              facts={[
                [t('partners.contact'), one.contact],
                [t('console.th.since'), date(one.created)],
                [
                  t('partners.bundles'),
                  one.bundles
                    .map((b) => `${b.code} (${b.plan}, ${countryName(b.territory)})`)
                    .join(', '),
                ],
                [t('partners.boxes'), String(one.boxes.reduce((sum, b) => sum + b.boxes, 0))],
                [t('boxes.rollout'), one.rollout && rolledOut(one.rollout)],
                [t('partners.keys'), String(one.keys.filter((key) => !key.revoked).length)],
                [
                  t('partners.subscriptions'),
                  Object.entries(one.subscriptions)
                    .filter(([, n]) => n > 0)
                    .map(([state, n]) => `${state}: ${n}`)
                    .join(', '),
                ],
              ]}
            />
          </article>
        ))}
      </div>
    </>
  );
}
