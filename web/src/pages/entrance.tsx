// Joining and signing in: two doors to the same hall.
import { useEffect, useState } from 'preact/hooks';
import { plainCode } from '../core/account';
import { asProblem, type Problem } from '../core/api';
import { problemText } from '../core/problems';
import { profiles } from '../core/profiles';
import { useAnswer } from '../core/resource';
import { go, place, safeNext } from '../core/router';
import { join, me, service, signIn } from '../core/session';
import { useStore } from '../core/store';
import type { Home } from '../core/types';
import { query } from '../core/api';
import { t } from '../i18n';
import { language } from '../i18n/language';
import { Art } from '../ui/art';
import { useDocumentTitle } from '../ui/document';
import { CodeField, Field, type Faults, PasswordField, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { PasskeyDoor } from './passkey-door';
import { emailFaults, passwordFaults } from './password';
import { useSells } from './plans';

type Door = 'join' | 'sign-in';

export function EntrancePage({ door }: { door: Door }) {
  const who = useStore(me);
  const { query: asked } = useStore(place);
  const next = safeNext(asked.get('next'));
  useDocumentTitle(t(door === 'join' ? 'join.title' : 'signin.title'));
  useEffect(() => {
    if (!who) return;
    const many = (profiles.get()?.items.length ?? 0) > 1;
    go(many ? query('/profiles', { next: next === '/' ? null : next }) : next, true);
  }, [who, next]);
  const other = query(door === 'join' ? '/sign-in' : '/join', { next: next === '/' ? null : next });
  return (
    <main id="content" class="entrance-page">
      <Wall />
      <div class="entrance-card">
        {door === 'join' ? <JoinText /> : <SignInText again={asked.has('again')} />}
        <EntranceForm key={door} door={door} />
        {door === 'sign-in' && <PasskeyDoor />}
        <p class="entrance-other">
          {t(door === 'join' ? 'join.already' : 'signin.new')}{' '}
          <a href={other}>{t(door === 'join' ? 'nav.signIn' : 'home.join')}</a>
        </p>
      </div>
    </main>
  );
}

function JoinText() {
  const days = useStore(service)?.plan.trial_days ?? 0;
  const last = useSells() ? 'join.point3Sells' : 'join.point3';
  return (
    <>
      <h1 class="display" tabIndex={-1}>
        {t('join.title')}
      </h1>
      <p class="entrance-lead">{days > 0 ? t('join.lead', { n: days }) : t('join.leadNoTrial')}</p>
      <ul class="points">
        {(['join.point1', 'join.point2', last] as const).map((key) => (
          <li key={key}>
            <Icon name="check" />
            {t(key)}
          </li>
        ))}
      </ul>
    </>
  );
}

function SignInText({ again }: { again: boolean }) {
  return (
    <>
      <h1 class="display" tabIndex={-1}>
        {t('signin.title')}
      </h1>
      <p class="entrance-lead">{t(again ? 'signin.again' : 'signin.lead')}</p>
    </>
  );
}

function sayOf(door: Door) {
  return (problem: Problem): { field?: string | null; text: string } => {
    if (problem.code === 'exists') return { field: 'email', text: t('problem.exists.email') };
    if (problem.code === 'validation' && problem.field === 'email')
      return { field: 'email', text: t('field.email.bad') };
    if (problem.code === 'validation' && problem.field === 'password' && door === 'join') {
      return { field: 'password', text: t('field.password.bad') };
    }
    if (problem.code === 'second-factor') return { field: 'code', text: problemText(problem) };
    return { text: problemText(problem) };
  };
}

function EntranceForm({ door }: { door: Door }) {
  const { busy, faults, refusal, form, submit } = useForm(sayOf(door));
  /** Address and password that were good, while the code is asked. */
  const [pair, setPair] = useState<[string, string] | null>(null);
  const value = (name: string) =>
    (form.current?.elements.namedItem(name) as HTMLInputElement | null)?.value ?? '';
  const check = (): Faults => {
    if (pair) return required('code', plainCode(value('code')));
    return {
      ...emailFaults('email', value('email').trim()),
      ...(door === 'join'
        ? passwordFaults('password', value('password'))
        : required('password', value('password'))),
    };
  };
  const send = async () => {
    if (pair) return signIn(...pair, plainCode(value('code')));
    const given: [string, string] = [value('email').trim(), value('password')];
    if (door === 'join') return join(...given);
    try {
      await signIn(...given);
    } catch (error) {
      if (asProblem(error).code !== 'second-factor') throw error;
      setPair(given); // they were good: the code is asked besides
    }
  };
  if (pair) {
    return (
      <form key="code" ref={form} noValidate onSubmit={submit(check, send)}>
        <p>{t('signin.codeLead')}</p>
        <Refusal text={refusal} />
        <CodeField hint={t('signin.codeHint')} fault={faults['code']} focused />
        <Submit busy={busy}>{t('signin.submit')}</Submit>
        <button type="button" class="link-button" onClick={() => setPair(null)}>
          {t('signin.codeBack')}
        </button>
      </form>
    );
  }
  return (
    <form ref={form} noValidate onSubmit={submit(check, send)}>
      <Refusal text={refusal} />
      <Field
        name="email"
        type="email"
        label={t('field.email')}
        fault={faults['email']}
        autocomplete={door === 'sign-in' ? 'username webauthn' : 'username'}
        inputMode="email"
        autocapitalize="off"
        spellcheck={false}
        required
      />
      <PasswordField
        name="password"
        label={t('field.password')}
        hint={door === 'join' ? t('field.passwordHint') : undefined}
        fault={faults['password']}
        autocomplete={door === 'join' ? 'new-password' : 'current-password'}
        required
      />
      {door === 'sign-in' && (
        <a class="forgot" href="/forgot">
          {t('forgot.link')}
        </a>
      )}
      <Submit busy={busy}>{t(door === 'join' ? 'join.submit' : 'signin.submit')}</Submit>
    </form>
  );
}

const required = (name: string, value: string): Faults =>
  value ? {} : { [name]: t('field.required') };

/** What there is to see, behind the door. */
function Wall() {
  const spoken = useStore(language);
  const home = useAnswer<Home>(query('/home', { language: spoken }), 'wall');
  const cards = [
    ...new Map(
      (home.value?.rows ?? []).flatMap((row) => row.items).map((card) => [card.id, card]),
    ).values(),
  ];
  if (cards.length === 0) return <div class="wall" aria-hidden="true" />;
  const many = Array.from({ length: 24 }, (_, i) => cards[i % cards.length]!);
  return (
    <div class="wall" aria-hidden="true">
      <div class="wall-tiles">
        {many.map((card, i) => (
          <Art key={i} id={card.id} src={card.poster} title={card.title} shape="poster" />
        ))}
      </div>
    </div>
  );
}
