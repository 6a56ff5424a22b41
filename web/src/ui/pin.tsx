// The four digits, asked in a window of their own.
import { problemText } from '../core/problems';
import type { Problem } from '../core/api';
import { t } from '../i18n';
import { FieldFrame, Refusal, Submit, useForm } from './form';
import { Dialog, valueOf } from './panel';

export const isPin = (text: string) => /^\d{4}$/.test(text);

export const pinFaults = (name: string, value: string): Record<string, string> =>
  isPin(value) ? {} : { [name]: t('pin.bad') };

export function PinField(props: {
  name: string;
  label: string;
  hint?: string;
  fault?: string | null | undefined;
  fresh?: boolean;
}) {
  const { name, fault, hint } = props;
  const said = [hint ? `${name}-hint` : '', fault ? `${name}-fault` : ''].filter(Boolean).join(' ');
  return (
    <FieldFrame name={name} label={props.label} hint={hint} fault={fault}>
      <input
        id={name}
        name={name}
        class="pin-input"
        type="password"
        inputMode="numeric"
        pattern="[0-9]*"
        maxLength={4}
        autocomplete={props.fresh ? 'new-password' : 'off'}
        aria-invalid={fault ? true : undefined}
        aria-describedby={said || undefined}
      />
    </FieldFrame>
  );
}

function sayPin(problem: Problem): { field?: string | null; text: string } {
  if (problem.code === 'pin' || problem.code === 'pin-wrong')
    return { field: 'pin', text: problemText(problem) };
  return { text: problemText(problem) };
}

/** Asks until it is right or given up. */
export function PinPrompt(props: {
  why: string;
  send: (pin: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const { busy, faults, refusal, form, submit } = useForm(sayPin);
  const pin = () => valueOf(form, 'pin');
  const send = async () => {
    try {
      await props.send(pin());
    } catch (error) {
      const input = form.current?.elements.namedItem('pin') as HTMLInputElement | null;
      if (input) input.value = ''; // the next try begins anew
      throw error;
    }
  };
  return (
    <Dialog title={t('pin.ask')} onClose={props.onClose}>
      <p>{props.why}</p>
      <form ref={form} noValidate onSubmit={submit(() => pinFaults('pin', pin()), send)}>
        <Refusal text={refusal} />
        <PinField name="pin" label={t('pin.label')} fault={faults['pin']} hint={t('pin.forgot')} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={props.onClose}>
            {t('cancel')}
          </button>
          <Submit busy={busy}>{t('pin.go')}</Submit>
        </div>
      </form>
    </Dialog>
  );
}
