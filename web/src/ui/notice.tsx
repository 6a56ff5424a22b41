// Short messages at the foot of the page, said aloud too.
import { createStore, useStore } from '../core/store';

interface Notice {
  text: string;
  bad: boolean;
  turn: number;
}
const notice = createStore<Notice | null>(null);
let timer = 0;

export function tell(text: string, bad = false) {
  notice.set({ text, bad, turn: (notice.get()?.turn ?? 0) + 1 });
  window.clearTimeout(timer);
  timer = window.setTimeout(() => notice.set(null), bad ? 9000 : 5000);
}

export function Notices() {
  const shown = useStore(notice);
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown && (
        <p key={shown.turn} class={`notice ${shown.bad ? 'is-bad' : ''}`}>
          {shown.text}
        </p>
      )}
    </div>
  );
}
