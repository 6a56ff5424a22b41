// A question before something that members would notice.
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';

export function Confirm(props: {
  question: string;
  yes: string;
  onAnswer: (yes: boolean) => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const at = dialog.current;
    at?.showModal();
    return () => at?.close();
  }, []);
  return (
    <dialog
      class="dialog"
      ref={dialog}
      aria-labelledby="confirm-question"
      onCancel={(event) => {
        event.preventDefault();
        props.onAnswer(false);
      }}
    >
      <p id="confirm-question">{props.question}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={() => props.onAnswer(false)}>
          {t('cancel')}
        </button>
        <button type="button" class="button is-bad" onClick={() => props.onAnswer(true)}>
          {props.yes}
        </button>
      </div>
    </dialog>
  );
}
