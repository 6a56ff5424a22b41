// The account's passkeys: listed, added, named, removed.
import { useEffect, useRef, useState } from 'preact/hooks';
import { plainCode } from '../core/account';
import { asProblem, type Problem } from '../core/api';
import {
  addPasskey,
  canHavePasskeys,
  type Passkey,
  removePasskey,
  renamePasskey,
} from '../core/passkeys';
import { problemText } from '../core/problems';
import { useAnswer } from '../core/resource';
import type { Me } from '../core/types';
import { date, t } from '../i18n';
import { Confirm } from '../ui/confirm';
import { CodeField, Field, PasswordField, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { Done, valueOf } from '../ui/panel';
import { Failure } from '../ui/states';
import { neededFaults, sayGuarded } from './account-safety';

/** Other refusals of a full account, or an address without passkeys, say themselves. */
function sayAdding(problem: Problem) {
  if (problem.code === 'state' && problem.detail) return { text: problem.detail };
  if (problem.code === 'passkey-cancelled') return { text: t('passkeys.notMade') };
  return sayGuarded(problem, 'passkey-password');
}

export function PasskeysPanel({ who }: { who: Me }) {
  const answer = useAnswer<{ items: Passkey[]; most: number }>('/me/passkeys', who.id);
  const [adding, setAdding] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const [can] = useState(canHavePasskeys);
  const panel = useRef<HTMLElement>(null);
  const items = answer.value?.items ?? [];
  const full = items.length >= (answer.value?.most ?? Infinity);
  const settle = async (said: string) => {
    await answer.refresh();
    setAdding(false);
    setDone(said);
    panel.current?.querySelector<HTMLElement>('h2')?.focus(); // what was pressed is gone
  };
  return (
    <section class="panel" aria-labelledby="passkeys-title" ref={panel}>
      <h2 id="passkeys-title" tabIndex={-1}>
        {t('passkeys.title')}
      </h2>
      <p>{t('passkeys.lead')}</p>
      {answer.problem && !answer.value && (
        <Failure problem={answer.problem} retry={answer.refresh} />
      )}
      {items.length > 0 && (
        <ul class="devices">
          {items.map((one) => (
            <Row key={one.id} one={one} onChange={settle} />
          ))}
        </ul>
      )}
      {adding ? (
        <AddForm
          who={who}
          onAdded={(made) => void settle(t('passkeys.added', { name: made.name }))}
          onCancel={() => setAdding(false)}
        />
      ) : can ? (
        full ? (
          <p class="panel-small">{t('passkeys.full', { n: items.length })}</p>
        ) : (
          <button
            type="button"
            class="button"
            onClick={() => {
              setDone(null);
              setAdding(true);
            }}
          >
            {t('passkeys.add')}
          </button>
        )
      ) : (
        <p class="panel-small">{t('passkeys.cannot')}</p>
      )}
      <Done text={done} />
    </section>
  );
}

function AddForm(props: { who: Me; onAdded: (made: Passkey) => void; onCancel: () => void }) {
  const { busy, faults, refusal, form, submit } = useForm(sayAdding);
  const coded = props.who.second_factor;
  const password = () => valueOf(form, 'passkey-password');
  const code = () => (coded ? plainCode(valueOf(form, 'code')) : '');
  const [under] = useState(() => new AbortController());
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
    return () => under.abort(); // the browser asks no more when nobody waits for it
  }, []);
  return (
    <form
      ref={form}
      class="panel-part"
      noValidate
      onSubmit={submit(
        () => ({
          ...neededFaults('passkey-password', password()),
          ...(coded ? neededFaults('code', code()) : {}),
        }),
        async () => props.onAdded(await addPasskey(password(), code(), under.signal)),
      )}
    >
      <p class="panel-small">{t('passkeys.addMore')}</p>
      <Refusal text={refusal} />
      <PasswordField
        name="passkey-password"
        label={t('pin.password')}
        fault={faults['passkey-password']}
        autocomplete="current-password"
      />
      {coded && <CodeField label={t('factor.endCode')} fault={faults['code']} />}
      <div class="actions">
        <Submit busy={busy} quiet>
          {t('passkeys.make')}
        </Submit>
        <button type="button" class="link-button" onClick={props.onCancel}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}

function Row({ one, onChange }: { one: Passkey; onChange: (said: string) => Promise<void> }) {
  const [state, setState] = useState<'rest' | 'naming' | 'asking'>('rest');
  const remove = async () => {
    try {
      await removePasskey(one.id);
      await onChange(t('passkeys.removed', { name: one.name }));
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    }
  };
  return (
    <li class="device">
      <Icon name="key" />
      <div>
        <p class="device-name">{one.name}</p>
        <p class="panel-small">
          {[
            t('passkeys.created', { date: date(one.created) }),
            one.used ? t('passkeys.used', { date: date(one.used) }) : t('passkeys.unused'),
            one.synced ? t('passkeys.synced') : null,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {state === 'naming' ? (
        <NameForm
          one={one}
          onNamed={() => {
            setState('rest');
            void onChange(t('passkeys.named'));
          }}
          onCancel={() => setState('rest')}
        />
      ) : (
        <div class="device-actions">
          <button
            type="button"
            class="button is-small"
            aria-label={t('passkeys.renameName', { name: one.name })}
            onClick={() => setState('naming')}
          >
            {t('passkeys.rename')}
          </button>
          <button
            type="button"
            class="button is-small"
            aria-label={t('passkeys.removeName', { name: one.name })}
            onClick={() => setState('asking')}
          >
            {t('passkeys.remove')}
          </button>
        </div>
      )}
      {state === 'asking' && (
        <Confirm
          question={t('passkeys.removeAsk', { name: one.name })}
          yes={t('passkeys.remove')}
          onAnswer={(yes) => {
            setState('rest');
            if (yes) void remove();
          }}
        />
      )}
    </li>
  );
}

function NameForm(props: { one: Passkey; onNamed: () => void; onCancel: () => void }) {
  const { busy, faults, refusal, form, submit } = useForm((problem) =>
    problem.field === 'name'
      ? { field: `name-${props.one.id}`, text: t('passkeys.nameBad') }
      : { text: problemText(problem) },
  );
  const field = `name-${props.one.id}`;
  const name = () => valueOf(form, field).trim();
  useEffect(() => form.current?.querySelector('input')?.select(), []);
  return (
    <form
      ref={form}
      class="device-name-form"
      noValidate
      onSubmit={submit(
        () => neededFaults(field, name()),
        async () => {
          await renamePasskey(props.one.id, name());
          props.onNamed();
        },
      )}
    >
      <Refusal text={refusal} />
      <Field
        name={field}
        label={t('passkeys.name')}
        fault={faults[field]}
        defaultValue={props.one.name}
        maxLength={64}
        autocomplete="off"
      />
      <div class="actions">
        <Submit busy={busy} quiet>
          {t('profile.save')}
        </Submit>
        <button type="button" class="link-button" onClick={props.onCancel}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
