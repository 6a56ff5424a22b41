// How refusals are said.
import { isKey, t } from '../i18n';
import type { Problem } from './api';

export function problemText(problem: Problem): string {
  if (problem.code === 'slow-down' && problem.retryAfter) {
    return t('problem.slow-downFor', { n: problem.retryAfter });
  }
  // the service says in words what was wrong with a passkey
  if (problem.code === 'passkey' && problem.detail) return problem.detail;
  const key = `problem.${problem.code}`;
  return isKey(key) ? t(key) : t('problem.internal');
}
