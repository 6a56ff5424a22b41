// The plans of the country that is seen, and what they cost.
import { type Plan, type Plans, plansPath } from '../core/billing';
import { useAnswer } from '../core/resource';
import { me } from '../core/session';
import { useStore } from '../core/store';
import { money, number, t } from '../i18n';
import { language } from '../i18n/language';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { Empty, Failure, Loading } from '../ui/states';

export const useLanguageOf = () => `${useStore(language)} ${useStore(me)?.id ?? 'visitor'}`;

export function usePlans() {
  const who = useStore(me);
  return useAnswer<Plans>(who === undefined ? null : plansPath, useLanguageOf());
}

/** Whether there is anything to pay here: what is promised at the door depends on it. */
export const useSells = (): boolean => (usePlans().value?.items.length ?? 0) > 0;

export const periodOf = (plan: Plan): string =>
  plan.months === 1 ? t('plans.month') : t('plans.months', { n: plan.months });

export const priceOf = (plan: Plan): string =>
  Number(plan.price.amount) === 0 ? t('plans.free') : money(plan.price);

export const taxSaid = (permille: number): string =>
  permille > 0
    ? t('plans.tax', {
        rate: number(permille / 1000, { style: 'percent', maximumFractionDigits: 1 }),
      })
    : t('plans.noTax');

export function PlansPage() {
  const who = useStore(me);
  const plans = usePlans();
  useDocumentTitle(t('plans.title'));
  if (!plans.value || who === undefined) {
    return (
      <main id="content" class="page">
        {plans.problem ? <Failure problem={plans.problem} retry={plans.refresh} /> : <Loading />}
      </main>
    );
  }
  if (plans.value.items.length === 0) {
    return (
      <main id="content" class="page">
        <Empty title={t('plans.none')} text={t('plans.noneMore')}>
          <a class="button is-light" href={who ? '/account' : '/join'}>
            {t(who ? 'plans.account' : 'nav.join')}
          </a>
        </Empty>
      </main>
    );
  }
  const { items, trial_days: days } = plans.value;
  const mayTry = days > 0 && (!who || who.subscription.state === 'none');
  const biller = who?.subscription.state === 'partner' ? who.subscription.partner : null;
  return (
    <main id="content" class="page plans-page">
      <h1 class="display" tabIndex={-1}>
        {t('plans.title')}
      </h1>
      <p class="page-lead">{t('plans.lead')}</p>
      {mayTry && <p class="plans-trial">{t('plans.trial', { n: days })}</p>}
      {biller && <p class="plans-trial">{t('order.elsewhere', { name: biller.name })}</p>}
      <ul class="plans">
        {items.map((plan) => (
          <PlanCard
            key={plan.code}
            plan={plan}
            member={Boolean(who)}
            mine={isMine(plan, who)}
            closed={biller !== null}
          />
        ))}
      </ul>
      <p class="panel-small">{taxSaid(items[0]?.tax_permille ?? 0)}</p>
    </main>
  );
}

const isMine = (plan: Plan, who: ReturnType<typeof me.get>): boolean =>
  who?.subscription.plan === plan.code &&
  ['active', 'past-due', 'paused', 'partner'].includes(who.subscription.state);

function PlanCard(props: {
  plan: Plan;
  member: boolean;
  mine: boolean;
  /** Somebody else bills the member. */
  closed: boolean;
}) {
  const { plan, member, mine } = props;
  const order = `/subscribe?plan=${encodeURIComponent(plan.code)}`;
  return (
    <li class={`plan-card ${mine ? 'is-mine' : ''}`}>
      <h2>{plan.name}</h2>
      <p class="plan-price">
        <strong>{priceOf(plan)}</strong>
        {Number(plan.price.amount) > 0 && <span>{periodOf(plan)}</span>}
      </p>
      <ul class="points">
        <li>
          <Icon name="check" />
          {t(`plans.format.${plan.format}`)}
        </li>
        <li>
          <Icon name="check" />
          {t('plans.streams', { n: plan.streams })}
        </li>
      </ul>
      {mine ? (
        <p class="state-badge is-active">{t('plans.yours')}</p>
      ) : props.closed ? null : (
        <a
          class="button is-light"
          href={member ? order : `/join?next=${encodeURIComponent(order)}`}
          aria-label={t('plans.choose', { name: plan.name })}
        >
          {t('plans.choose', { name: plan.name })}
        </a>
      )}
    </li>
  );
}
