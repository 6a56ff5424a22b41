// What somebody chose in the player, kept in this browser for the next film.
export interface Preferences {
  volume: number;
  muted: boolean;
  sound: string | null;
  captions: { language: string; hearing: boolean } | null;
}

const KEY = 'lanterne.player';
const none: Preferences = { volume: 1, muted: false, sound: null, captions: null };

export function preferences(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
    const volume = Number(kept.volume);
    return {
      volume: volume >= 0 && volume <= 1 ? volume : 1,
      muted: kept.muted === true,
      sound: typeof kept.sound === 'string' ? kept.sound : null,
      captions: typeof kept.captions?.language === 'string' ? kept.captions : null,
    };
  } catch {
    return none;
  }
}

export function keep(change: Partial<Preferences>) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...change }));
  } catch {
    // Storage is switched off: it holds for this film.
  }
}
