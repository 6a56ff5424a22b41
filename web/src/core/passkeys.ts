// Passkeys: what the browser makes and signs with (Web Authentication Level 3), carried to the
// service and back.
import { get, patch, post, Problem, remove } from './api';

export interface Passkey {
  id: string;
  name: string;
  /** Kept by its maker on more than one device. */
  synced: boolean;
  transports: string[];
  created: string;
  used: string | null;
}

/** Whether this browser can have any at this address: a name, not a number. */
export const canHavePasskeys = () =>
  window.isSecureContext && 'PublicKeyCredential' in window && /[a-z]/i.test(location.hostname);

/* ---- bytes as JSON has them ---- */

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

function textOf(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/* ---- what may go wrong before the service is asked ---- */

/** Our own codes: "passkey-cancelled", also when nothing fits; "passkey-here": there is one. */
function problemOf(error: unknown): Error {
  if (error instanceof Problem) return error;
  const name = error instanceof DOMException ? error.name : '';
  const code =
    name === 'InvalidStateError'
      ? 'passkey-here'
      : name === 'NotAllowedError' || name === 'AbortError'
        ? 'passkey-cancelled'
        : 'passkey-cannot';
  return new Problem(code, 0, null, null, null);
}

/* ---- made ---- */

interface CreationOptions {
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  challenge: string;
  pubKeyCredParams: PublicKeyCredentialParameters[];
  authenticatorSelection: AuthenticatorSelectionCriteria;
  timeout: number;
  attestation: AttestationConveyancePreference;
  excludeCredentials: { type: 'public-key'; id: string; transports: AuthenticatorTransport[] }[];
}

async function make(asked: CreationOptions, signal: AbortSignal): Promise<PublicKeyCredential> {
  const made = await navigator.credentials.create({
    signal,
    publicKey: {
      ...asked,
      challenge: bytesOf(asked.challenge),
      user: { ...asked.user, id: bytesOf(asked.user.id) },
      excludeCredentials: asked.excludeCredentials.map((one) => ({ ...one, id: bytesOf(one.id) })),
    },
  });
  if (!(made instanceof PublicKeyCredential)) throw new DOMException('', 'NotAllowedError');
  return made;
}

export async function addPasskey(
  password: string,
  code: string,
  signal: AbortSignal,
): Promise<Passkey> {
  const { publicKey } = await post<{ publicKey: CreationOptions }>('/me/passkeys/begin', {
    password,
    ...(code ? { code } : {}),
  });
  try {
    const response = (await make(publicKey, signal)).response as AuthenticatorAttestationResponse;
    return await post<Passkey>('/me/passkeys', {
      client_data: textOf(response.clientDataJSON),
      attestation: textOf(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    });
  } catch (error) {
    throw problemOf(error);
  }
}

export const listPasskeys = () => get<{ items: Passkey[]; most: number }>('/me/passkeys');
export const renamePasskey = (id: string, name: string) =>
  patch<void>(`/me/passkeys/${id}`, { name });
export const removePasskey = (id: string) => remove(`/me/passkeys/${id}`);

/* ---- used ---- */

export interface RequestOptions {
  challenge: string;
  rpId: string;
  userVerification: UserVerificationRequirement;
  timeout: number;
}

/** The service's question; a Problem with `state` where it has no passkeys. */
export const askToSign = async (signal?: AbortSignal) =>
  (await post<{ publicKey: RequestOptions }>('/sessions/passkey/begin', {}, { signal })).publicKey;

/** What is sent to sign in. quietly: among what the address field offers, until one is chosen. */
export async function signWithPasskey(
  asked: RequestOptions,
  signal: AbortSignal,
  quietly: boolean,
): Promise<Record<string, string>> {
  let used;
  try {
    used = await navigator.credentials.get({
      publicKey: { ...asked, challenge: bytesOf(asked.challenge) },
      signal,
      ...(quietly ? { mediation: 'conditional' as const } : {}),
    });
    if (!(used instanceof PublicKeyCredential)) throw new DOMException('', 'NotAllowedError');
  } catch (error) {
    throw problemOf(error);
  }
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    id: textOf(used.rawId),
    client_data: textOf(response.clientDataJSON),
    authenticator_data: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    ...(response.userHandle ? { user_handle: textOf(response.userHandle) } : {}),
  };
}

/** Tells the device that we know nothing of a passkey, so that it offers that no more (5.1.10). */
export async function forgetPasskey(rpId: string, id: string) {
  const all = PublicKeyCredential as unknown as {
    signalUnknownCredential?: (what: { rpId: string; credentialId: string }) => Promise<void>;
  };
  await all.signalUnknownCredential?.({ rpId, credentialId: id }).catch(() => {});
}

export async function canOfferQuietly(): Promise<boolean> {
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}
