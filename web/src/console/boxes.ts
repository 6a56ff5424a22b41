// Boxes in the field as the service tells of them, and how their looks are judged before they are
// sent: the service judges again.
export interface Look {
  name: string | null;
  colours: Record<Colour, string | null>;
  logo: string | null;
  home_rows: string[] | null;
}
export interface Rollout {
  version: string;
  before: string | null;
  state: 'rolling' | 'paused' | 'taken-back';
  share_percent: number;
  changed: string;
}
export interface BoxCount {
  version: string | null;
  boxes: number;
  signed_in: number;
}
export interface Box {
  id: string;
  partner: string | null;
  version: string | null;
  state: string | null;
  place: string | null;
  first_seen: string;
  last_seen: string;
  signed_in: string | null;
}
export interface BoxVersions {
  items: {
    version: string;
    address: string;
    sha256: string | null;
    size: number | null;
    added: string;
  }[];
  without_partner: { rollout: Rollout | null; boxes: BoxCount[] };
}

export type Colour = 'ground' | 'text' | 'accent';
/** The service's own, and the least contrast with the ground (WCAG 2.2). */
export const COLOURS: Record<Colour, { own: string; least: number }> = {
  ground: { own: '#0f0c0a', least: 1 },
  text: { own: '#f8f1e7', least: 4.5 },
  accent: { own: '#ffb84d', least: 3 },
};
export const isColour = (text: string) => /^#[0-9a-f]{6}$/i.test(text);

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
export function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** Rows as they are typed, with commas or spaces between. */
export const rowsOf = (text: string) => text.split(/[\s,]+/).filter(Boolean);
