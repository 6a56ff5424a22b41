// A box as the service sees it: it asks for codes, and for its token again and again.
import { PATIENCE } from './until.mjs';

export const SALON = { client: 'lanterne-box', version: '1.0', name: 'Salon', model: 'LB-1' };

export class Box {
  static async asks(house, said = SALON, headers = {}) {
    const box = new Box();
    Object.assign(box, { house, said, headers });
    box.codes = await (await box.#post('authorization', said)).json();
    box.code = box.codes.user_code;
    return box;
  }

  #post(what, body) {
    return fetch(`${this.house.address}/api/v1/device/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...this.headers },
      body: JSON.stringify(body),
    });
  }

  async poll() {
    const answer = await this.#post('token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: this.codes.device_code,
      client: this.said.client,
    });
    return answer.json();
  }

  /** Its token, once it was allowed; it asks as seldom as it is told to. */
  async signedIn() {
    let seconds = this.codes.interval;
    for (const end = Date.now() + PATIENCE; Date.now() < end;) {
      const answer = await this.poll();
      if (answer.access_token) return answer.access_token;
      if (answer.error === 'slow_down') seconds += 5;
      else if (answer.error !== 'authorization_pending') throw new Error(answer.error);
      await new Promise((done) => setTimeout(done, seconds * 1000));
    }
    throw new Error('the box was not signed in');
  }

  /** What it is answered with the token. */
  async ask(token, path, method = 'GET') {
    const headers = { Authorization: `Bearer ${token}`, ...this.headers };
    return fetch(this.house.address + path, { method, headers });
  }
}
