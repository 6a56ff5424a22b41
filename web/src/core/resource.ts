// Answers of the service that a page shows: what was seen before is shown at once while a fresh
// answer is on its way, so that going back is immediate.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, get, type Problem } from './api';
import { saved } from './saving';

const seen = new Map<string, unknown>();
const SEEN_MAX = 60;

function remember(key: string, value: unknown) {
  seen.delete(key);
  seen.set(key, value);
  if (seen.size > SEEN_MAX) seen.delete(seen.keys().next().value as string);
}

/** What was shown to one member is not for the next. */
export function forgetAnswers() {
  seen.clear();
}

export interface Resource<T> {
  value: T | null;
  problem: Problem | null;
  /** Asks again; what is shown stays until the answer is there. */
  refresh: () => Promise<void>;
  /** Puts an answer that came by another way. */
  put: (value: T) => void;
}

/** The answer of GET path (null: nothing to ask yet). `about` tells answers to one path apart, by
 * language or member. */
export function useAnswer<T>(path: string | null, about = ''): Resource<T> {
  const key = path === null ? null : `${about} ${path}`;
  const [shown, setShown] = useState<{
    key: string | null;
    value: T | null;
    problem: Problem | null;
  }>({
    key: null,
    value: null,
    problem: null,
  });
  const latest = useRef(key);
  latest.current = key;
  const aborter = useRef<AbortController | null>(null);

  const refresh = useCallback(async () => {
    if (path === null || key === null) return;
    aborter.current?.abort();
    const mine = new AbortController();
    aborter.current = mine;
    try {
      await saved(); // what was just said of a position belongs into the answer
      const value = await get<T>(path, { signal: mine.signal });
      remember(key, value);
      if (latest.current === key) setShown({ key, value, problem: null });
    } catch (error) {
      if (mine.signal.aborted) return;
      const problem = asProblem(error);
      if (problem.status === 404 || problem.status === 401 || problem.status === 403)
        seen.delete(key);
      if (latest.current === key) {
        setShown({ key, value: (seen.get(key) as T | undefined) ?? null, problem });
      }
    }
  }, [key]);

  useEffect(() => {
    void refresh();
    return () => aborter.current?.abort();
  }, [refresh]);

  const put = useCallback(
    (value: T) => {
      if (key === null) return;
      remember(key, value);
      setShown({ key, value, problem: null });
    },
    [key],
  );
  const current = shown.key === key;
  return {
    value: current
      ? shown.value
      : ((key !== null ? (seen.get(key) as T | undefined) : null) ?? null),
    problem: current ? shown.problem : null,
    refresh,
    put,
  };
}

/** Calls `tick` every `seconds` while `on` and the page is looked at; never two at once. */
export function useEvery(seconds: number, on: boolean, tick: () => Promise<void>) {
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    if (!on) return;
    let timer = 0;
    let stopped = false;
    const next = () => {
      timer = window.setTimeout(async () => {
        if (document.visibilityState === 'visible') await latest.current();
        if (!stopped) next();
      }, seconds * 1000);
    };
    next();
    return () => {
      stopped = true;
      window.clearTimeout(timer);
    };
  }, [seconds, on]);
}
