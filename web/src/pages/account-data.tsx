// Taking one's data along, and leaving for good.
import { useState } from 'preact/hooks';
import { deleteAccount, exportAccount } from '../core/account';
import { asProblem, type Problem } from '../core/api';
import { problemText } from '../core/problems';
import { go } from '../core/router';
import type { Me } from '../core/types';
import { t } from '../i18n';
import { CodeField, PasswordField, Refusal, useForm } from '../ui/form';
import { tell } from '../ui/notice';
import { Dialog, Panel, valueOf } from '../ui/panel';
import { neededFaults, sayGuarded } from './account-safety';

export function DataPanel({ who }: { who: Me }) {
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const take = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await exportAccount();
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Panel id="data" title={t('data.title')}>
        <p>{t('data.lead')}</p>
        <button type="button" class="button" aria-disabled={busy} onClick={() => void take()}>
          {busy ? t('working') : t('data.export')}
        </button>
      </Panel>
      <Panel id="delete" title={t('delete.title')}>
        <p>{t('delete.lead')}</p>
        <button type="button" class="button is-bad" onClick={() => setLeaving(true)}>
          {t('delete.begin')}
        </button>
        {leaving && <Deletion who={who} onClose={() => setLeaving(false)} />}
      </Panel>
    </>
  );
}

function sayDeletion(problem: Problem): { field?: string | null; text: string } {
  if (problem.code === 'state') return { text: t('delete.last') };
  return sayGuarded(problem, 'delete-password');
}

function Deletion({ who, onClose }: { who: Me; onClose: () => void }) {
  const { busy, faults, refusal, form, submit } = useForm(sayDeletion);
  const password = () => valueOf(form, 'delete-password');
  const code = () => valueOf(form, 'code').trim();
  const check = () => ({
    ...neededFaults('delete-password', password()),
    ...(who.second_factor ? neededFaults('code', code()) : {}),
  });
  const send = async () => {
    await deleteAccount(password(), code());
    go('/', true);
    tell(t('delete.done'));
  };
  return (
    <Dialog title={t('delete.question')} onClose={onClose}>
      <p class="panel-wrap">{t('delete.more', { email: who.email })}</p>
      <form ref={form} noValidate onSubmit={submit(check, send)}>
        <Refusal text={refusal} />
        <PasswordField
          name="delete-password"
          label={t('pin.password')}
          fault={faults['delete-password']}
          autocomplete="current-password"
        />
        {who.second_factor && <CodeField label={t('delete.code')} fault={faults['code']} />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="button is-bad" aria-disabled={busy}>
            {busy ? t('working') : t('delete.yes')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
