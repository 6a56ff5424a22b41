// Where the link leads that a partner gave its customer: the subscription it bills is put to an
// account, one that there is or a new one. The token stands behind the #; while somebody signs in or
// up it waits in this tab alone.
import { useEffect, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../core/api';
import { lookAtLink, type PartnerOffer, takeLink } from '../core/billing';
import { problemText } from '../core/problems';
import { me } from '../core/session';
import { useStore } from '../core/store';
import { t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { Loading } from '../ui/states';
import { Card, Head, useToken } from './links';

const WAITS = 'partner-token';

function useKeptToken(): string {
  const fresh = useToken();
  const [token, setToken] = useState(() => fresh || (sessionStorage.getItem(WAITS) ?? ''));
  useEffect(() => {
    if (!fresh) return;
    sessionStorage.setItem(WAITS, fresh);
    setToken(fresh);
  }, [fresh]);
  return token;
}

export function PartnerLinkPage() {
  const token = useKeptToken();
  const who = useStore(me);
  const [offer, setOffer] = useState<PartnerOffer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  useDocumentTitle(offer ? t('partner.title', { name: offer.name }) : null);
  useEffect(() => {
    setProblem(null);
    if (!token) return;
    lookAtLink(token).then(
      (answer) => setOffer(answer.partner),
      (error) => setProblem(asProblem(error)),
    );
  }, [token]);
  useEffect(() => {
    if (done || problem) document.querySelector<HTMLElement>('main h1')?.focus();
  }, [done, problem]);
  const link = async () => {
    if (busy) return;
    setBusy(true);
    try {
      setOffer(await takeLink(token));
      sessionStorage.removeItem(WAITS);
      setDone(true);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  if (!token || problem) {
    const gone = problem?.code === 'partner-token';
    return (
      <Card>
        <Head
          title={t(!token ? 'link.missing' : gone ? 'link.gone' : 'crash.title')}
          lead={problem ? problemText(problem) : t('link.missingMore')}
        />
        <a class="button is-light is-large" href={who ? '/account' : '/'}>
          {t(who ? 'link.account' : 'verify.home')}
        </a>
      </Card>
    );
  }
  if (!offer || who === undefined) {
    return (
      <Card>
        <Loading />
      </Card>
    );
  }
  if (done) {
    return (
      <Card>
        <Icon name="check" class="card-sign" />
        <Head
          title={t('partner.done')}
          lead={t(offer.state === 'linked' ? 'partner.doneWaits' : 'partner.doneMore', {
            name: offer.name,
          })}
        />
        <a class="button is-light is-large" href="/">
          {t('verify.home')}
        </a>
      </Card>
    );
  }
  const pays = who && ['active', 'past-due', 'paused'].includes(who.subscription.state);
  return (
    <Card>
      <Head
        title={t('partner.title', { name: offer.name })}
        lead={t('partner.lead', { plan: offer.plan.name, name: offer.name })}
      />
      {who ? (
        <>
          <p>{t('partner.as', { email: who.email })}</p>
          {pays && <p class="panel-small">{t('partner.own')}</p>}
          <button
            type="button"
            class="button is-light is-large"
            aria-disabled={busy}
            onClick={() => void link()}
          >
            {busy ? t('working') : t('partner.link')}
          </button>
        </>
      ) : (
        <div class="actions">
          <a class="button is-light is-large" href="/join?next=%2Flink">
            {t('partner.join')}
          </a>
          <a class="button is-large" href="/sign-in?next=%2Flink">
            {t('partner.signIn')}
          </a>
        </div>
      )}
    </Card>
  );
}
