import { t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Lantern } from '../ui/icons';

export function NotFoundPage() {
  useDocumentTitle(t('notFound.title'));
  return (
    <main id="content" class="page">
      <div class="state">
        <div class="state-light">
          <Lantern />
        </div>
        <h1 class="state-title" tabIndex={-1}>
          {t('notFound.title')}
        </h1>
        <p class="state-text">{t('notFound.more')}</p>
        <a class="button is-light" href="/">
          {t('notFound.home')}
        </a>
      </div>
    </main>
  );
}
