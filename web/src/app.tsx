import { Component, type ComponentChildren, type FunctionComponent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useEvery } from './core/resource';
import { place, scrollOfPlace } from './core/router';
import { about, askAbout, me } from './core/session';
import { useStore } from './core/store';
import { t } from './i18n';
import { language } from './i18n/language';
import { AccountPage } from './pages/account';
import { ActivatePage } from './pages/activate';
import { ClosedPage } from './pages/closed';
import { EntrancePage } from './pages/entrance';
import { HomePage } from './pages/home';
import { ForgotPage, ResetPage, VerifyPage } from './pages/links';
import { NotFoundPage } from './pages/not-found';
import { RentPage, SubscribePage } from './pages/order';
import { PartnerLinkPage } from './pages/partner-link';
import { PlansPage } from './pages/plans';
import { ProfilesPage } from './pages/profiles';
import { SearchPage } from './pages/search';
import { TitlePage } from './pages/title';
import { type Route, routeOf } from './routes';
import { useDocumentTitle } from './ui/document';
import { Frame } from './ui/frame';
import { Notices } from './ui/notice';
import { Empty, Loading } from './ui/states';

export function App() {
  const spoken = useStore(language);
  const at = useStore(place);
  const route = routeOf(at.path);
  useLayoutEffect(() => {
    document.documentElement.lang = spoken;
  }, [spoken]);
  useArrival(route);
  return (
    <Guard path={at.path}>
      <a class="skip" href="#content" onClick={skip}>
        {t('skip')}
      </a>
      <Screen route={route} />
      <Notices />
    </Guard>
  );
}

function skip(event: Event) {
  event.preventDefault();
  const main = document.getElementById('content');
  main?.setAttribute('tabindex', '-1');
  main?.focus();
}

function Screen({ route }: { route: Route }) {
  if (route.page === 'watch') return <Later load={loadWatch} props={{ id: route.id }} />;
  if (route.page === 'console') return <Later load={loadConsole} props={{ rest: route.rest }} />;
  return (
    <Frame over={route.page === 'home' || route.page === 'title'}>
      <Page route={route} />
    </Frame>
  );
}

/** What has nothing to show where the service is not open. */
const needsOpening = ['home', 'title', 'search', 'join'];

function Page({ route }: { route: Route }) {
  const here = useAbout();
  if (here?.open === false && needsOpening.includes(route.page)) return <ClosedPage about={here} />;
  switch (route.page) {
    case 'home':
      return <Named page={HomePage} name={null} />;
    case 'title':
      return <TitlePage id={route.id} />;
    case 'search':
      return <SearchPage />;
    case 'join':
    case 'sign-in':
      return <EntrancePage door={route.page} />;
    case 'forgot':
      return <ForgotPage />;
    case 'reset':
      return <ResetPage />;
    case 'verify':
      return <VerifyPage />;
    case 'profiles':
      return <ProfilesPage />;
    case 'plans':
      return <PlansPage />;
    case 'subscribe':
      return <SubscribePage />;
    case 'rent':
      return <RentPage />;
    case 'link':
      return <PartnerLinkPage />;
    case 'activate':
      return <ActivatePage />;
    case 'account':
      return <AccountPage />;
    default:
      return <NotFoundPage />;
  }
}

/** Asked again for each member, and while it is closed: countries open at the second. */
function useAbout() {
  const here = useStore(about);
  const who = useStore(me);
  useEffect(() => {
    if (who !== undefined) void askAbout();
  }, [who?.id, who === undefined]);
  useEvery(15, here?.open === false, askAbout);
  return here;
}

function Named({ page: One, name }: { page: FunctionComponent; name: string | null }) {
  useDocumentTitle(name);
  return <One />;
}

/** After a move: the place on the page is kept when going back, else the top; the heading of the
 * new page gets the focus, so that it is read and Tab goes on from there. */
function useArrival(route: Route) {
  const { turn, back } = useStore(place);
  const first = useRef(true);
  const below = 'id' in route ? route.id : 'rest' in route ? route.rest.join('/') : '';
  const page = `${route.page}/${below}`;
  const last = useRef(page);
  useEffect(() => {
    if (first.current || last.current === page) {
      first.current = false;
      return;
    }
    last.current = page;
    const top = back ? scrollOfPlace() : 0;
    let tries = 0;
    const arrive = () => {
      window.scrollTo({ top, behavior: 'instant' as ScrollBehavior });
      const heading = document.querySelector<HTMLElement>('main h1[tabindex]');
      if (heading && (window.scrollY >= top - 1 || tries > 60)) {
        heading.focus({ preventScroll: true });
        return;
      }
      tries += 1; // the answer is still on its way
      if (tries < 240 && place.get().turn === turn) requestAnimationFrame(arrive);
    };
    arrive();
  }, [turn, page]);
}

type Loader<P> = () => Promise<FunctionComponent<P>>;
const loadWatch: Loader<{ id: string }> = () => import('./watch/page').then((all) => all.WatchPage);
const loadConsole: Loader<{ rest: string[] }> = () =>
  import('./console/console').then((all) => all.Console);

/** A part of the site that is fetched when it is first asked for. */
function Later<P extends object>({ load, props }: { load: Loader<P>; props: P }) {
  const [One, setOne] = useState<FunctionComponent<P> | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    setOne(null);
    load().then(
      (one) => !gone && setOne(() => one),
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, [load]);
  if (failed) return <Crash />;
  if (One) return <One {...props} />;
  return (
    <main id="content" class="page">
      <Loading />
    </main>
  );
}

function Crash() {
  return (
    <main id="content" class="page">
      <Empty title={t('crash.title')} text={t('crash.more')}>
        <button type="button" class="button is-light" onClick={() => location.reload()}>
          {t('crash.reload')}
        </button>
      </Empty>
    </main>
  );
}

/** Keeps a fault in one page from taking the site down. */
class Guard extends Component<{ path: string; children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };
  static override getDerivedStateFromError() {
    return { failed: true };
  }
  override componentDidUpdate(before: { path: string }) {
    if (this.state.failed && before.path !== this.props.path) this.setState({ failed: false });
  }
  override componentDidCatch(error: unknown) {
    console.error(error);
  }
  render() {
    return this.state.failed ? <Crash /> : this.props.children;
  }
}
