// Lists that come in pages: all of what was asked for so far, kept fresh together.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, get, type Problem, query } from '../core/api';
import type { Page } from '../core/types';

export interface Pages<T> {
  items: T[] | null;
  hasMore: boolean;
  busy: boolean;
  problem: Problem | null;
  more: () => void;
  refresh: () => Promise<void>;
  /** Replaces one item, known by its id. */
  put: (item: T) => void;
}

export function usePages<T extends { id?: string }>(
  path: string,
  asked: Record<string, string | number>,
): Pages<T> {
  const address = query(path, asked);
  const [state, setState] = useState<{
    items: T[] | null;
    next: string | null;
    problem: Problem | null;
  }>({
    items: null,
    next: null,
    problem: null,
  });
  const [busy, setBusy] = useState(false);
  const latest = useRef(address);
  latest.current = address;
  const pages = useRef(1);

  /** Reads as many pages as are shown. */
  const refresh = useCallback(async () => {
    try {
      let items: T[] = [];
      let next: string | null = null;
      for (let i = 0; i < pages.current && (i === 0 || next !== null); i++) {
        const page: Page<T> = await get<Page<T>>(
          next ? query(path, { ...asked, after: next }) : address,
        );
        items = items.concat(page.items);
        next = page.next;
      }
      if (latest.current === address) setState({ items, next, problem: null });
    } catch (error) {
      if (latest.current === address) setState((was) => ({ ...was, problem: asProblem(error) }));
    }
  }, [address]);
  useEffect(() => {
    pages.current = 1;
    void refresh();
  }, [refresh]);

  const more = () => {
    if (busy || state.next === null) return;
    pages.current += 1;
    setBusy(true);
    void refresh().finally(() => setBusy(false));
  };
  const put = (item: T) =>
    setState((was) => ({
      ...was,
      items: was.items?.map((one) => (one.id === item.id ? item : one)) ?? null,
    }));
  return {
    items: state.items,
    hasMore: state.next !== null,
    busy,
    problem: state.problem,
    more,
    refresh,
    put,
  };
}
