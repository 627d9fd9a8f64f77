/** A line that tells how far a long run is, and when it will be done. */

const minutes = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

export class Progress {
  readonly #started = Date.now();
  #shown = 0;

  constructor(
    readonly total: number,
    /** Done before this run began: they took no time of it. */
    readonly before = 0,
  ) {}

  /** Written over on a terminal; elsewhere a line now and then. */
  show(done: number, more: string): void {
    const [now, tty] = [Date.now(), process.stderr.isTTY];
    if (done < this.total && now - this.#shown < (tty ? 200 : 30_000)) return;
    this.#shown = now;
    const seconds = (now - this.#started) / 1000;
    const left = done === this.before ? 0 : (seconds / (done - this.before)) * (this.total - done);
    const line = `${done}/${this.total}  ${more}  ${minutes(seconds)}, ${minutes(left)} left`;
    process.stderr.write(tty ? `\r\u001b[K${line}` : `${line}\n`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
}
