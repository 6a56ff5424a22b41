import { t } from '../i18n';
import type { Faults } from '../ui/form';

export const PASSWORD_MIN = 10; // characters, as the service asks

/** What can be told before the service is asked. */
export function passwordFaults(name: string, value: string): Faults {
  if (!value) return { [name]: t('field.required') };
  if ([...value].length < PASSWORD_MIN) return { [name]: t('field.password.short') };
  return {};
}

export function emailFaults(name: string, value: string): Faults {
  if (!value) return { [name]: t('field.required') };
  if (!/^[^@\s]+@[^@\s]+$/.test(value)) return { [name]: t('field.email.bad') };
  return {};
}
