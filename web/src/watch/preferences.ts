// What somebody chose in the player, kept in this browser for the next film of their profile; what
// was never chosen is as the profile says.
import { current } from '../core/profiles';

export interface Preferences {
  volume: number;
  muted: boolean;
  sound: string | null;
  captions: { language: string; hearing: boolean } | null;
}

const KEY = 'lanterne.player';
const none: Preferences = { volume: 1, muted: false, sound: null, captions: null };

const keyOf = (profile: string | undefined) => (profile ? `${KEY}.${profile}` : KEY);
const read = (key: string) => JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>;

function captionsOf(kept: Partial<Preferences>, language: string | null) {
  if (kept.captions === undefined && language) return { language, hearing: false };
  return typeof kept.captions?.language === 'string' ? kept.captions : null;
}

export function preferences(): Preferences {
  try {
    const profile = current();
    const kept = read(keyOf(profile?.id));
    const volume = Number(kept.volume);
    return {
      volume: volume >= 0 && volume <= 1 ? volume : 1,
      muted: kept.muted === true,
      sound: typeof kept.sound === 'string' ? kept.sound : (profile?.sound ?? null),
      captions: captionsOf(kept, profile?.captions ?? null),
    };
  } catch {
    return none;
  }
}

export function keep(change: Partial<Preferences>) {
  try {
    const key = keyOf(current()?.id);
    localStorage.setItem(key, JSON.stringify({ ...read(key), ...change }));
  } catch {
    // Storage is switched off: it holds for this film.
  }
}

/** The profile was given other languages: they come first again. */
export function forgetLanguages(profile: string) {
  try {
    const { sound: _, captions: __, ...rest } = read(keyOf(profile));
    localStorage.setItem(keyOf(profile), JSON.stringify(rest));
  } catch {
    // Storage is switched off: nothing was kept.
  }
}
