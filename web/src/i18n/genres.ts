import { en } from './en';

/** The genres we have a name for: those of the service's closed list. */
export const genres = (): string[] =>
  Object.keys(en)
    .filter((key) => key.startsWith('genre.'))
    .map((key) => key.slice('genre.'.length));
