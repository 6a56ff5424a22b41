// The part of the account that keeps it safe: its address, its devices, a second step.
import { useEffect, useRef, useState } from 'preact/hooks';
import {
  beginFactor,
  changeAddress,
  confirmFactor,
  endFactor,
  endOtherSessions,
  endSession,
  keepFile,
  plainCode,
  type Secret,
} from '../core/account';
import { asProblem, type Problem } from '../core/api';
import { problemText } from '../core/problems';
import { useAnswer } from '../core/resource';
import { whoIsHere } from '../core/session';
import type { Me, MemberSession } from '../core/types';
import { countryName, dateShort, t } from '../i18n';
import { Confirm } from '../ui/confirm';
import { CodeField, Field, type Faults, PasswordField, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { Done, Panel, valueOf } from '../ui/panel';
import { QrCode } from '../ui/qr-code';
import { sendVerification } from '../ui/verification';
import { Failure } from '../ui/states';
import { emailFaults } from './password';

type Said = { field?: string | null; text: string };

/** What a refused password or code is called, at its field. */
export function sayGuarded(problem: Problem, password: string): Said {
  if (problem.code === 'credentials') return { field: password, text: t('address.wrongPassword') };
  if (problem.code === 'second-factor') return { field: 'code', text: problemText(problem) };
  return { text: problemText(problem) };
}

export const neededFaults = (name: string, value: string): Faults =>
  value ? {} : { [name]: t('field.required') };

/* ---- the address ---- */

function sayAddress(problem: Problem): Said {
  if (problem.code === 'exists') return { field: 'email', text: t('problem.exists.email') };
  if (problem.code === 'validation') return { field: 'email', text: t('field.email.bad') };
  return sayGuarded(problem, 'address-password');
}

export function AddressPanel({ who }: { who: Me }) {
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState<string | null>(null);
  const { busy, faults, refusal, form, submit } = useForm(sayAddress);
  const email = () => valueOf(form, 'email').trim();
  const password = () => valueOf(form, 'address-password');
  const check = (): Faults => ({
    ...emailFaults('email', email()),
    ...neededFaults('address-password', password()),
  });
  const send = async () => {
    const next = email();
    await changeAddress(next, password());
    setOpen(false);
    setSent(t('address.sent', { email: next }));
  };
  return (
    <Panel
      id="address"
      title={t('address.title')}
      badge={{
        text: t(who.email_verified ? 'address.verified' : 'address.unverified'),
        good: who.email_verified,
      }}
    >
      <p class="panel-wrap">{who.email}</p>
      <Done text={sent} />
      {open ? (
        <form ref={form} noValidate onSubmit={submit(check, send)}>
          <Refusal text={refusal} />
          <Field
            name="email"
            type="email"
            label={t('address.new')}
            fault={faults['email']}
            autocomplete="email"
            inputMode="email"
            autocapitalize="off"
            spellcheck={false}
          />
          <PasswordField
            name="address-password"
            label={t('pin.password')}
            fault={faults['address-password']}
            autocomplete="current-password"
          />
          <Submit busy={busy} quiet>
            {t('address.change')}
          </Submit>
        </form>
      ) : (
        <div class="actions">
          <button type="button" class="button" onClick={() => setOpen(true)}>
            {t('address.change')}
          </button>
          {!who.email_verified && (
            <button type="button" class="button" onClick={() => void sendVerification(who.email)}>
              {t('banner.send')}
            </button>
          )}
        </div>
      )}
    </Panel>
  );
}

/* ---- devices ---- */

const deviceOf = (one: MemberSession) => one.name ?? one.agent ?? t('devices.unknown');

export function DevicesPanel({ who }: { who: Me }) {
  const sessions = useAnswer<{ items: MemberSession[] }>('/me/sessions', who.id);
  const [asking, setAsking] = useState(false);
  const heading = useRef<HTMLElement>(null);
  const all = sessions.value?.items ?? [];
  const others = all.filter((one) => !one.current);
  const end = async (what: () => Promise<void>, said: string) => {
    try {
      await what();
      tell(said);
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    }
    await sessions.refresh();
    heading.current?.querySelector<HTMLElement>('h2')?.focus(); // its button is gone
  };
  return (
    <section class="panel" aria-labelledby="devices-title" ref={heading}>
      <h2 id="devices-title" tabIndex={-1}>
        {t('devices.title')}
      </h2>
      <p class="panel-small">{t('devices.lead')}</p>
      {sessions.problem && !sessions.value && (
        <Failure problem={sessions.problem} retry={sessions.refresh} />
      )}
      <ul class="devices">
        {all.map((one) => (
          <Device
            key={one.id}
            one={one}
            end={() =>
              void end(() => endSession(one.id), t('devices.ended', { device: deviceOf(one) }))
            }
          />
        ))}
      </ul>
      <div class="actions">
        <a class="button" href="/activate">
          {t('activate.title')}
        </a>
        {others.length > 0 && (
          <button type="button" class="button" onClick={() => setAsking(true)}>
            {t('devices.endOthers')}
          </button>
        )}
      </div>
      {asking && (
        <Confirm
          question={t('devices.endOthersAsk')}
          yes={t('devices.endOthers')}
          onAnswer={(yes) => {
            setAsking(false);
            if (yes) void end(endOtherSessions, t('devices.othersEnded'));
          }}
        />
      )}
    </section>
  );
}

function Device({ one, end }: { one: MemberSession; end: () => void }) {
  const seen = dateShort(one.seen);
  return (
    <li class="device">
      <Icon name="screen" />
      <div>
        <p class="device-name" dir="auto">
          {deviceOf(one)}
        </p>
        <p class="panel-small">
          {[
            one.current ? t('devices.this') : t('devices.seen', { when: seen }),
            one.place ? countryName(one.place) : null,
            one.partner ? t('devices.by', { partner: one.partner }) : null,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {!one.current && (
        <button
          type="button"
          class="button is-small"
          aria-label={t('devices.endName', { device: deviceOf(one), when: seen })}
          onClick={end}
        >
          {t('devices.end')}
        </button>
      )}
    </li>
  );
}

/* ---- a second step ---- */

type Step = 'rest' | 'password' | 'scan' | 'codes' | 'end';

export function FactorPanel({ who }: { who: Me }) {
  const [step, setStep] = useState<Step>('rest');
  const [secret, setSecret] = useState<Secret | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const [done, setDone] = useState<string | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What was pressed is gone: reading goes on at what took its place.
    if (step === 'rest') return;
    panel.current?.querySelector<HTMLElement>('h3, input')?.focus();
    setDone(null);
  }, [step]);
  const on = who.second_factor;
  const finish = async (said: string | null) => {
    setSecret(null);
    setCodes([]);
    setStep('rest');
    setDone(said);
    await whoIsHere();
  };
  return (
    <Panel
      id="factor"
      title={t('factor.title')}
      badge={{
        text: t(on || step === 'codes' ? 'factor.on' : 'factor.off'),
        good: on || step === 'codes',
      }}
    >
      <div class="panel-part" ref={panel}>
        {step === 'rest' && (
          <>
            <p>{t(on ? 'factor.onMore' : 'factor.offMore')}</p>
            <button type="button" class="button" onClick={() => setStep(on ? 'end' : 'password')}>
              {t(on ? 'factor.end' : 'factor.begin')}
            </button>
          </>
        )}
        {step === 'password' && (
          <FactorPassword
            onSecret={(made) => {
              setSecret(made);
              setStep('scan');
            }}
          />
        )}
        {step === 'scan' && secret && (
          <FactorScan
            secret={secret}
            onCodes={(made) => {
              setCodes(made);
              setStep('codes');
            }}
          />
        )}
        {step === 'codes' && <RecoveryCodes codes={codes} onKept={() => void finish(null)} />}
        {step === 'end' && <FactorEnd onEnd={() => void finish(t('factor.ended'))} />}
        {(step === 'password' || step === 'scan' || step === 'end') && (
          <button type="button" class="link-button" onClick={() => setStep('rest')}>
            {t('cancel')}
          </button>
        )}
        <Done text={done} />
      </div>
    </Panel>
  );
}

const Stage = ({ n, title }: { n: number; title: string }) => (
  <h3 tabIndex={-1}>
    <span class="eyebrow">{t('factor.step', { n })}</span>
    <br />
    {title}
  </h3>
);

function FactorPassword({ onSecret }: { onSecret: (made: Secret) => void }) {
  const { busy, faults, refusal, form, submit } = useForm((one) =>
    sayGuarded(one, 'factor-password'),
  );
  const password = () => valueOf(form, 'factor-password');
  return (
    <form
      ref={form}
      noValidate
      onSubmit={submit(
        () => neededFaults('factor-password', password()),
        async () => onSecret(await beginFactor(password())),
      )}
    >
      <Stage n={1} title={t('factor.password')} />
      <Refusal text={refusal} />
      <PasswordField
        name="factor-password"
        label={t('pin.password')}
        fault={faults['factor-password']}
        autocomplete="current-password"
      />
      <Submit busy={busy} quiet>
        {t('factor.continue')}
      </Submit>
    </form>
  );
}

const inFours = (secret: string) => secret.match(/.{1,4}/g)?.join(' ') ?? secret;

function FactorScan({ secret, onCodes }: { secret: Secret; onCodes: (made: string[]) => void }) {
  const { busy, faults, refusal, form, submit } = useForm((one) => sayGuarded(one, 'code'));
  const code = () => plainCode(valueOf(form, 'code'));
  return (
    <form
      ref={form}
      noValidate
      onSubmit={submit(
        () => neededFaults('code', code()),
        async () => onCodes((await confirmFactor(code())).recovery_codes),
      )}
    >
      <Stage n={2} title={t('factor.scan')} />
      <p class="panel-small">{t('factor.scanMore')}</p>
      <QrCode text={secret.uri} label={t('factor.qr')} />
      <p>{t('factor.typed')}</p>
      <p class="secret">{inFours(secret.secret)}</p>
      <a href={secret.uri} target="_self">
        {t('factor.open')}
      </a>
      <Refusal text={refusal} />
      <CodeField label={t('factor.code')} hint={t('factor.codeHint')} fault={faults['code']} />
      <Submit busy={busy} quiet>
        {t('factor.confirm')}
      </Submit>
    </form>
  );
}

function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const text = codes.join('\n') + '\n';
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      tell(t('factor.copied'));
    } catch {
      keepFile('lanterne-codes.txt', 'text/plain', text); // no clipboard here
    }
  };
  return (
    <>
      <Stage n={3} title={t('factor.codes')} />
      <p>{t('factor.codesMore')}</p>
      <ul class="codes">
        {codes.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="button" onClick={() => void copy()}>
          {t('factor.copy')}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => keepFile('lanterne-codes.txt', 'text/plain', text)}
        >
          {t('factor.save')}
        </button>
        <button type="button" class="button is-light" onClick={onKept}>
          {t('factor.kept')}
        </button>
      </div>
    </>
  );
}

function FactorEnd({ onEnd }: { onEnd: () => void }) {
  const { busy, faults, refusal, form, submit } = useForm((one) =>
    sayGuarded(one, 'factor-password'),
  );
  const password = () => valueOf(form, 'factor-password');
  const code = () => plainCode(valueOf(form, 'code'));
  return (
    <form
      ref={form}
      noValidate
      onSubmit={submit(
        () => ({ ...neededFaults('factor-password', password()), ...neededFaults('code', code()) }),
        async () => {
          await endFactor(password(), code());
          onEnd();
        },
      )}
    >
      <Refusal text={refusal} />
      <PasswordField
        name="factor-password"
        label={t('pin.password')}
        fault={faults['factor-password']}
        autocomplete="current-password"
      />
      <CodeField label={t('factor.endCode')} fault={faults['code']} />
      <Submit busy={busy} quiet>
        {t('factor.end')}
      </Submit>
    </form>
  );
}
