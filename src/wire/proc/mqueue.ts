/** What is read from the file of a POSIX message queue: mq_overview(7), "Mounting the message queue filesystem". */
import { textOf } from "./text.ts";

/** The fields, in the kernel's words. */
export interface MqueueText {
  /** Bytes in all messages of the queue. */
  readonly qsize: number;
  /** How the registered process is notified (sigev_notify): 0 signal, 1 not at all, 2 thread. */
  readonly notify: number;
  /** The signal; 0 where it is none. */
  readonly signo: number;
  /** Who is to be notified; 0: nobody, or a process of another PID namespace. */
  readonly notifyPid: number;
}

/** Undefined where it is not the text of a queue: mqueue_read_file in ipc/mqueue.c. */
export function decodeMqueue(bytes: Uint8Array): MqueueText | undefined {
  const found =
    /^QSIZE:(\d{1,15}) *\s?NOTIFY:(\d{1,5}) *\s?SIGNO:(\d{1,5}) *\s?NOTIFY_PID:(\d{1,10}) *\n?$/.exec(
      textOf(bytes),
    );
  if (found === null) return undefined;
  const [qsize = 0, notify = 0, signo = 0, notifyPid = 0] = found.slice(1).map(Number);
  return { qsize, notify, signo, notifyPid };
}
