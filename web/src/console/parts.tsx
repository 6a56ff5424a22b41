import { t } from '../i18n';
import type { Pages } from './pages';

export function More<T>({ list }: { list: Pages<T> }) {
  if (!list.hasMore) return null;
  return (
    <div class="more">
      <button type="button" class="button" aria-disabled={list.busy} onClick={list.more}>
        {list.busy ? t('working') : t('more')}
      </button>
    </div>
  );
}
