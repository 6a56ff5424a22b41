import { useMemo } from 'preact/hooks';
import { qr, qrPath } from './qr';

/** Dark on white whatever the page looks like: cameras expect it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const drawn = useMemo(() => {
    const rows = qr(text);
    return rows && qrPath(rows);
  }, [text]);
  if (!drawn) return null;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${drawn.size} ${drawn.size}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <rect class="qr-light" width={drawn.size} height={drawn.size} />
      <path class="qr-dark" d={drawn.path} />
    </svg>
  );
}
