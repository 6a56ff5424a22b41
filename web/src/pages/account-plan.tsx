// The subscription in the account: what runs, what comes next, and every way to change it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from '../core/api';
import {
  cancelPlan,
  keepPlan,
  leaveFor,
  type Ordered,
  pausePlan,
  type Plans,
  redeemGift,
  resumePlan,
} from '../core/billing';
import { problemText } from '../core/problems';
import { go, place, safeNext } from '../core/router';
import { me, takeFreePlan } from '../core/session';
import { useStore } from '../core/store';
import type { Me, Subscription } from '../core/types';
import { date, isKey, money, t } from '../i18n';
import { Confirm } from '../ui/confirm';
import { Field, type Faults, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { Dialog, Panel, valueOf } from '../ui/panel';

const on = (instant: string | null) => ({ date: instant ? date(instant) : '' });

function stateSaid(s: Subscription): string {
  switch (s.state) {
    case 'none':
      return s.partner?.state === 'linked'
        ? t('sub.state.partnerWaits', { name: s.partner.name })
        : t('account.state.none');
    case 'trial':
    case 'ended':
      return t(`account.state.${s.state}`, on(s.until));
    case 'active':
      if (s.next_charge && !s.cancelled) return t('account.state.activeOpen');
      return s.until ? t('account.state.active', on(s.until)) : t('account.state.activeOpen');
    case 'paused':
      return t('sub.state.paused', on(s.paused_until));
    case 'partner':
      return t(
        s.partner?.state === 'suspended' ? 'sub.state.partnerStopped' : 'sub.state.partner',
        {
          name: s.partner?.name ?? '',
        },
      );
    default:
      return t(`sub.state.${s.state}`, on(s.grace_until));
  }
}

/** What else there is to know, a line each. */
function linesOf(s: Subscription, plans: Plans | null): string[] {
  const nameOfPlan = (code: string) => plans?.items.find((one) => one.code === code)?.name ?? code;
  const next = s.next_charge;
  return [
    s.cancelled ? t('sub.cancelled', on(s.state === 'trial' ? s.trial_until : s.paid_until)) : null,
    s.pause_months > 0 ? t('sub.willPause', { n: s.pause_months, ...on(s.paid_until) }) : null,
    s.next_plan ? t('sub.nextPlan', { name: nameOfPlan(s.next_plan), ...on(s.paid_until) }) : null,
    next && !s.cancelled ? t('sub.next', { amount: money(next), ...on(next.at) }) : null,
    s.next_price
      ? t('sub.nextPrice', { amount: money(s.next_price), ...on(s.next_price.from) })
      : null,
    s.credit && Number(s.credit.amount) > 0 ? t('sub.credit', { amount: money(s.credit) }) : null,
    s.partner?.contact ? t('sub.partnerAsk', { contact: s.partner.contact }) : null,
  ].filter((line) => line !== null);
}

const badgeOf = (s: Subscription): string =>
  s.cancelled ? t('sub.badge.cancelled') : t(`account.badge.${s.state}`);

export function SubscriptionPanel({ who, plans }: { who: Me; plans: Plans | null }) {
  const s = who.subscription;
  const planKey = `account.plan.${s.plan_name ?? s.plan ?? ''}`;
  const name = isKey(planKey) ? t(planKey) : s.plan_name;
  const sells = Boolean(plans && plans.items.length > 0);
  return (
    <section class="panel panel-plan" aria-labelledby="plan-title">
      <h2 id="plan-title" tabIndex={-1}>
        {t('account.plan')}
      </h2>
      <p class={`state-badge is-${s.cancelled ? 'ended' : s.state}`}>{badgeOf(s)}</p>
      <p class="panel-strong">{stateSaid(s)}</p>
      {(name || s.price) && (
        <p class="panel-small">
          {[name, s.price && Number(s.price.amount) > 0 ? money(s.price) : null]
            .filter(Boolean)
            .join(' · ')}
        </p>
      )}
      {linesOf(s, plans).map((line) => (
        <p key={line}>{line}</p>
      ))}
      {sells ? <Changes s={s} /> : plans && <FreePlan who={who} />}
    </section>
  );
}

/* ---- a house with plans ---- */

type Asking = 'cancel' | 'pause' | 'resume' | null;

function Changes({ s }: { s: Subscription }) {
  const [asking, setAsking] = useState<Asking>(null);
  const [busy, setBusy] = useState(false);
  const { query: asked } = useStore(place);
  const next = asked.get('next');
  const plans = next ? `/plans?next=${encodeURIComponent(safeNext(next))}` : '/plans';
  const run = async (work: () => Promise<Ordered>, said: string) => {
    if (busy) return;
    setBusy(true);
    try {
      const answer = await work();
      if (answer.answer === 'confirm' && answer.confirm_url) leaveFor(answer.confirm_url);
      else tell(said);
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    } finally {
      setBusy(false);
      document.getElementById('plan-title')?.focus();
    }
  };
  const runs = s.state === 'active' || s.state === 'trial';
  const owes = s.state === 'past-due' || s.state === 'suspended';
  const waits = s.cancelled || s.pause_months > 0 || s.next_plan !== null;
  return (
    <>
      <div class="actions">
        {((s.state === 'none' && s.partner?.state !== 'linked') ||
          (s.state === 'trial' && !s.plan)) && (
          <a class="button is-light" href={plans}>
            {t('sub.take')}
          </a>
        )}
        {s.state === 'ended' && (
          <a class="button is-light" href={plans}>
            {t('sub.back')}
          </a>
        )}
        {owes && s.plan && (
          <a class="button is-light" href="#means">
            {t('means.title')}
          </a>
        )}
        {s.state === 'paused' && (
          <button type="button" class="button is-light" onClick={() => setAsking('resume')}>
            {t('sub.resume')}
          </button>
        )}
        {runs && s.plan && !s.cancelled && (
          <a class="button" href="/plans">
            {t('sub.change')}
          </a>
        )}
        {runs && waits && (
          <button
            type="button"
            class={`button ${s.cancelled ? 'is-light' : ''}`}
            aria-disabled={busy}
            onClick={() => void run(keepPlan, t('sub.keepDone'))}
          >
            {t(s.cancelled ? 'sub.keep' : s.pause_months > 0 ? 'sub.keepPause' : 'sub.keepPlan')}
          </button>
        )}
        {s.state === 'active' && s.plan && !waits && (
          <button type="button" class="button" onClick={() => setAsking('pause')}>
            {t('sub.pause')}
          </button>
        )}
        {(runs || owes || s.state === 'paused') && !s.cancelled && (s.plan || owes) && (
          <button type="button" class="button" onClick={() => setAsking('cancel')}>
            {t('sub.cancel')}
          </button>
        )}
      </div>
      {asking === 'cancel' && (
        <Confirm
          question={
            s.state === 'trial'
              ? t('sub.cancelTrialAsk', on(s.until))
              : s.state === 'active'
                ? t('sub.cancelAsk', on(s.paid_until))
                : t('sub.cancelNowAsk')
          }
          yes={t('sub.cancelYes')}
          onAnswer={(yes) => {
            setAsking(null);
            if (yes) void run(cancelPlan, t('sub.cancelDone'));
          }}
        />
      )}
      {asking === 'resume' && (
        <Confirm
          question={t('sub.resumeAsk', { amount: s.price ? money(s.price) : '' })}
          yes={t('sub.resume')}
          onAnswer={(yes) => {
            setAsking(null);
            if (yes) void run(() => resumePlan(s.means), t('sub.resumeDone'));
          }}
        />
      )}
      {asking === 'pause' && (
        <PauseDialog
          s={s}
          onClose={() => setAsking(null)}
          onPause={(months) => {
            setAsking(null);
            void run(() => pausePlan(months), t('sub.pauseDone'));
          }}
        />
      )}
    </>
  );
}

function PauseDialog(props: {
  s: Subscription;
  onClose: () => void;
  onPause: (months: number) => void;
}) {
  const [months, setMonths] = useState(1);
  return (
    <Dialog title={t('sub.pauseTitle')} onClose={props.onClose}>
      <p>{t('sub.pauseLead', on(props.s.paid_until))}</p>
      <div class="choices" role="radiogroup" aria-label={t('sub.pauseTitle')}>
        {[1, 2, 3].map((n) => (
          <label key={n} class="choice">
            <input
              type="radio"
              name="months"
              checked={n === months}
              onChange={() => setMonths(n)}
            />
            <span>{t('sub.pauseFor', { n })}</span>
          </label>
        ))}
      </div>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={props.onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="button is-light" onClick={() => props.onPause(months)}>
          {t('sub.pause')}
        </button>
      </div>
    </Dialog>
  );
}

/* ---- a house that sells nothing ---- */

const daysLeft = (until: string) => Math.ceil((Date.parse(until) - Date.now()) / 86_400_000);

function FreePlan({ who }: { who: Me }) {
  const [busy, setBusy] = useState(false);
  const [taken, setTaken] = useState<string | null>(null);
  const { query: asked } = useStore(place);
  const { state, until } = who.subscription;
  const left = until && (state === 'trial' || state === 'active') ? daysLeft(until) : 0;
  const take = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await takeFreePlan();
      const now = me.get()?.subscription;
      // Taken during the trial, its month begins when the trial ends.
      if (now?.until === until) setTaken(t('account.takenAfter'));
      else if (now?.until) setTaken(t('account.taken', { date: date(now.until) }));
      if (asked.has('next')) go(safeNext(asked.get('next')), true);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === 'state') setTaken(t('account.already'));
      else tell(problemText(problem), true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {left > 0 && <p class="panel-small">{t('account.daysLeft', { n: left })}</p>}
      <p class="form-done" role="status">
        {taken && (
          <>
            <Icon name="check" />
            {taken}
          </>
        )}
      </p>
      {state !== 'active' && !taken && (
        <button
          type="button"
          class="button is-light"
          aria-disabled={busy}
          onClick={() => void take()}
        >
          {busy ? t('working') : t('account.take')}
        </button>
      )}
    </>
  );
}

/* ---- gifts ---- */

export function GiftPanel() {
  const { busy, faults, refusal, form, submit } = useForm((problem) =>
    problem.code === 'gift'
      ? { field: 'gift', text: problemText(problem) }
      : { text: problemText(problem) },
  );
  const [done, setDone] = useState<string | null>(null);
  const heading = useRef<HTMLElement>(null);
  useEffect(() => {
    if (done) heading.current?.querySelector<HTMLElement>('[role=status]')?.focus();
  }, [done]);
  const check = (): Faults => (valueOf(form, 'gift').trim() ? {} : { gift: t('field.required') });
  const send = async () => {
    await redeemGift(valueOf(form, 'gift').trim());
    form.current?.reset();
    setDone(t('gift.done', on(me.get()?.subscription.until ?? null)));
  };
  return (
    <Panel id="gift-panel" title={t('gift.title')}>
      <p class="panel-small">{t('gift.lead')}</p>
      <form ref={form} noValidate onSubmit={submit(check, send)}>
        <Refusal text={refusal} />
        <Field
          name="gift"
          label={t('gift.code')}
          fault={faults['gift']}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={40}
        />
        <Submit busy={busy} quiet>
          {t('gift.submit')}
        </Submit>
        <p class="form-done" role="status">
          {done && (
            <>
              <Icon name="check" />
              {done}
            </>
          )}
        </p>
      </form>
    </Panel>
  );
}
