// What account and profiles are made of: a named part, a good end, a dialog with a form.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icons';

export function Panel(props: {
  id: string;
  title: string;
  badge?: { text: string; good: boolean };
  children: ComponentChildren;
}) {
  return (
    <section class="panel" aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`} tabIndex={-1}>
        {props.title}
        {props.badge && (
          <span class={`state-badge ${props.badge.good ? 'is-active' : 'is-none'}`}>
            {props.badge.text}
          </span>
        )}
      </h2>
      {props.children}
    </section>
  );
}

/** Said aloud when it comes. */
export function Done({ text }: { text: string | null }) {
  return (
    <p class="form-done" role="status">
      {text && (
        <>
          <Icon name="check" />
          {text}
        </>
      )}
    </p>
  );
}

/** A window over the page with a heading; Escape and the browser's back of it close it. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const at = dialog.current;
    at?.showModal();
    return () => {
      at?.close();
      before?.focus?.();
    };
  }, []);
  return (
    <dialog
      class="dialog"
      ref={dialog}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <h2 id="dialog-title">{props.title}</h2>
      {props.children}
    </dialog>
  );
}

/** The value of a field of a form, "" when there is none. */
export const valueOf = (form: { current: HTMLFormElement | null }, name: string): string =>
  (form.current?.elements.namedItem(name) as HTMLInputElement | null)?.value ?? '';
