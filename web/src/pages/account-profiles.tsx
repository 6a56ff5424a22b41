// The household's part of the account: its profiles, and the PIN that keeps them apart.
import { useState } from 'preact/hooks';
import { asProblem, type Problem } from '../core/api';
import { problemText } from '../core/problems';
import { current, lock, nameOfProfile, profiles, setPin, unlock } from '../core/profiles';
import { useStore } from '../core/store';
import type { Profiles } from '../core/types';
import { t, timeOfDay } from '../i18n';
import { AvatarFigure, avatarOf } from '../ui/avatar';
import { FieldFrame, PasswordField, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { Done, Panel, valueOf } from '../ui/panel';
import { PinField, pinFaults, PinPrompt } from '../ui/pin';
import { neededFaults } from './account-safety';

export function ProfilesPanel() {
  const all = useStore(profiles);
  if (!all) return null;
  return (
    <Panel id="profiles" title={t('account.profiles')}>
      <ul class="panel-profiles">
        {all.items.map((one) => (
          <li key={one.id}>
            <AvatarFigure name={avatarOf(one)} child={one.child} />
            <span>{nameOfProfile(one)}</span>
          </li>
        ))}
      </ul>
      <a class="button" href="/profiles?manage=1">
        {t('profiles.manage')}
      </a>
    </Panel>
  );
}

/** What is shown of the account to a profile that may not look after it. */
export function ClosedAccount({ all }: { all: Profiles }) {
  const now = current(all);
  return (
    <main id="content" class="page">
      <div class="state">
        <Icon name="lock" class="state-icon" />
        <h1 class="display" tabIndex={-1}>
          {t(now?.child ? 'account.childTitle' : 'account.limitedTitle')}
        </h1>
        <p class="state-text">{t('account.closedMore')}</p>
        <a class="button is-light" href="/profiles">
          {t('account.switch')}
        </a>
      </div>
    </main>
  );
}

function sayPin(problem: Problem): { field?: string | null; text: string } {
  if (problem.code === 'credentials')
    return { field: 'pin-password', text: t('address.wrongPassword') };
  if (problem.code === 'validation') return { field: 'new-pin', text: t('pin.bad') };
  return { text: problemText(problem) };
}

export function PinPanel() {
  const all = useStore(profiles);
  const [step, setStep] = useState<'rest' | 'set' | 'remove'>('rest');
  const [done, setDone] = useState<string | null>(null);
  if (!all) return null;
  const finish = (said: string) => {
    setStep('rest');
    setDone(said);
  };
  return (
    <Panel
      id="pin"
      title={t('pin.title')}
      badge={{ text: t(all.pin.set ? 'pin.set' : 'pin.none'), good: all.pin.set }}
    >
      <p>{t('pin.lead')}</p>
      {all.pin.set && all.pin.locked_age !== null && (
        <p class="panel-small">{t('pin.lockedNow', { n: all.pin.locked_age })}</p>
      )}
      {step === 'rest' ? (
        <div class="actions">
          <button
            type="button"
            class="button"
            onClick={() => {
              setDone(null);
              setStep('set');
            }}
          >
            {t(all.pin.set ? 'pin.change' : 'pin.save')}
          </button>
          {all.pin.set && (
            <button
              type="button"
              class="button"
              onClick={() => {
                setDone(null);
                setStep('remove');
              }}
            >
              {t('pin.remove')}
            </button>
          )}
        </div>
      ) : (
        <PinForm
          key={step}
          all={all}
          removes={step === 'remove'}
          onDone={finish}
          onCancel={() => setStep('rest')}
        />
      )}
      <Done text={done} />
      {all.pin.set && <LockedArea until={all.pin.unlocked_until} />}
    </Panel>
  );
}

function PinForm(props: {
  all: Profiles;
  removes: boolean;
  onDone: (said: string) => void;
  onCancel: () => void;
}) {
  const { all, removes } = props;
  const { busy, faults, refusal, form, submit } = useForm(sayPin);
  const pin = () => valueOf(form, 'new-pin');
  const password = () => valueOf(form, 'pin-password');
  const check = () => ({
    ...(removes ? {} : pinFaults('new-pin', pin())),
    ...neededFaults('pin-password', password()),
  });
  const send = async () => {
    const age = Number(valueOf(form, 'locked_age')) || null;
    await setPin(password(), removes ? null : pin(), age);
    props.onDone(t(removes ? 'pin.removed' : 'pin.saved'));
  };
  const kept = all.pin.locked_age ?? 0;
  const ages = [...new Set([...all.limits.map((one) => one.max_age), ...(kept ? [kept] : [])])]
    .filter((age) => age > 1)
    .sort((a, b) => a - b);
  return (
    <form ref={form} noValidate onSubmit={submit(check, send)}>
      <Refusal text={refusal} />
      {!removes && (
        <>
          <PinField
            name="new-pin"
            label={`${t('pin.new')} (${t('pin.label')})`}
            fault={faults['new-pin']}
            fresh
          />
          <FieldFrame name="locked_age" label={t('pin.locked')} hint={t('pin.lockedHint')}>
            <select id="locked_age" name="locked_age" aria-describedby="locked_age-hint">
              <option value="0">{t('pin.lockedNone')}</option>
              {ages.map((age) => (
                <option key={age} value={String(age)} selected={age === kept}>
                  {t('pin.lockedFrom', { n: age })}
                </option>
              ))}
            </select>
          </FieldFrame>
        </>
      )}
      <PasswordField
        name="pin-password"
        label={t('pin.password')}
        fault={faults['pin-password']}
        autocomplete="current-password"
      />
      <div class="actions">
        <Submit busy={busy} quiet>
          {t(removes ? 'pin.remove' : 'pin.save')}
        </Submit>
        <button type="button" class="button" onClick={props.onCancel}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}

/** What the PIN keeps closed on this device, and for how long it is open. */
export function LockedArea({ until }: { until: string | null }) {
  const [asking, setAsking] = useState(false);
  const open = until !== null && Date.parse(until) > Date.now();
  const close = async () => {
    try {
      await lock();
      tell(t('pin.isLocked'));
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    }
  };
  return (
    <>
      {open && <p class="panel-small">{t('pin.unlocked', { at: timeOfDay(until) })}</p>}
      <button type="button" class="button" onClick={() => (open ? void close() : setAsking(true))}>
        <Icon name={open ? 'lock' : 'unlock'} />
        {t(open ? 'pin.lock' : 'pin.unlock')}
      </button>
      {asking && (
        <PinPrompt
          why={t('pin.askUnlock')}
          send={async (pin) => {
            await unlock(pin);
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
