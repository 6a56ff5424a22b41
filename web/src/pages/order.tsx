// Ordering: a plan, or a film for a night. What it costs and when stands above the button.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, query } from '../core/api';
import {
  type Answer,
  leaveFor,
  type MeansKind,
  orderKey,
  type Ordered,
  type Plan,
  rent,
  type RentalOffer,
  takePlan,
} from '../core/billing';
import { problemText } from '../core/problems';
import { useAnswer } from '../core/resource';
import { go, place, safeNext } from '../core/router';
import { lookAgain, me } from '../core/session';
import { useStore } from '../core/store';
import type { Me, Title } from '../core/types';
import { date, money, t } from '../i18n';
import { language } from '../i18n/language';
import { useDocumentTitle } from '../ui/document';
import { Refusal } from '../ui/form';
import { Icon } from '../ui/icons';
import { Empty, Failure, Loading } from '../ui/states';
import { MeansChoice, useCardOfReturn, useMeans } from './means';
import { periodOf, priceOf, taxSaid, usePlans } from './plans';

/** Who is not signed in comes back here once they are. */
function useMemberHere(): Me | null | undefined {
  const who = useStore(me);
  useEffect(() => {
    if (who === null) {
      go(query('/sign-in', { next: location.pathname + location.search }), true);
    }
  }, [who]);
  return who;
}

function Page({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main id="content" class="page order-page">
      <h1 class="display" tabIndex={-1}>
        {title}
      </h1>
      {children}
    </main>
  );
}

const Waiting = () => (
  <main id="content" class="page">
    <Loading />
  </main>
);

/** What is ordered, how it is paid, and the button that orders it once. */
function Checkout(props: {
  isFree: boolean;
  button: string;
  kinds: MeansKind[];
  usual: string | null;
  send: (means: string | null, once: string) => Promise<Ordered>;
  onDone: (answer: Answer) => void;
}) {
  const means = useMeans();
  const once = useRef(orderKey());
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const items = means.value?.items ?? [];
  const pick = (id: string) => {
    once.current = orderKey(); // another wish
    setRefusal(null);
    setChosen(id);
  };
  useCardOfReturn(means, (one) => pick(one.id));
  const usual = items.find((one) => one.id === props.usual) ?? items[0];
  const paying = items.some((one) => one.id === chosen) ? chosen : (usual?.id ?? null);
  const order = async () => {
    if (busy) return;
    if (!props.isFree && !paying) {
      setRefusal(t('means.needed'));
      return;
    }
    setBusy(true);
    setRefusal(null);
    try {
      const answer = await props.send(props.isFree ? null : paying, once.current);
      if (answer.answer === 'confirm' && answer.confirm_url) leaveFor(answer.confirm_url);
      else props.onDone(answer.answer);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code !== 'payment-busy' && problem.code !== 'unreachable')
        once.current = orderKey(); // that one came to nothing
      setRefusal(problemText(problem));
      setBusy(false);
    }
  };
  return (
    <>
      {!props.isFree && (
        <MeansChoice means={means} kinds={props.kinds} chosen={paying} onChoose={pick} />
      )}
      <Refusal text={refusal} />
      <div class="actions">
        <button
          type="button"
          class="button is-light is-large"
          aria-disabled={busy}
          onClick={() => void order()}
        >
          {busy ? t('order.working') : props.button}
        </button>
        <a
          class="button is-large"
          href={safeNext(new URLSearchParams(location.search).get('from'))}
        >
          {t('order.back')}
        </a>
      </div>
    </>
  );
}

function Thanks({ answer, href, text }: { answer: Answer; href: string; text: string }) {
  useEffect(() => document.querySelector<HTMLElement>('main h1')?.focus(), []);
  return (
    <Page title={t('order.done')}>
      <p class="page-lead">
        <Icon name="check" /> {t(answer === 'pending' ? 'order.pending' : 'order.doneMore')}
      </p>
      <a class="button is-light is-large" href={href}>
        {text}
      </a>
    </Page>
  );
}

/* ---- a plan ---- */

type Way = 'take' | 'trial' | 'up' | 'down';

/** What becomes of the order: it begins now, after the trial, or with the next period. */
function wayOf(plan: Plan, who: Me, all: Plan[]): Way {
  const { state, plan: mine } = who.subscription;
  if (state === 'trial') return 'trial';
  if (state !== 'active' || !mine) return 'take';
  const now = all.find((one) => one.code === mine);
  const before = Number(who.subscription.price?.amount ?? now?.price.amount ?? 0);
  return Number(plan.price.amount) / plan.months >= before / (now?.months ?? 1) ? 'up' : 'down';
}

export function SubscribePage() {
  const who = useMemberHere();
  const plans = usePlans();
  const { query: asked } = useStore(place);
  const [done, setDone] = useState<Answer | null>(null);
  useDocumentTitle(t('order.title'));
  if (done)
    return <Thanks answer={done} href={safeNext(asked.get('next'))} text={t('order.watch')} />;
  if (!who || (!plans.value && !plans.problem)) return <Waiting />;
  if (!plans.value) {
    return (
      <main id="content" class="page">
        {plans.problem && <Failure problem={plans.problem} retry={plans.refresh} />}
      </main>
    );
  }
  const plan = plans.value.items.find((one) => one.code === asked.get('plan'));
  if (!plan) {
    return (
      <main id="content" class="page">
        <Empty title={t('order.gone')}>
          <a class="button is-light" href="/plans">
            {t('plans.link')}
          </a>
        </Empty>
      </main>
    );
  }
  const { partner } = who.subscription;
  if (partner && ['active', 'suspended'].includes(partner.state)) {
    return (
      <Page title={t('order.title')}>
        <p class="page-lead">{t('order.elsewhere', { name: partner.name })}</p>
      </Page>
    );
  }
  const way = wayOf(plan, who, plans.value.items);
  const isFree = Number(plan.price.amount) === 0;
  return (
    <Page title={t('order.title')}>
      <PlanSummary plan={plan} who={who} way={way} />
      <Checkout
        isFree={isFree}
        button={t(way === 'down' ? 'order.change' : isFree ? 'order.free' : 'order.pay')}
        kinds={plans.value.means}
        usual={who.subscription.means}
        send={(means, once) => takePlan(plan.code, means, once)}
        onDone={setDone}
      />
    </Page>
  );
}

function PlanSummary({ plan, who, way }: { plan: Plan; who: Me; way: Way }) {
  const isFree = Number(plan.price.amount) === 0;
  const { trial_until: trial, paid_until: paid } = who.subscription;
  return (
    <section class="panel order-what" aria-label={t('order.plan')}>
      <h2>{plan.name}</h2>
      <p class="plan-price">
        <strong>{priceOf(plan)}</strong>
        {!isFree && <span>{periodOf(plan)}</span>}
      </p>
      <p>
        {t(`plans.format.${plan.format}`)} · {t('plans.streams', { n: plan.streams })}
      </p>
      {way === 'take' && !isFree && (
        <p class="panel-strong">{t('order.now', { price: priceOf(plan) })}</p>
      )}
      {way === 'trial' && !isFree && (
        <p class="panel-strong">
          {t('order.later', { price: priceOf(plan), date: trial ? date(trial) : '' })}
        </p>
      )}
      {way === 'up' && <p class="panel-strong">{t('order.up')}</p>}
      {way === 'down' && (
        <p class="panel-strong">{t('order.down', { date: paid ? date(paid) : '' })}</p>
      )}
      {!isFree && (
        <p class="panel-small">
          {t('order.each', { price: priceOf(plan), period: periodOf(plan) })}{' '}
          {taxSaid(plan.tax_permille)}
        </p>
      )}
    </section>
  );
}

/* ---- a film ---- */

export const rentTerms = (offer: RentalOffer): { days: string; hours: string } => ({
  days: t('rent.days', { n: offer.start_days }),
  hours: t('rent.hours', { n: offer.watch_hours }),
});

export function RentPage() {
  const who = useMemberHere();
  const plans = usePlans();
  const spoken = useStore(language);
  const { query: asked } = useStore(place);
  const [done, setDone] = useState<Answer | null>(null);
  const id = asked.get('title');
  const path = who && id ? query(`/titles/${encodeURIComponent(id)}`, { language: spoken }) : null;
  const answer = useAnswer<Title>(path, who?.id ?? '');
  useDocumentTitle(t('order.rentTitle'));
  const title = answer.value;
  const offer = title?.rental;
  if (done && title?.playable) {
    return <Thanks answer={done} href={`/title/${title.id}`} text={title.title} />;
  }
  if (!who || (!title && !answer.problem) || !plans.value) return <Waiting />;
  const playable = title?.playable;
  if (!title || !offer || !playable || offer.rented) {
    return (
      <main id="content" class="page">
        <Empty title={t('order.gone')}>
          <a class="button is-light" href={title ? `/title/${title.id}` : '/'}>
            {t('order.back')}
          </a>
        </Empty>
      </main>
    );
  }
  const isFree = Number(offer.price.amount) === 0;
  return (
    <Page title={t('order.rentTitle')}>
      <section class="panel order-what" aria-label={t('order.film')}>
        <h2>{title.title}</h2>
        <p class="plan-price">
          <strong>{isFree ? t('plans.free') : money(offer.price)}</strong>
        </p>
        <p>{t(`plans.format.${offer.format}`)}</p>
        <p class="panel-small">{t('order.rentTerms', rentTerms(offer))}</p>
      </section>
      <Checkout
        isFree={isFree}
        button={t(isFree ? 'order.free' : 'order.pay')}
        kinds={plans.value.means}
        usual={who.subscription.means}
        send={(means, once) => rent(playable, offer.format, means, once)}
        onDone={(said) => {
          setDone(said);
          void lookAgain();
        }}
      />
    </Page>
  );
}
