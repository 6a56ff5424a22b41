// Joining and signing in: two doors to the same hall.
import { useEffect } from 'preact/hooks';
import type { Problem } from '../core/api';
import { problemText } from '../core/problems';
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
import { Field, type Faults, PasswordField, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { passwordFaults } from './password';

type Door = 'join' | 'sign-in';

export function EntrancePage({ door }: { door: Door }) {
  const who = useStore(me);
  const { query: asked } = useStore(place);
  const next = safeNext(asked.get('next'));
  useDocumentTitle(t(door === 'join' ? 'join.title' : 'signin.title'));
  useEffect(() => {
    if (who) go(next, true);
  }, [who, next]);
  const other = query(door === 'join' ? '/sign-in' : '/join', { next: next === '/' ? null : next });
  return (
    <main id="content" class="entrance-page">
      <Wall />
      <div class="entrance-card">
        {door === 'join' ? <JoinText /> : <SignInText again={asked.has('again')} />}
        <EntranceForm key={door} door={door} />
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
  return (
    <>
      <h1 class="display" tabIndex={-1}>
        {t('join.title')}
      </h1>
      <p class="entrance-lead">{days > 0 ? t('join.lead', { n: days }) : t('join.leadNoTrial')}</p>
      <ul class="points">
        {(['join.point1', 'join.point2', 'join.point3'] as const).map((key) => (
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
    return { text: problemText(problem) };
  };
}

function EntranceForm({ door }: { door: Door }) {
  const { busy, faults, refusal, form, submit } = useForm(sayOf(door));
  const value = (name: string) =>
    (form.current?.elements.namedItem(name) as HTMLInputElement | null)?.value ?? '';
  const check = (): Faults => {
    const found: Faults = {};
    const email = value('email').trim();
    if (!email) found['email'] = t('field.required');
    else if (!/^[^@\s]+@[^@\s]+$/.test(email)) found['email'] = t('field.email.bad');
    Object.assign(
      found,
      door === 'join'
        ? passwordFaults('password', value('password'))
        : required('password', value('password')),
    );
    return found;
  };
  const send = () => (door === 'join' ? join : signIn)(value('email').trim(), value('password'));
  return (
    <form ref={form} noValidate onSubmit={submit(check, send)}>
      <Refusal text={refusal} />
      <Field
        name="email"
        type="email"
        label={t('field.email')}
        fault={faults['email']}
        autocomplete="username"
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
