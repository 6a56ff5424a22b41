// Words for those who listen to the player; each replaces the one before.
import { createStore } from '../core/store';

export const said = createStore('');
export const say = (text: string) => said.set(text);
