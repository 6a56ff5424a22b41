// Where the service is not open: said plainly, in place of empty shelves.
import { me } from '../core/session';
import { useStore } from '../core/store';
import type { About } from '../core/types';
import { countryName, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Lantern } from '../ui/icons';

export function ClosedPage({ about }: { about: About }) {
  const who = useStore(me);
  useDocumentTitle(t('closed.title'));
  return (
    <main id="content" class="page closed-page">
      <div class="state">
        <div class="state-light">
          <Lantern />
        </div>
        <p class="eyebrow">{countryName(about.territory)}</p>
        <h1 class="display" tabIndex={-1}>
          {t('closed.title')}
        </h1>
        <p class="state-text">
          {t(about.place ? 'closed.here' : 'closed.unknown', {
            country: countryName(about.place ?? about.territory),
          })}
        </p>
        <p class="state-text">{t(who ? 'closed.member' : 'closed.visitor')}</p>
        <a class="button" href={who ? '/account' : '/sign-in'}>
          {t(who ? 'nav.account' : 'nav.signIn')}
        </a>
      </div>
    </main>
  );
}
