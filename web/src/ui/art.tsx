// Pictures of titles, and what stands in for them: the title set on a light of its own colour.
import { useState } from 'preact/hooks';

/** A hue of 0..359 that is always the same for one id. */
export function hueOf(id: string): number {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
  return (hash >>> 0) % 360;
}

interface Props {
  id: string;
  src: string | null;
  title: string;
  shape: 'poster' | 'wide' | 'backdrop';
  /** Shown above the fold: fetched at once. */
  eager?: boolean;
}

export function Art({ id, src, title, shape, eager }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  const [loaded, setLoaded] = useState<string | null>(null);
  const hue = hueOf(id);
  const shown = src !== null && failed !== src;
  return (
    <span
      class={`art art-${shape}`}
      style={{ '--hue': String(hue), '--turn': String(hue % 7) }}
      aria-hidden="true"
    >
      {(!shown || loaded !== src) && (
        <span class="art-blank">
          {shown || shape === 'backdrop' ? null : <span class="art-title">{title}</span>}
        </span>
      )}
      {shown && (
        <img
          class={loaded === src ? 'is-loaded' : ''}
          src={src}
          alt=""
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          onLoad={() => setLoaded(src)}
          onError={() => setFailed(src)}
        />
      )}
    </span>
  );
}
