import { render } from 'preact';
import { App } from './app';
import { startRouter } from './core/router';
import { askService, whoIsHere } from './core/session';

startRouter();
void whoIsHere();
void askService();
render(<App />, document.getElementById('site') as HTMLElement);
