// Back from the page of the bank on which a payment was confirmed: whether it went through is what
// the service heard from the gateway, never what the address says.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../core/api';
import type { Charge } from '../core/billing';
import { lookAgain } from '../core/session';
import type { Page } from '../core/types';
import { type Key, t } from '../i18n';
import { Icon } from '../ui/icons';

type Outcome = 'returned' | 'confirmed' | 'refused' | 'unsure';
const TRIES = 30;

async function outcomeNow(): Promise<Outcome | null> {
  try {
    const [last] = (await get<Page<Charge>>('/me/charges?limit=1')).items;
    if (last?.state === 'paid' || last?.state === 'pending') return 'confirmed';
    return last?.state === 'void' ? 'refused' : null;
  } catch {
    return null; // asked again
  }
}

export function BankReturn({ onSettled }: { onSettled: () => void }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  useEffect(() => {
    const asked = new URLSearchParams(location.search);
    if (!asked.has('redirect_status')) return;
    // What the gateway put into the address is for nobody's history.
    history.replaceState(history.state, '', location.pathname);
    setOutcome('returned');
    let gone = false;
    let timer = 0;
    const failed = asked.get('redirect_status') === 'failed';
    const look = async (tries: number) => {
      const late = failed && tries <= TRIES - 3 ? 'refused' : tries === 0 ? 'unsure' : null;
      const now = (await outcomeNow()) ?? late;
      if (gone) return;
      if (now === null) {
        timer = window.setTimeout(() => void look(tries - 1), 1000);
        return;
      }
      await lookAgain();
      setOutcome(now);
      onSettled();
    };
    void look(TRIES);
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, []);
  return (
    <div role="status">
      {outcome && (
        <p class={`bank-return is-${outcome}`}>
          <Icon name={outcome === 'confirmed' ? 'check' : 'alert'} />
          {t(`order.${outcome}` as Key)}
        </p>
      )}
    </div>
  );
}
