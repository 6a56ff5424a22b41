// Counts the times the picture stood still for want of data, and for how long, and writes it on the
// <video>: data-stalls, data-stall-seconds. Waiting for a start or after a seek is no stall.
export class Stalls {
  private count = 0;
  private seconds = 0;
  private since: number | null = null;
  private sought = true;
  private readonly undo: (() => void)[] = [];

  constructor(private readonly video: HTMLVideoElement) {
    const on = (name: string, listener: () => void) => {
      video.addEventListener(name, listener);
      this.undo.push(() => video.removeEventListener(name, listener));
    };
    on('seeking', () => {
      this.sought = true;
      this.end();
    });
    on('waiting', () => this.begin());
    on('playing', () => {
      this.sought = false;
      this.end();
    });
    on('pause', () => this.end());
    this.write();
  }

  /** The picture stands still. The library's own waiting, which the browser does not see, calls
   * it too. */
  begin() {
    const { video } = this;
    if (this.sought || video.paused || video.ended || this.since !== null) return;
    this.count += 1;
    this.since = performance.now();
    this.write();
  }

  end() {
    if (this.since === null) return;
    this.seconds += (performance.now() - this.since) / 1000;
    this.since = null;
    this.write();
  }

  /** Another film begins. */
  reset() {
    this.count = 0;
    this.seconds = 0;
    this.since = null;
    this.sought = true;
    this.write();
  }

  stop() {
    for (const one of this.undo.splice(0)) one();
  }

  private write() {
    this.video.dataset['stalls'] = String(this.count);
    this.video.dataset['stallSeconds'] = this.seconds.toFixed(3);
  }
}
