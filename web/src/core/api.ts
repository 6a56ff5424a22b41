// The one place that talks to the service. Every refusal becomes a Problem with a code that the
// dictionaries know how to say.
import { language } from '../i18n/language';

export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly field: string | null,
    readonly detail: string | null,
    readonly retryAfter: number | null,
    /** All that it said. */
    readonly body: Record<string, unknown> = {},
  ) {
    super(`${code} (${status})`);
  }
}

const REACH = 'unreachable'; // our own code: no answer came at all

async function problemOf(answer: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  if ((answer.headers.get('Content-Type') ?? '').includes('json')) {
    body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  }
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : null);
  const wait = Number(answer.headers.get('Retry-After'));
  return new Problem(
    text('code') ?? (answer.status >= 500 ? 'internal' : 'malformed'),
    answer.status,
    text('field'),
    text('detail'),
    wait > 0 ? wait : null,
    body,
  );
}

export interface Options {
  signal?: AbortSignal | undefined;
  keepalive?: boolean;
}

export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  options: Options = {},
): Promise<T> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': language.get(),
  };
  const isFile = body instanceof Blob;
  if (body !== undefined)
    headers['Content-Type'] = isFile ? body.type || 'application/octet-stream' : 'application/json';
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body !== undefined) init.body = isFile ? body : JSON.stringify(body);
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(REACH, 0, null, null, null);
  }
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204 || answer.status === 202) return undefined as T; // nothing is said
  try {
    return (await answer.json()) as T;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(REACH, 0, null, null, null); // cut off on the way
  }
}

type Query = Record<string, string | number | null | undefined>;

export function query(path: string, values: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

export const get = <T>(path: string, options?: Options) => call<T>('GET', path, undefined, options);
export const post = <T>(path: string, body: unknown = {}, options?: Options) =>
  call<T>('POST', path, body, options);
export const patch = <T>(path: string, body: unknown, options?: Options) =>
  call<T>('PATCH', path, body, options);

export const put = <T>(path: string, body: unknown, options?: Options) =>
  call<T>('PUT', path, body, options);
export const remove = (path: string, options?: Options) =>
  call<void>('DELETE', path, undefined, options);

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem('internal', 0, null, null, null);
