// A row of titles that goes sideways: by touch, wheel, its buttons, and the arrow keys.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import type { Row as RowData } from '../core/types';
import { PosterCard, ResumeCard } from './card';
import { Icon } from './icons';

export function Row({ row, first }: { row: RowData; first: boolean }) {
  const rail = useRef<HTMLUListElement>(null);
  const [ends, setEnds] = useState({ left: true, right: true });

  const look = useCallback(() => {
    const at = rail.current;
    if (!at) return;
    const left = at.scrollLeft <= 4;
    const right = at.scrollLeft + at.clientWidth >= at.scrollWidth - 4;
    setEnds((was) => (was.left === left && was.right === right ? was : { left, right }));
  }, []);
  useEffect(() => {
    look();
    const watcher = new ResizeObserver(look);
    if (rail.current) watcher.observe(rail.current);
    return () => watcher.disconnect();
  }, [look, row.items.length]);

  const turn = (way: 1 | -1) => {
    const at = rail.current;
    at?.scrollBy({ left: way * at.clientWidth * 0.85, behavior: calm() ? 'auto' : 'smooth' });
  };
  const wide = row.id === 'continue';
  const heading = `row-${row.id.replace(/[^\w-]/g, '-')}`;
  return (
    <section class={`row ${wide ? 'row-wide' : ''}`} aria-labelledby={heading}>
      <div class="row-head">
        <h2 id={heading}>{row.title}</h2>
        <div class="row-turn" hidden={ends.left && ends.right}>
          <button
            type="button"
            disabled={ends.left}
            onClick={() => turn(-1)}
            aria-label={t('row.previous', { row: row.title })}
          >
            <Icon name="left" />
          </button>
          <button
            type="button"
            disabled={ends.right}
            onClick={() => turn(1)}
            aria-label={t('row.next', { row: row.title })}
          >
            <Icon name="right" />
          </button>
        </div>
      </div>
      <ul class="rail" ref={rail} onScroll={look} onKeyDown={moveInRows}>
        {row.items.map((card, i) => (
          <li key={card.id}>
            {wide ? <ResumeCard card={card} /> : <PosterCard card={card} eager={first && i < 8} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Arrows go from card to card, up and down to the nearest card of the row above or below. */
function moveInRows(event: KeyboardEvent) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const card = (event.target as Element).closest('a.card');
  const rail = (event.currentTarget as Element) ?? null;
  if (!card || !rail) return;
  const cards = [...rail.querySelectorAll<HTMLElement>('a.card')];
  const at = cards.indexOf(card as HTMLElement);
  let to: HTMLElement | undefined;
  if (event.key === 'ArrowRight') to = cards[at + 1];
  else if (event.key === 'ArrowLeft') to = cards[at - 1];
  else if (event.key === 'Home') to = cards[0];
  else if (event.key === 'End') to = cards[cards.length - 1];
  else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const rails = [...document.querySelectorAll('ul.rail')];
    const next = rails[rails.indexOf(rail) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next) to = nearest(next, card.getBoundingClientRect());
  }
  if (!to) return;
  event.preventDefault();
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: calm() ? 'auto' : 'smooth' });
}

function nearest(rail: Element, from: DOMRect): HTMLElement | undefined {
  const middle = from.left + from.width / 2;
  let best: HTMLElement | undefined;
  let least = Infinity;
  for (const card of rail.querySelectorAll<HTMLElement>('a.card')) {
    const box = card.getBoundingClientRect();
    const away = Math.abs(box.left + box.width / 2 - middle);
    if (away < least) [best, least] = [card, away];
  }
  return best;
}
