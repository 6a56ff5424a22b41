// What is around every page but the player: the head, the foot, and on phones the bar below.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { place } from '../core/router';
import { current, mayManage, nameOfProfile, profiles } from '../core/profiles';
import { me, saveLanguage, service, signOut } from '../core/session';
import { useStore } from '../core/store';
import { t } from '../i18n';
import { choose, language, languageNames, languages } from '../i18n/language';
import { AvatarFigure, avatarOf } from './avatar';
import { Icon, type IconName, Lantern } from './icons';
import { tell } from './notice';
import { asProblem } from '../core/api';
import { problemText } from '../core/problems';
import { sendVerification } from './verification';

export function LanguageSwitch() {
  const now = useStore(language);
  return (
    <div class="languages" role="group" aria-label={t('nav.language')}>
      {languages.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={one === now}
          aria-label={`${one.toUpperCase()} ${languageNames[one]}`}
          onClick={() => {
            choose(one, true);
            void saveLanguage();
          }}
        >
          {one.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

interface Link {
  href: string;
  icon: IconName;
  text: string;
  here: boolean;
}

function useLinks(): Link[] {
  const { path, query } = useStore(place);
  const kind = path === '/search' ? query.get('kind') : null;
  return [
    { href: '/', icon: 'home', text: t('nav.home'), here: path === '/' },
    { href: '/search?kind=film', icon: 'film', text: t('nav.films'), here: kind === 'film' },
    { href: '/search?kind=series', icon: 'series', text: t('nav.series'), here: kind === 'series' },
    {
      href: '/search',
      icon: 'search',
      text: t('nav.search'),
      here: path === '/search' && kind === null,
    },
  ];
}

function NavLinks({ links }: { links: Link[] }) {
  return (
    <ul>
      {links.map((link) => (
        <li key={link.href}>
          <a href={link.href} aria-current={link.here ? 'page' : undefined}>
            <Icon name={link.icon} />
            <span>{link.text}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

export async function leave() {
  try {
    await signOut();
    tell(t('nav.signOut'));
  } catch (error) {
    tell(problemText(asProblem(error)), true);
  }
}

function Entrance() {
  const who = useStore(me);
  const { path } = useStore(place);
  if (who === undefined) return <span class="entrance" />;
  const next = /^\/(title|search)/.test(path) ? `?next=${encodeURIComponent(path)}` : '';
  if (who === null) {
    return (
      <span class="entrance">
        <a class="head-link" href={`/sign-in${next}`}>
          {t('nav.signIn')}
        </a>
        <a class="button is-light" href={`/join${next}`}>
          {t('nav.join')}
        </a>
      </span>
    );
  }
  return (
    <span class="entrance">
      {who.role === 'administrator' && (
        <a class="head-link" href="/console">
          {t('nav.console')}
        </a>
      )}
      <Household />
    </span>
  );
}

/** Who watches, with the way to another and to the account. */
function Household() {
  const all = useStore(profiles);
  const { path } = useStore(place);
  const now = current(all);
  return (
    <>
      {now && (
        <a
          class="head-profile"
          href="/profiles"
          aria-current={path === '/profiles' ? 'page' : undefined}
          aria-label={t('profiles.switch', { name: nameOfProfile(now) })}
        >
          <AvatarFigure name={avatarOf(now)} child={now.child} />
        </a>
      )}
      <a
        class="head-account"
        href="/account"
        aria-current={path === '/account' ? 'page' : undefined}
        aria-label={t('nav.account')}
      >
        <Icon name="settings" />
      </a>
    </>
  );
}

/** Until the address is confirmed: letters would not reach who cannot be told so. */
function VerifyBanner() {
  const who = useStore(me);
  const all = useStore(profiles);
  const { path } = useStore(place);
  if (!who || who.email_verified || !all || !mayManage(all)) return null;
  if (!['/', '/account', '/search'].includes(path)) return null;
  return (
    <aside class="banner" aria-label={t('address.unverified')}>
      <Icon name="letter" />
      <p>{t('banner.verify', { email: who.email })}</p>
      <button
        type="button"
        class="button is-small"
        onClick={() => void sendVerification(who.email)}
      >
        {t('banner.send')}
      </button>
    </aside>
  );
}

function useScrolled() {
  const [scrolled, setScrolled] = useState(false);
  useEffect(() => {
    const look = () => setScrolled(window.scrollY > 24);
    look();
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  return scrolled;
}

export function Frame({ children, over }: { children: ComponentChildren; over: boolean }) {
  const links = useLinks();
  const about = useStore(service);
  const scrolled = useScrolled();
  const { path } = useStore(place);
  const account: Link = {
    href: '/account',
    icon: 'person',
    text: t('nav.account'),
    here: path === '/account',
  };
  return (
    <div class={`frame ${useStore(profiles) && current()?.child ? 'is-child' : ''}`}>
      <header class={`head ${scrolled || !over ? 'is-solid' : ''}`}>
        <a class="brand" href="/" aria-label="Lanterne">
          <Lantern />
          <span>Lanterne</span>
        </a>
        <nav class="head-nav" aria-label={t('nav.main')}>
          <NavLinks links={links} />
        </nav>
        <LanguageSwitch />
        <Entrance />
      </header>
      {children}
      <VerifyBanner />
      <footer class="foot">
        <p class="foot-tagline">
          <Lantern /> {t('foot.tagline')}
        </p>
        <p class="foot-small">
          <a href={LICENCES} target="_blank" rel="noopener">
            {t('foot.licences')}
          </a>
          {about && <span>{t('foot.version', { version: about.version })}</span>}
        </p>
      </footer>
      <nav class="tabs" aria-label={t('nav.main')}>
        <NavLinks links={[...links, account]} />
      </nav>
    </div>
  );
}
