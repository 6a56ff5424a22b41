// Put in by build.mjs.
declare const LICENCES: string;

declare module 'shaka-player/dist/shaka-player.dash-es2021.js' {
  import shaka from 'shaka-player';
  export default shaka;
}
