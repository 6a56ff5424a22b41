// Shadow figures before the lantern's light: the pictures of profiles, drawn on a grid of 64.
import type { Profile } from '../core/types';

const figures = {
  lantern:
    'M26 12h12v4h-3v4.2c6 1.6 10 6.4 10 12.8v9c0 3-1.6 5.4-4 6.8V54H23v-5.2c-2.4-1.4-4-3.8-4-6.8' +
    'v-9c0-6.4 4-11.2 10-12.8V16h-3zm6 14c-4.4 3.6-6.4 7-6.4 10.4a6.4 6.4 0 0 0 12.8 0C38.4 33 ' +
    '36.4 29.6 32 26z',
  hare:
    'M27 30C22 22 19.5 13 22.5 8.500c4.600 2.500 8 10.500 8.800 18.700h1.600C33.600 18.500 37.600 ' +
    '10.200 42.500 8c2.400 5-.6 14-6 22 5 2.600 8.500 8 8.500 14 0 7.500-5.400 12-13 12s-13-4.500-13-12' +
    'c0-6 3-11.400 8-14zm-.5 9.500a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400zm11 0a2.200 2.200 ' +
    '0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400z',
  wolf:
    'M14 10 26 20h12L50 10c1 8 .6 16-1.400 22.500L53 40l-8 2.500L38 54h-12l-7-11.500L11 40l4.400-7.500' +
    'C13.400 26 13 18 14 10zm8.500 20 2 4.500 5.500.5zm19 0-7.500 5 5.500-.5zM28 45l4 4 4-4z',
  bird:
    'M10 36c9-1.500 13-4 16.500-8.500C22 23 19.500 17.500 19 11c9 2 15.500 6 19 11.500 3-2.600 7.600-3 ' +
    '11-.8L56 24l-6 3.500c-.4 9-5 16.500-13 20L40 56h-4l-4.500-7.200L28 56h-4l2.600-8.200C19 47 13 43 10 36z',
  swan:
    'M17 27c-3.600-.6-5.500-2.200-7-5 3-.2 5-1 7-3.400C19.500 15 23 13 26.500 13c6 0 9.500 4.600 9 10.500' +
    '-.4 5-4 8-5.500 12 6-6.500 14-9 25-7.500-2 3-4.400 4.600-7.500 5.500l6 .5c-2 3-4.600 4.500-8 5l5 1.500' +
    'C47 47.500 40 51 32 51c-9.500 0-16-4.500-16-11.500 0-7 8.500-11 9.500-16.500.4-2.400-.8-4-2.800-4-2.400 ' +
    '0-3.600 2.400-3 5z',
  cat:
    'M16 10c5 2 8.600 5 11 8.500a22 22 0 0 1 10 0C39.400 15 43 12 48 10c2 6.500 2 12.500.500 18 2 3 3 ' +
    '6 3 9.500C51.500 47 43 54 32 54s-19.500-7-19.500-16.500c0-3.500 1-6.500 3-9.500C14 22.500 14 16.500 16 ' +
    '10zm8.500 22c-2.400 0-4 2-4 5 3.600 1.400 6.400.6 8-2-.6-2-2-3-4-3zm15 0c-2 0-3.400 1-4 3 1.600 2.600 ' +
    '4.400 3.400 8 2 0-3-1.600-5-4-5zM29 42l3 3.500 3-3.500z',
  fish:
    'M8 32c6-9 14-14 23-14 7.500 0 13 3 17.500 8.500L57 19c-1.500 5-2 9-2 13s.5 8 2 13l-8.500-7.500C44 ' +
    '43 38.500 46 31 46 22 46 14 41 8 32zm12.500-4.500a2.600 2.600 0 1 0 0 5.200 2.600 2.600 0 0 0 0-5.200z' +
    'M34 24c3 5 3 11 0 16l2.500 1c3.500-6 3.500-12 0-18z',
  moon:
    'M38 8C24 9 14 19 14 32s10 23.500 24 24c5 .2 9.500-1 13-3.500C38 51 31 43 31 32s7-19 20-20.500C47.500 ' +
    '9 43 7.800 38 8zM47 24l1.800 5.200L54 31l-5.200 1.800L47 38l-1.800-5.200L40 31l5.200-1.800z',
} as const;

export type Avatar = keyof typeof figures;
export const avatars = Object.keys(figures) as Avatar[];

const isAvatar = (word: string | null): word is Avatar => word !== null && word in figures;

/** The one that was chosen, else one that stays the same for a profile. */
export function avatarOf(one: Pick<Profile, 'id' | 'avatar' | 'main'>): Avatar {
  if (isAvatar(one.avatar)) return one.avatar;
  if (one.main) return 'lantern';
  let sum = 0;
  for (const letter of one.id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return avatars[sum % avatars.length] as Avatar;
}

export function AvatarFigure({ name, child = false }: { name: Avatar; child?: boolean }) {
  return (
    <svg
      class={`avatar is-${name} ${child ? 'is-child' : ''}`}
      viewBox="0 0 64 64"
      aria-hidden="true"
      focusable="false"
    >
      <circle class="avatar-light" cx="32" cy="32" r="32" />
      <circle class="avatar-glow" cx="32" cy="32" r="25" />
      <path d={figures[name]} fill-rule="evenodd" />
    </svg>
  );
}
