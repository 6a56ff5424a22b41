// Chromium as Debian ships it, and visitors in it. Whatever a page complains of is kept: a test
// that does not look fails at the end all the same.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { PASSWORD } from './house.mjs';
import { PATIENCE } from './until.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

export const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });

export class Visitor {
  constructor(house, context, page) {
    this.house = house;
    this.context = context;
    this.page = page;
    this.wrong = [];
    page.on('pageerror', (error) => this.wrong.push(`error: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (/Content Security Policy|violates/i.test(text)) this.wrong.push(`policy: ${text}`);
      else if (message.type() === 'error' && !/Failed to load resource/.test(text))
        this.wrong.push(text);
    });
    page.on('dialog', (dialog) => {
      if (dialog.type() !== 'confirm') this.wrong.push(`dialog: ${dialog.message()}`);
      void dialog.accept().catch(() => {});
    });
    page.on('request', (request) => {
      const to = new URL(request.url());
      const ours = [house.address, house.gateway]; // who types a card is at the bank
      if (/^https?:$/.test(to.protocol) && !ours.includes(to.origin))
        this.wrong.push(`foreign request: ${to}`);
    });
  }

  static async arrive(browser, house, options = {}) {
    const { language = 'en-GB', width = 1280, height = 800, ...more } = options;
    const context = await browser.newContext({
      locale: language,
      viewport: { width, height },
      ...more,
    });
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    return new Visitor(house, context, await context.newPage());
  }

  async open(path) {
    await this.page.goto(this.house.address + path);
    await this.page.waitForSelector('main h1, main video');
  }

  /** Signs in past the form: most tests are not about it. */
  async signIn(email, password = PASSWORD) {
    await this.ask('POST', '/api/v1/sessions', { email, password });
    return this;
  }

  async join(email = `${Date.now()}.${Math.random()}@example.org`) {
    await this.ask('POST', '/api/v1/members', { email, password: PASSWORD });
    this.email = email;
    return this;
  }

  async ask(method, path, data) {
    const answer = await this.context.request.fetch(this.house.address + path, { method, data });
    assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  }

  /** Until the film is at `seconds` or beyond. */
  async plays(seconds = 0.5) {
    await this.page.waitForFunction(
      (at) => document.querySelector('video')?.currentTime >= at,
      seconds,
      { polling: 50 },
    );
  }

  video(look) {
    return this.page.evaluate(`(${look})(document.querySelector('video'))`);
  }

  async leave() {
    const violations = await this.page.evaluate(() => window.violations).catch(() => []);
    await this.context.close();
    assert.deepEqual([...this.wrong, ...violations], []);
  }
}
