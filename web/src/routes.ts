// The site's addresses. src/service/site/site.c answers the same ones with 200.
export type Route =
  | { page: 'home' | 'join' | 'sign-in' | 'account' | 'search' | 'not-found' }
  | { page: 'forgot' | 'reset' | 'verify' | 'profiles' }
  | { page: 'plans' | 'subscribe' | 'rent' | 'link' | 'activate' }
  | { page: 'title' | 'watch'; id: string }
  | { page: 'console'; rest: string[] };

const plain = {
  '/': 'home',
  '/join': 'join',
  '/sign-in': 'sign-in',
  '/account': 'account',
  '/search': 'search',
  '/forgot': 'forgot',
  '/reset': 'reset',
  '/verify': 'verify',
  '/profiles': 'profiles',
  '/plans': 'plans',
  '/subscribe': 'subscribe',
  '/rent': 'rent',
  '/link': 'link',
  '/activate': 'activate',
  '/box': 'activate',
} as const;

export function routeOf(path: string): Route {
  const page = plain[path as keyof typeof plain];
  if (page) return { page };
  const [first, second, ...rest] = path.slice(1).split('/');
  if ((first === 'title' || first === 'watch') && second && rest.length === 0) {
    return { page: first, id: second };
  }
  if (first === 'console') {
    return { page: 'console', rest: [second ?? '', ...rest].filter((part) => part !== '') };
  }
  return { page: 'not-found' };
}
