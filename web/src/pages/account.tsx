import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../core/api';
import { problemText } from '../core/problems';
import { mayManage, profiles } from '../core/profiles';
import { go } from '../core/router';
import { changePassword, me, saveLanguage } from '../core/session';
import { useStore } from '../core/store';
import { countryName, date, t } from '../i18n';
import { choose, language, languageNames, languages } from '../i18n/language';
import { useDocumentTitle } from '../ui/document';
import { type Faults, PasswordField, Refusal, Submit, useForm } from '../ui/form';
import { leave } from '../ui/frame';
import { Icon } from '../ui/icons';
import { Loading } from '../ui/states';
import { ClosedAccount, PinPanel, ProfilesPanel } from './account-profiles';
import { DataPanel } from './account-data';
import { BillsPanel, RentalsPanel } from './account-bills';
import { PasskeysPanel } from './account-passkeys';
import { GiftPanel, SubscriptionPanel } from './account-plan';
import { BankReturn } from './bank-return';
import { AddressPanel, DevicesPanel, FactorPanel } from './account-safety';
import { StreamsPanel } from './account-streams';
import { MeansPanel } from './means';
import { passwordFaults } from './password';
import { usePlans } from './plans';

export function AccountPage() {
  const who = useStore(me);
  const all = useStore(profiles);
  const plans = usePlans().value;
  const [turn, setTurn] = useState(0);
  useDocumentTitle(t('account.title'));
  useEffect(() => {
    if (who === null) go('/sign-in?next=%2Faccount', true);
  }, [who]);
  if (!who) {
    return (
      <main id="content" class="page">
        <Loading />
      </main>
    );
  }
  if (all && !mayManage(all)) return <ClosedAccount all={all} />;
  return (
    <main id="content" class="page account">
      <h1 class="display" tabIndex={-1}>
        {t('account.title')}
      </h1>
      <p class="account-who">
        <strong>{who.email}</strong>
        <span>{t('account.member', { date: date(who.created) })}</span>
      </p>
      <BankReturn onSettled={() => setTurn((n) => n + 1)} />
      <div class="panels" key={turn}>
        <SubscriptionPanel who={who} plans={plans} />
        {plans && plans.items.length > 0 && <MeansPanel kinds={plans.means} />}
        {plans && plans.items.length > 0 && <BillsPanel who={who} />}
        <RentalsPanel who={who} />
        {plans && plans.items.length > 0 && <GiftPanel />}
        <ProfilesPanel />
        <LanguagePanel />
        <AddressPanel who={who} />
        <PasswordPanel />
        <FactorPanel who={who} />
        <PasskeysPanel who={who} />
        <PinPanel />
        <StreamsPanel who={who} />
        <DevicesPanel who={who} />
        <section class="panel" aria-labelledby="session-title">
          <h2 id="session-title">{t('account.session')}</h2>
          <p>{t('account.territory', { name: countryName(who.territory) })}</p>
          <button type="button" class="button" onClick={() => void leave().then(() => go('/'))}>
            {t('nav.signOut')}
          </button>
        </section>
        <DataPanel who={who} />
      </div>
    </main>
  );
}

function LanguagePanel() {
  const now = useStore(language);
  return (
    <section class="panel" aria-labelledby="language-title">
      <h2 id="language-title">{t('account.language')}</h2>
      <div class="choices" role="radiogroup" aria-labelledby="language-title">
        {languages.map((one) => (
          <label key={one} class="choice">
            <input
              type="radio"
              name="language"
              value={one}
              checked={one === now}
              onChange={() => {
                choose(one, true);
                void saveLanguage();
              }}
            />
            <span lang={one}>{languageNames[one]}</span>
          </label>
        ))}
      </div>
      <p class="panel-small">{t('account.languageMore')}</p>
    </section>
  );
}

function sayPassword(problem: Problem): { field?: string | null; text: string } {
  if (problem.code === 'credentials' || problem.field === 'current') {
    return { field: 'current', text: t('account.wrongCurrent') };
  }
  if (problem.code === 'validation') return { field: 'new', text: t('field.password.bad') };
  return { text: problemText(problem) };
}

function PasswordPanel() {
  const { busy, faults, refusal, form, submit } = useForm(sayPassword);
  const [done, setDone] = useState(false);
  const value = (name: string) =>
    (form.current?.elements.namedItem(name) as HTMLInputElement | null)?.value ?? '';
  const check = (): Faults => ({
    ...(value('current') ? {} : { current: t('field.required') }),
    ...passwordFaults('new', value('new')),
  });
  const send = async () => {
    setDone(false);
    await changePassword(value('current'), value('new'));
    form.current?.reset();
    setDone(true);
  };
  return (
    <section class="panel" aria-labelledby="password-title">
      <h2 id="password-title">{t('account.password')}</h2>
      <form ref={form} noValidate onSubmit={submit(check, send)}>
        <input
          class="unseen"
          type="text"
          name="username"
          autocomplete="username"
          value={me.get()?.email ?? ''}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <Refusal text={refusal} />
        <PasswordField
          name="current"
          label={t('account.current')}
          fault={faults['current']}
          autocomplete="current-password"
        />
        <PasswordField
          name="new"
          label={t('account.new')}
          hint={t('field.passwordHint')}
          fault={faults['new']}
          autocomplete="new-password"
        />
        <Submit busy={busy} quiet>
          {t('account.change')}
        </Submit>
        <p class="form-done" role="status">
          {done && (
            <>
              <Icon name="check" />
              {t('account.changed')}
            </>
          )}
        </p>
      </form>
    </section>
  );
}
