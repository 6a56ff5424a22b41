// Where letters lead: confirming an address, and a new password. The token stands behind the #,
// which no server is sent, and leaves the address bar as soon as it is read.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { askReset, useReset, verifyAddress } from '../core/account';
import type { Problem } from '../core/api';
import { problemText } from '../core/problems';
import { place } from '../core/router';
import { me } from '../core/session';
import { useStore } from '../core/store';
import { t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Field, type Faults, PasswordField, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { emailFaults, passwordFaults } from './password';

export function Card({ children }: { children: ComponentChildren }) {
  return (
    <main id="content" class="entrance-page">
      <div class="wall" aria-hidden="true" />
      <div class="entrance-card">{children}</div>
    </main>
  );
}

export function Head({ title, lead }: { title: string; lead: string }) {
  return (
    <>
      <h1 class="display" tabIndex={-1}>
        {title}
      </h1>
      <p class="entrance-lead">{lead}</p>
    </>
  );
}

/** The token of the letter's link; a letter opened in the same tab brings another. */
export function useToken(): string {
  const { turn } = useStore(place);
  const [token, setToken] = useState(() => decodeURIComponentSafely(location.hash.slice(1)));
  useEffect(() => {
    if (!location.hash) return;
    setToken(decodeURIComponentSafely(location.hash.slice(1)));
    history.replaceState(history.state, '', location.pathname);
  }, [turn]);
  return token;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type State = 'ask' | 'done' | 'gone';

/** A link that was refused is told in place of the form; the heading gets the focus. */
function useEnd(token: string) {
  const [state, setState] = useState<State>('ask');
  useEffect(() => setState('ask'), [token]);
  useEffect(() => {
    if (state !== 'ask') document.querySelector<HTMLElement>('main h1')?.focus();
  }, [state]);
  const guarded = (send: () => Promise<unknown>) => async () => {
    try {
      await send();
      setState('done');
    } catch (error) {
      if ((error as Problem).code !== 'link') throw error;
      setState('gone');
    }
  };
  return { state, guarded };
}

export function VerifyPage() {
  const token = useToken();
  const who = useStore(me);
  const { state, guarded } = useEnd(token);
  const { busy, refusal, form, submit } = useForm(sayVerify);
  useDocumentTitle(t('verify.title'));
  if (state === 'done') {
    return (
      <Card>
        <Icon name="check" class="card-sign" />
        <Head title={t('verify.done')} lead={t('verify.doneMore')} />
        <a class="button is-light is-large" href="/">
          {t('verify.home')}
        </a>
      </Card>
    );
  }
  if (!token || state === 'gone') {
    return (
      <Card>
        <Head {...dead(token)} />
        <a class="button is-light is-large" href={who ? '/account' : '/sign-in?next=%2Faccount'}>
          {t(who ? 'link.account' : 'nav.signIn')}
        </a>
      </Card>
    );
  }
  return (
    <Card>
      <Head title={t('verify.title')} lead={t('verify.lead')} />
      <form
        ref={form}
        onSubmit={submit(
          () => ({}),
          guarded(() => verifyAddress(token)),
        )}
      >
        <Refusal text={refusal} />
        <Submit busy={busy}>{t('verify.submit')}</Submit>
      </form>
    </Card>
  );
}

const dead = (token: string) => ({
  title: t(token ? 'link.gone' : 'link.missing'),
  lead: t(token ? 'link.goneMore' : 'link.missingMore'),
});

function sayVerify(problem: Problem): { text: string } {
  if (problem.code === 'exists') return { text: t('problem.exists.email') };
  return { text: problemText(problem) };
}

function sayReset(problem: Problem): { field?: string | null; text: string } {
  if (problem.code === 'validation') return { field: 'password', text: t('field.password.bad') };
  return { text: problemText(problem) };
}

export function ResetPage() {
  const token = useToken();
  const { state, guarded } = useEnd(token);
  const { busy, faults, refusal, form, submit } = useForm(sayReset);
  const value = () =>
    (form.current?.elements.namedItem('password') as HTMLInputElement | null)?.value ?? '';
  useDocumentTitle(t('reset.title'));
  if (state === 'done') {
    return (
      <Card>
        <Icon name="check" class="card-sign" />
        <Head title={t('reset.done')} lead={t('reset.doneMore')} />
        <a class="button is-light is-large" href="/sign-in">
          {t('nav.signIn')}
        </a>
      </Card>
    );
  }
  if (!token || state === 'gone') {
    return (
      <Card>
        <Head {...dead(token)} />
        <a class="button is-light is-large" href="/forgot">
          {t('reset.another')}
        </a>
      </Card>
    );
  }
  return (
    <Card>
      <Head title={t('reset.title')} lead={t('reset.lead')} />
      <form
        ref={form}
        noValidate
        onSubmit={submit(
          () => passwordFaults('password', value()),
          guarded(() => useReset(token, value())),
        )}
      >
        <Refusal text={refusal} />
        <PasswordField
          name="password"
          label={t('account.new')}
          hint={t('field.passwordHint')}
          fault={faults['password']}
          autocomplete="new-password"
          required
        />
        <Submit busy={busy}>{t('reset.submit')}</Submit>
      </form>
    </Card>
  );
}

function sayForgot(problem: Problem): { field?: string | null; text: string } {
  if (problem.code === 'validation') return { field: 'email', text: t('field.email.bad') };
  return { text: problemText(problem) };
}

/** The answer is the same whether the address has an account: nothing is given away. */
export function ForgotPage() {
  const [sent, setSent] = useState<string | null>(null);
  const { busy, faults, refusal, form, submit } = useForm(sayForgot);
  const value = () =>
    (form.current?.elements.namedItem('email') as HTMLInputElement | null)?.value.trim() ?? '';
  useDocumentTitle(t('forgot.title'));
  useEffect(() => {
    if (sent) document.querySelector<HTMLElement>('main h1')?.focus();
  }, [sent]);
  const check = (): Faults => emailFaults('email', value());
  const send = async () => {
    const email = value();
    await askReset(email);
    setSent(email);
  };
  if (sent) {
    return (
      <Card>
        <Icon name="letter" class="card-sign" />
        <Head title={t('forgot.sent')} lead={t('forgot.sentMore', { email: sent })} />
        <button type="button" class="button" onClick={() => setSent(null)}>
          {t('forgot.again')}
        </button>
        <p class="entrance-other">
          <a href="/sign-in">{t('nav.signIn')}</a>
        </p>
      </Card>
    );
  }
  return (
    <Card>
      <Head title={t('forgot.title')} lead={t('forgot.lead')} />
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
        <Submit busy={busy}>{t('forgot.submit')}</Submit>
      </form>
      <p class="entrance-other">
        {t('forgot.remembered')} <a href="/sign-in">{t('nav.signIn')}</a>
      </p>
    </Card>
  );
}
