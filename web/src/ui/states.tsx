// What a page shows when it has nothing to show yet, or cannot.
import type { ComponentChildren } from 'preact';
import { problemText } from '../core/problems';
import type { Problem } from '../core/api';
import { t } from '../i18n';
import { Icon, Lantern } from './icons';

export function Loading() {
  return (
    <div class="loading" role="status">
      <Lantern />
      <span class="unseen">{t('loading')}</span>
    </div>
  );
}

export function Failure({ problem, retry }: { problem: Problem; retry: () => unknown }) {
  return (
    <div class="state" role="alert">
      <Icon name="alert" class="state-icon" />
      <p class="state-title">{problemText(problem)}</p>
      <button type="button" class="button" onClick={() => void retry()}>
        {t('retry')}
      </button>
    </div>
  );
}

export function Empty(props: { title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <div class="state-light">
        <Lantern />
      </div>
      <p class="state-title">{props.title}</p>
      {props.text && <p class="state-text">{props.text}</p>}
      {props.children}
    </div>
  );
}

export function HomeSkeleton() {
  return (
    <div class="skeleton" role="status" aria-label={t('loading')}>
      <div class="skeleton-hero" />
      {[0, 1].map((row) => (
        <div class="skeleton-row" key={row}>
          {[0, 1, 2, 3, 4, 5, 6, 7].map((one) => (
            <div class="skeleton-card" key={one} />
          ))}
        </div>
      ))}
    </div>
  );
}
