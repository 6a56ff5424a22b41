// The player library, in a chunk of its own that is fetched when a player is near.
import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';

shaka.polyfill.installAll();
export default shaka;
