// What a member asks of the service about their account.
import { post, remove } from './api';
import { forget, me, whoIsHere } from './session';
import type { DeviceCode } from './types';

export const askReset = (email: string) => post<void>('/password-resets', { email });

/** All sessions end, this one too. */
export async function useReset(token: string, password: string) {
  await post<void>('/password-resets/use', { token, password });
  forget();
}

export async function verifyAddress(token: string) {
  await post<void>('/verifications', { token });
  if (me.get()) await whoIsHere();
}

export const askVerification = () => post<void>('/me/verification');
export const changeAddress = (email: string, password: string) =>
  post<void>('/me/email', { email, password });

export const devicePath = (code: string) => `/me/device-codes/${encodeURIComponent(code)}`;
export const decideDevice = (code: string, allow: boolean) =>
  post<DeviceCode>(devicePath(code), { allow });

export const endSession = (id: string) => remove(`/me/sessions/${id}`);
export const endOtherSessions = () => remove('/me/sessions');

export interface Secret {
  secret: string;
  uri: string;
}
export const beginFactor = (password: string) => post<Secret>('/me/second-factor', { password });
export const confirmFactor = (code: string) =>
  post<{ recovery_codes: string[] }>('/me/second-factor/confirm', { code: plainCode(code) });

export async function endFactor(password: string, code: string) {
  await post<void>('/me/second-factor/off', { password, code: plainCode(code) });
  await whoIsHere();
}

export async function deleteAccount(password: string, code: string) {
  await post<void>('/me/deletion', { password, ...(code ? { code: plainCode(code) } : {}) });
  forget();
}

/** As it is meant: apps write the digits with a space in the middle. */
export const plainCode = (code: string) => code.replace(/\s/g, '');

/** Hands a file to the browser to keep. */
export function keepFile(name: string, type: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export async function exportAccount(password: string) {
  const all = await post<unknown>('/me/export', { password });
  keepFile('lanterne.json', 'application/json', JSON.stringify(all, null, 2));
}
