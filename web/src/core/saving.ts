// Positions on their way to the service: a page that shows them waits for them, but not for long.
const PATIENCE_MS = 1500;
let last: Promise<unknown> = Promise.resolve();

export function saving(work: Promise<unknown>) {
  last = Promise.allSettled([last, work]);
}

export function saved(): Promise<unknown> {
  return Promise.race([last, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}
