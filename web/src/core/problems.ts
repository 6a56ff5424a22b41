// How refusals are said.
import { isKey, t } from '../i18n';
import type { Problem } from './api';

export function problemText(problem: Problem): string {
  if (problem.code === 'slow-down' && problem.retryAfter) {
    return t('problem.slow-downFor', { n: problem.retryAfter });
  }
  const key = `problem.${problem.code}`;
  return isKey(key) ? t(key) : t('problem.internal');
}
