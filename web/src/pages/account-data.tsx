// Taking one's data along, and leaving for good.
import { useState } from 'preact/hooks';
import { deleteAccount, exportAccount } from '../core/account';
import type { Problem } from '../core/api';
import { go } from '../core/router';
import type { Me } from '../core/types';
import { t } from '../i18n';
import { CodeField, PasswordField, Refusal, Submit, useForm } from '../ui/form';
import { tell } from '../ui/notice';
import { Dialog, Panel, valueOf } from '../ui/panel';
import { neededFaults, sayGuarded } from './account-safety';

export function DataPanel({ who }: { who: Me }) {
  const [taking, setTaking] = useState(false);
  const [leaving, setLeaving] = useState(false);
  return (
    <>
      <Panel id="data" title={t('data.title')}>
        <p>{t('data.lead')}</p>
        <button type="button" class="button" onClick={() => setTaking(true)}>
          {t('data.export')}
        </button>
        {taking && <Export onClose={() => setTaking(false)} />}
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

/** With the password: what is locked has its history in it, too. */
function Export({ onClose }: { onClose: () => void }) {
  const { busy, faults, refusal, form, submit } = useForm((one) =>
    sayGuarded(one, 'export-password'),
  );
  const password = () => valueOf(form, 'export-password');
  const send = async () => {
    await exportAccount(password());
    onClose();
  };
  return (
    <Dialog title={t('data.title')} onClose={onClose}>
      <form
        ref={form}
        noValidate
        onSubmit={submit(() => neededFaults('export-password', password()), send)}
      >
        <Refusal text={refusal} />
        <PasswordField
          name="export-password"
          label={t('pin.password')}
          fault={faults['export-password']}
          autocomplete="current-password"
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <Submit busy={busy}>{t('data.export')}</Submit>
        </div>
      </form>
    </Dialog>
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
