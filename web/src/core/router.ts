// Addresses: history without a library. A page that was left keeps its scroll place.
import { createStore } from './store';

export interface Place {
  path: string;
  query: URLSearchParams;
  /** Counts moves: the same address visited again is a new place. */
  turn: number;
  back: boolean;
}

const here = (turn: number, back: boolean): Place => ({
  path: decodePath(location.pathname),
  query: new URLSearchParams(location.search),
  turn,
  back,
});

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export const place = createStore<Place>(here(0, false));
const scrolls = new Map<string, number>();
let entry = `${Date.now()}`;
let depth = 0; // places of ours behind this one

const keepScroll = () => scrolls.set(entry, window.scrollY);

export function scrollOfPlace(): number {
  return scrolls.get(entry) ?? 0;
}

export function startRouter() {
  history.scrollRestoration = 'manual';
  const state = history.state as { entry?: string; depth?: number } | null;
  entry = state?.entry ?? entry;
  depth = state?.depth ?? 0;
  history.replaceState({ entry, depth }, '');
  window.addEventListener('popstate', (event) => {
    keepScroll();
    const to = event.state as { entry?: string; depth?: number } | null;
    entry = to?.entry ?? entry;
    depth = to?.depth ?? 0;
    place.set(here(place.get().turn + 1, true));
  });
  document.addEventListener('click', onClick);
}

/** Goes to an address of the site; replace: without a step back to where we are. */
export function go(address: string, replace = false) {
  keepScroll();
  if (replace) {
    history.replaceState({ entry, depth }, '', address);
  } else {
    entry = `${Date.now()}-${Math.random()}`;
    depth += 1;
    history.pushState({ entry, depth }, '', address);
  }
  place.set(here(place.get().turn + 1, false));
}

/** Goes back when the step before was ours, else to `otherwise`. */
export function goBack(otherwise: string) {
  if (depth > 0) history.back();
  else go(otherwise, true);
}

function onClick(event: MouseEvent) {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link || link.target || link.hasAttribute('download')) return;
  const to = new URL(link.href, location.href);
  if (to.origin !== location.origin || /^\/(assets|api|media|images)\//.test(to.pathname)) return;
  if (link.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  go(to.pathname + to.search, link.hasAttribute('data-replace'));
}

/** An address of ours out of what a query said; anything else becomes "/". */
export function safeNext(next: string | null): string {
  if (!next || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  try {
    const to = new URL(next, location.origin);
    return to.origin === location.origin ? to.pathname + to.search : '/';
  } catch {
    return '/';
  }
}
