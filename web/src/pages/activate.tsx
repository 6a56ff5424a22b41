// Where a box sends its member (RFC 8628): the code that it shows is typed, or came with the address
// of a QR code, and the member says whether the box may sign in. The code stays in the address, so
// that signing in first, or loading the page again, comes back to it.
import { useEffect, useState } from 'preact/hooks';
import { decideDevice, devicePath } from '../core/account';
import { asProblem, type Problem, query } from '../core/api';
import { problemText } from '../core/problems';
import { useAnswer, useEvery } from '../core/resource';
import { go, place } from '../core/router';
import { me } from '../core/session';
import { useStore } from '../core/store';
import type { DeviceCode, Me } from '../core/types';
import { countryName, t, timeOfDay } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Field, type Faults, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { valueOf } from '../ui/panel';
import { Failure, Loading } from '../ui/states';
import { Card, Head } from './links';

/** The code that was meant, "BCDF-GHJK", as the service reads it; null: it cannot be one. */
export function codeMeant(typed: string): string | null {
  const plain = typed.replace(/[\s\-_.\u2010-\u2014]/g, '').toUpperCase();
  return /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/.test(plain)
    ? `${plain.slice(0, 4)}-${plain.slice(4)}`
    : null;
}

export function ActivatePage() {
  const who = useStore(me);
  const asked = useStore(place).query.get('code')?.slice(0, 26) ?? '';
  const code = codeMeant(asked);
  useDocumentTitle(t('activate.title'));
  if (who === undefined) {
    return (
      <Card>
        <Loading />
      </Card>
    );
  }
  if (who === null) return <Door code={code} />;
  if (code === null) return <CodeForm typed={asked} refused={null} />;
  return <Question key={code} code={code} who={who} />;
}

function Door({ code }: { code: string | null }) {
  const next = query('/activate', { code });
  return (
    <Card>
      <Head title={t('activate.title')} lead={t('activate.signIn')} />
      {code && <p class="box-code">{code}</p>}
      <a class="button is-light is-large" href={query('/sign-in', { next })}>
        {t('nav.signIn')}
      </a>
      <p class="entrance-other">
        {t('signin.new')} <a href={query('/join', { next })}>{t('home.join')}</a>
      </p>
    </Card>
  );
}

function CodeForm({ typed, refused }: { typed: string; refused: Problem | null }) {
  const { busy, faults, refusal, form, submit } = useForm();
  const said = refused ? problemText(refused) : null;
  const isField = refused?.code === 'device-code';
  const value = () => codeMeant(valueOf(form, 'code'));
  useEffect(() => form.current?.querySelector('input')?.focus(), [refused]);
  const check = (): Faults => (value() ? {} : { code: t('activate.codeBad') });
  return (
    <Card>
      <Head title={t('activate.title')} lead={t('activate.lead')} />
      <form
        ref={form}
        noValidate
        onSubmit={submit(check, async () => go(query('/activate', { code: value() })))}
      >
        <Refusal text={refusal ?? (isField ? null : said)} />
        <Field
          name="code"
          label={t('activate.code')}
          hint={t('activate.codeHint')}
          fault={faults['code'] ?? (isField ? said : null)}
          class="code-input box-code-input"
          defaultValue={typed}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={26}
          placeholder="BCDF-GHJK"
        />
        <Submit busy={busy}>{t('activate.continue')}</Submit>
      </form>
    </Card>
  );
}

function Question({ code, who }: { code: string; who: Me }) {
  const { value: box, problem, refresh, put } = useAnswer<DeviceCode>(devicePath(code), who.id);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Problem | null>(null);
  const state = box?.state;
  useEvery(2, state === 'allowed' && !problem, refresh);
  useEffect(() => {
    if (state === undefined || state === 'waiting') return;
    window.scrollTo({ top: 0, behavior: 'instant' as ScrollBehavior });
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [state]);
  const decide = async (allow: boolean) => {
    if (busy) return;
    setBusy(true);
    setFailed(null);
    try {
      put(await decideDevice(code, allow));
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const over = failed?.code === 'device-code' ? failed : problem;
  if (over && state !== 'allowed') return <NoQuestion code={code} problem={over} retry={refresh} />;
  if (!box) {
    return (
      <Card>
        <Loading />
      </Card>
    );
  }
  if (box.state !== 'waiting') return <Decided box={box} late={problem !== null} />;
  return (
    <Card>
      <h1 class="display" tabIndex={-1}>
        {t('activate.ask')}
      </h1>
      <p class="box-code">{box.user_code}</p>
      <About box={box} />
      <p class={box.near ? 'panel-small' : 'box-far'}>
        {!box.near && <Icon name="alert" />}
        {t(box.near ? 'activate.near' : 'activate.far')}
      </p>
      <p>{t('activate.next', { email: who.email })}</p>
      <Refusal text={failed ? problemText(failed) : null} />
      <div class="box-answer">
        <button
          type="button"
          class="button is-large"
          aria-disabled={busy}
          onClick={() => void decide(false)}
        >
          {t('activate.refuse')}
        </button>
        <button
          type="button"
          class="button is-light is-large"
          aria-disabled={busy}
          onClick={() => void decide(true)}
        >
          {t('activate.allow')}
        </button>
      </div>
    </Card>
  );
}

function About({ box }: { box: DeviceCode }) {
  const program = box.version ? `${box.client} ${box.version}` : box.client;
  const facts: [string, string | null][] = [
    [t('activate.name'), box.name],
    [t('activate.model'), box.model],
    [t('activate.program'), program],
    [t('activate.place'), box.place ? countryName(box.place) : t('activate.placeUnknown')],
    [t('activate.when'), timeOfDay(box.created)],
  ];
  return (
    <>
      <p class="unseen" id="box-which">
        {t('activate.which')}
      </p>
      <dl class="box-facts" aria-labelledby="box-which">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

/** There is nothing to decide: the code is not one, or not from here. */
function NoQuestion(props: { code: string; problem: Problem; retry: () => Promise<void> }) {
  const { code, problem, retry } = props;
  if (problem.code === 'profile') {
    const next = query('/activate', { code });
    return (
      <Card>
        <Head title={t('activate.profile')} lead={t('activate.profileMore')} />
        <a class="button is-light is-large" href={query('/profiles', { next })}>
          {t('activate.profiles')}
        </a>
      </Card>
    );
  }
  if (problem.code === 'device-code' || problem.code === 'slow-down')
    return <CodeForm typed={code} refused={problem} />;
  return (
    <Card>
      <Failure problem={problem} retry={retry} />
    </Card>
  );
}

/** late: its quarter of an hour went by, and it did not come for its session. */
function Decided({ box, late }: { box: DeviceCode; late: boolean }) {
  if (box.state === 'refused') {
    return (
      <Card>
        <Head title={t('activate.refused')} lead={t('activate.refusedMore')} />
        <a class="button is-large" href="/activate">
          {t('activate.another')}
        </a>
      </Card>
    );
  }
  if (box.state === 'allowed') {
    return (
      <Card>
        <Icon name="screen" class="card-sign" />
        <Head
          title={t('activate.allowed')}
          lead={t(late ? 'activate.late' : 'activate.allowedMore')}
        />
        {!late && <Loading />}
      </Card>
    );
  }
  return (
    <Card>
      <Icon name="check" class="card-sign" />
      <Head title={t('activate.done')} lead={t('activate.doneMore')} />
      <a class="button is-light is-large" href="/">
        {t('verify.home')}
      </a>
      <p class="entrance-other">
        <a href="/account">{t('link.account')}</a>
      </p>
    </Card>
  );
}
