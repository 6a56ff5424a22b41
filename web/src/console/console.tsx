// The house's console: titles, productions, rights, jobs, members. For administrators.
import { useEffect } from 'preact/hooks';
import { go, place } from '../core/router';
import { me } from '../core/session';
import { useStore } from '../core/store';
import { t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { LanguageSwitch, leave } from '../ui/frame';
import { Icon, type IconName, Lantern } from '../ui/icons';
import { Empty, Loading } from '../ui/states';
import { NotFoundPage } from '../pages/not-found';
import { Avails } from './avails';
import { Boxes } from './box-list';
import { Calendar } from './calendar';
import { Charges } from './charges';
import { Deals } from './deals';
import { Editor } from './editor';
import { Explain } from './explain';
import { Jobs } from './jobs';
import { Ledger } from './ledger';
import { MemberPage } from './member';
import { Members } from './members';
import { PartnerPage } from './partner';
import { Gifts, HousePlans, moneyParts, Partners } from './plans';
import { ProductionPage, Productions } from './productions';
import { Territories, TerritoryPage } from './territories';
import { Titles } from './titles';

export function Console({ rest }: { rest: string[] }) {
  const who = useStore(me);
  useDocumentTitle(t('console.title'));
  useEffect(() => {
    if (who === null) go(`/sign-in?next=${encodeURIComponent(place.get().path)}`, true);
  }, [who]);
  if (!who) {
    return (
      <main id="content" class="page">
        <Loading />
      </main>
    );
  }
  if (who.role !== 'administrator') {
    return (
      <main id="content" class="page">
        <Empty title={t('console.only')}>
          <a class="button is-light" href="/">
            {t('nav.site')}
          </a>
        </Empty>
      </main>
    );
  }
  return (
    <div class="console">
      <Side here={rest[0] ?? 'titles'} email={who.email} />
      <main id="content" class="console-main">
        <Part rest={rest} />
      </main>
    </div>
  );
}

function Part({ rest }: { rest: string[] }) {
  const [part, id, more] = rest;
  if (more !== undefined) return <NotFoundPage />;
  if (part === undefined || (part === 'titles' && id === undefined)) return <Titles />;
  if (part === 'titles' && id !== undefined)
    return <Editor key={id} id={id === 'new' ? null : id} />;
  if (part === 'productions') return id ? <ProductionPage key={id} id={id} /> : <Productions />;
  if (part === 'rights' && id === undefined) return <Calendar />;
  if (part === 'rights' && id === 'explain') return <Explain />;
  if (part === 'avails' && id === undefined) return <Avails />;
  if (part === 'deals' && id === undefined) return <Deals />;
  if (part === 'territories' && id === undefined) return <Territories />;
  if (part === 'territories' && id !== undefined && /^[A-Z]{2}$/.test(id))
    return <TerritoryPage key={id} code={id} />;
  if (part === 'jobs' && id === undefined) return <Jobs />;
  if (part === 'members') return id ? <MemberPage key={id} id={id} /> : <Members />;
  if (part === 'plans' && id === undefined) return <HousePlans />;
  if (part === 'charges' && id === undefined) return <Charges />;
  if (part === 'ledger' && id === undefined) return <Ledger />;
  if (part === 'gifts' && id === undefined) return <Gifts />;
  if (part === 'partners') return id ? <PartnerPage key={id} id={id} /> : <Partners />;
  if (part === 'boxes' && id === undefined) return <Boxes />;
  return <NotFoundPage />;
}

function Side({ here, email }: { here: string; email: string }) {
  const links: [string, string, IconName, string][] = [
    ['titles', '/console/titles', 'film', t('console.titles')],
    ['productions', '/console/productions', 'clapper', t('productions.title')],
    ['rights', '/console/rights', 'calendar', t('rights.title')],
    ['avails', '/console/avails', 'studio', t('avails.title')],
    ['deals', '/console/deals', 'contract', t('deals.title')],
    ['territories', '/console/territories', 'globe', t('territories.title')],
    ['plans', '/console/plans', 'contract', t('money.title')],
    ['jobs', '/console/jobs', 'settings', t('console.jobs')],
    ['members', '/console/members', 'person', t('console.members')],
  ];
  const open = moneyParts.some((one) => one === here) ? 'plans' : here;
  return (
    <header class="console-side">
      <a class="brand" href="/" aria-label={`Lanterne, ${t('nav.site')}`}>
        <Lantern />
        <span>Lanterne</span>
      </a>
      <nav aria-label={t('console.nav')}>
        <ul>
          {links.map(([name, href, icon, text]) => (
            <li key={name}>
              <a href={href} aria-current={name === open ? 'page' : undefined}>
                <Icon name={icon} />
                {text}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="console-foot">
        <LanguageSwitch />
        <span class="console-email">{email}</span>
        <button
          type="button"
          class="button is-small"
          onClick={() => void leave().then(() => go('/'))}
        >
          {t('nav.signOut')}
        </button>
      </div>
    </header>
  );
}
