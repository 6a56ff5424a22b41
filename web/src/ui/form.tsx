// Fields with their names, hints and faults; a form keeps what the service refused by field.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../core/api';
import { problemText } from '../core/problems';
import { t } from '../i18n';
import { Icon } from './icons';

interface FieldProps {
  name: string;
  label: string;
  hint?: string | undefined;
  fault?: string | null | undefined;
  children?: ComponentChildren;
}

type InputProps = FieldProps & Omit<JSX.IntrinsicElements['input'], 'name' | 'label' | 'children'>;

const describedBy = (name: string, hint: unknown, fault: unknown) =>
  [hint ? `${name}-hint` : '', fault ? `${name}-fault` : ''].filter(Boolean).join(' ') || undefined;

export function FieldFrame({ name, label, hint, fault, children }: FieldProps) {
  return (
    <div class={`field ${fault ? 'is-bad' : ''}`}>
      <label for={name}>{label}</label>
      {children}
      {fault && (
        <p class="field-fault" id={`${name}-fault`}>
          <Icon name="alert" />
          {fault}
        </p>
      )}
      {hint && (
        <p class="field-hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function Field({ name, label, hint, fault, ...input }: InputProps) {
  return (
    <FieldFrame name={name} label={label} hint={hint} fault={fault}>
      <input
        {...(input as object)}
        id={name}
        name={name}
        aria-invalid={fault ? true : undefined}
        aria-describedby={describedBy(name, hint, fault)}
      />
    </FieldFrame>
  );
}

export function Area({
  name,
  label,
  hint,
  fault,
  ...area
}: FieldProps & Omit<JSX.IntrinsicElements['textarea'], 'name' | 'label' | 'children'>) {
  return (
    <FieldFrame name={name} label={label} hint={hint} fault={fault}>
      <textarea
        {...(area as object)}
        id={name}
        name={name}
        aria-invalid={fault ? true : undefined}
        aria-describedby={describedBy(name, hint, fault)}
      />
    </FieldFrame>
  );
}

export function PasswordField({ name, label, hint, fault, ...input }: InputProps) {
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame name={name} label={label} hint={hint} fault={fault}>
      <span class="field-password">
        <input
          {...(input as object)}
          id={name}
          name={name}
          type={(shown ? 'text' : 'password') as 'password'}
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={fault ? true : undefined}
          aria-describedby={describedBy(name, hint, fault)}
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label={t(shown ? 'field.hide' : 'field.show')}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? 'eyeOff' : 'eye'} />
        </button>
      </span>
    </FieldFrame>
  );
}

/** A code of an app, or one that was written down; focused: it is what there is to do. */
export function CodeField(props: {
  label?: string;
  hint?: string;
  fault?: string | null | undefined;
  focused?: boolean;
}) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (props.focused) input.current?.focus();
  }, []);
  return (
    <FieldFrame
      name="code"
      label={props.label ?? t('signin.code')}
      hint={props.hint}
      fault={props.fault}
    >
      <input
        ref={input}
        id="code"
        name="code"
        class="code-input"
        autocomplete="one-time-code"
        autocapitalize="off"
        spellcheck={false}
        maxLength={64}
        aria-invalid={props.fault ? true : undefined}
        aria-describedby={describedBy('code', props.hint, props.fault)}
      />
    </FieldFrame>
  );
}

export type Faults = Record<string, string>;

/** Runs a form: one send at a time, faults by field, the first bad field gets the focus. */
export function useForm(
  say: (problem: Problem) => { field?: string | null; text: string } = plainly,
) {
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Faults>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const show = (found: Faults, said: string | null) => {
    setFaults(found);
    setRefusal(said);
    requestAnimationFrame(() => {
      const first = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
      (first ?? form.current?.querySelector<HTMLElement>('.refusal'))?.focus();
    });
  };
  const submit = (check: () => Faults, send: () => Promise<unknown>) => async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const found = check();
    if (Object.keys(found).length > 0) return show(found, null);
    setBusy(true);
    setFaults({});
    setRefusal(null);
    try {
      await send();
    } catch (error) {
      const said = say(asProblem(error));
      if (said.field && form.current?.elements.namedItem(said.field))
        show({ [said.field]: said.text }, null);
      else show({}, said.text);
    } finally {
      setBusy(false);
    }
  };
  return { busy, faults, refusal, form, submit };
}

function plainly(problem: Problem) {
  return { field: problem.field, text: problemText(problem) };
}

export function Refusal({ text }: { text: string | null }) {
  return (
    <div role="alert">
      {text && (
        <p class="refusal" tabIndex={-1}>
          <Icon name="alert" />
          {text}
        </p>
      )}
    </div>
  );
}

export function Submit({
  busy,
  children,
  quiet,
}: {
  busy: boolean;
  quiet?: boolean;
  children: ComponentChildren;
}) {
  return (
    <button type="submit" class={`button ${quiet ? '' : 'is-light is-large'}`} aria-disabled={busy}>
      {busy ? t('working') : children}
    </button>
  );
}
