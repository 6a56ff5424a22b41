// The letter that confirms an address, asked for again.
import { askVerification } from '../core/account';
import { asProblem } from '../core/api';
import { problemText } from '../core/problems';
import { me, whoIsHere } from '../core/session';
import { t } from '../i18n';
import { tell } from './notice';

export async function sendVerification(email: string) {
  try {
    await askVerification();
    tell(t('banner.sent', { email }));
  } catch (error) {
    const problem = asProblem(error);
    if (problem.code !== 'state') return tell(problemText(problem), true);
    await whoIsHere(); // it may have been confirmed elsewhere
    if (!me.get()?.email_verified) tell(t('banner.cannot'), true);
  }
}
