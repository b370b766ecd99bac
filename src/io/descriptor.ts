/** An owned descriptor: whoever opened it closes it, and a forgotten one is reported. */
import { close } from "../sys/fd.ts";
import { Lifetime } from "./lifetime.ts";
import { forget } from "./poller.ts";

export class Descriptor implements Disposable {
  readonly lifetime: Lifetime;
  readonly #number: { fd: number };

  /** Takes ownership of an open, close-on-exec, non-blocking descriptor. */
  constructor(fd: number, what: string) {
    const number = { fd };
    this.#number = number;
    this.lifetime = new Lifetime(
      this,
      () => `${what} (fd ${number.fd})`,
      () => {
        if (number.fd < 0) return;
        forget(number.fd);
        close(number.fd);
      },
    );
  }

  /** The bare number, for as long as it is open. */
  get fd(): number {
    this.lifetime.check();
    return this.#number.fd;
  }

  /** Gives up ownership: the caller closes the number. */
  release(): number {
    const fd = this.fd;
    forget(fd);
    this.#number.fd = -1;
    this.lifetime.close();
    return fd;
  }

  close(): void {
    this.lifetime.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
