// Signing in with a passkey: a button, and what the browser offers at the address field.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from '../core/api';
import {
  askToSign,
  canHavePasskeys,
  canOfferQuietly,
  forgetPasskey,
  signWithPasskey,
} from '../core/passkeys';
import { problemText } from '../core/problems';
import { signInWith } from '../core/session';
import { t } from '../i18n';
import { Refusal } from '../ui/form';
import { Icon } from '../ui/icons';

const ANEW_MS = 240_000; // before a challenge is too old, which is after five minutes

/** One try. */
async function tryPasskey(signal: AbortSignal, quietly: boolean) {
  const asked = await askToSign(signal);
  const answer = await signWithPasskey(asked, signal, quietly);
  try {
    await signInWith(answer);
  } catch (error) {
    const problem = asProblem(error);
    if (problem.field === 'credential') await forgetPasskey(asked.rpId, answer['id']!);
    throw problem;
  }
}

/** Asks the browser to offer passkeys, anew before each challenge is too old. */
async function offer(signal: AbortSignal, refuse: (text: string) => void) {
  if (!(await canOfferQuietly())) return;
  while (!signal.aborted) {
    const turn = new AbortController();
    const end = () => turn.abort();
    signal.addEventListener('abort', end);
    const clock = setTimeout(end, ANEW_MS);
    try {
      await tryPasskey(turn.signal, true);
      return; // somebody is here
    } catch (error) {
      const problem = asProblem(error);
      if (signal.aborted) return;
      if (!turn.signal.aborted) {
        if (problem.status === 0 || problem.code === 'state') return; // not here, not now
        refuse(problemText(problem));
      }
    } finally {
      clearTimeout(clock);
      signal.removeEventListener('abort', end);
    }
  }
}

export function PasskeyDoor() {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [can] = useState(canHavePasskeys);
  const under = useRef<AbortController | null>(null);
  /** The one that was under way ends: browsers allow one at a time. */
  const begin = () => {
    under.current?.abort();
    under.current = new AbortController();
    return under.current.signal;
  };
  const offerQuietly = () => void offer(begin(), setRefusal).catch(() => {});
  useEffect(() => {
    if (!can) return;
    offerQuietly();
    return () => under.current?.abort();
  }, [can]);
  if (!can) return null;
  const press = async () => {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      await tryPasskey(begin(), false);
    } catch (error) {
      setRefusal(problemText(asProblem(error)));
      offerQuietly();
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="entrance-passkey">
      <p class="entrance-or">
        <span>{t('signin.or')}</span>
      </p>
      <button type="button" class="button" aria-disabled={busy} onClick={() => void press()}>
        <Icon name="key" />
        {busy ? t('working') : t('signin.passkey')}
      </button>
      <Refusal text={refusal} />
    </div>
  );
}
