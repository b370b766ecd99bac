/** Counts what keeps the process alive, and tells the event loop when it begins and ends. */
export class KeepAlive {
  readonly #tell: (keepsAlive: boolean) => void;
  #count = 0;

  constructor(tell: (keepsAlive: boolean) => void) {
    this.#tell = tell;
  }

  add(): void {
    this.#count++;
    if (this.#count === 1) this.#tell(true);
  }

  remove(): void {
    this.#count--;
    if (this.#count === 0) this.#tell(false);
  }
}
