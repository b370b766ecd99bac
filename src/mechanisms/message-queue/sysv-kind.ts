/** System V message queues as the command handles them: what can be done, with which options. */
import type {
  AddressRequest,
  Kind,
  MakeRequest,
  Option,
  Options,
  PeekRequest,
  Received,
  ReceiveRequest,
  SendRequest,
} from "../../io/room.ts";
import { parseSysvAddress } from "../../io/sysv/address.ts";
import { keyIn, makeOptions, newObject, numberIn } from "../../io/sysv/verb-options.ts";
import { SystemError } from "../../sys/errors.ts";
import type { Message, MessageType, Selection } from "./message.ts";
import { openSysvAddress } from "./sysv-address.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";

const typeToSend: Option = {
  name: "type",
  type: "integer",
  value: "TYPE",
  description: "the message's type, 1 to 2^63-1 (default 1)",
};

const optionsToMake: readonly Option[] = [
  ...makeOptions,
  {
    name: "max-bytes",
    type: "integer",
    value: "BYTES",
    description: "the queue's capacity (default kernel.msgmnb)",
  },
];

const receiveOptions: readonly Option[] = [
  {
    name: "type",
    type: "integer",
    value: "TYPE",
    description: "only this type; -N: the lowest type up to N (default 0: the oldest)",
  },
  { name: "except", type: "integer", value: "TYPE", description: "any type but this one" },
  {
    name: "max-bytes",
    type: "integer",
    value: "BYTES",
    description: "refuse a longer message, which stays in the queue",
  },
  {
    name: "truncate",
    type: "flag",
    description: "with --max-bytes: cut a longer message off, and lose the rest",
  },
];

/** The kind "msg". */
export const sysvMessageQueueKind: Kind = {
  name: "msg",
  title: "System V message queue",
  forms: ["msg:ID", "msg:0xKEY"],
  parse: (rest) => parseSysvAddress("msg", rest),
  make: { options: optionsToMake, run: make },
  remove: { options: [], run: remove },
  send: { options: [typeToSend], run: send },
  receive: { options: receiveOptions, run: receive },
  peek: { options: [], run: peek },
};

async function make({ options }: MakeRequest): Promise<string> {
  const key = keyIn(options);
  using queue = SysvMessageQueue.open(key, newObject(options));
  const maxBytes = numberIn(options, "max-bytes");
  try {
    if (maxBytes !== undefined) queue.set({ maxBytes });
  } catch (refused) {
    queue.remove();
    throw refused;
  }
  return `msg:${queue.id}`;
}

async function remove({ address }: AddressRequest): Promise<void> {
  using queue = openSysvAddress(address);
  queue.remove();
}

async function send(request: SendRequest): Promise<void> {
  const { address, options, data, wait, signal, timeoutMs } = request;
  const type = typeOf(options, "type") ?? 1;
  using queue = openSysvAddress(address);
  if (wait) await queue.send(type, data, { signal, timeoutMs });
  else if (!queue.trySend(type, data)) throw new SystemError("EAGAIN", "msgsnd", full(address));
}

function full(address: string): { address: string; message: string } {
  return { address, message: "the queue is full" };
}

async function receive(request: ReceiveRequest): Promise<Received> {
  const { address, options, wait, signal, timeoutMs } = request;
  const selection = selectionOf(options);
  using queue = openSysvAddress(address);
  const message = wait
    ? await queue.receive({ ...selection, signal, timeoutMs })
    : queue.tryReceive(selection);
  if (message !== undefined) return received(message);
  throw new SystemError("ENOMSG", "msgrcv", { address });
}

async function peek({ address, count }: PeekRequest): Promise<readonly Received[]> {
  using queue = openSysvAddress(address);
  const seen: Received[] = [];
  while (seen.length < count) {
    const message = queue.peek(seen.length);
    if (message === undefined) break;
    seen.push(received(message));
  }
  return seen;
}

function received({ type, data }: Message): Received {
  return { data, about: { type } };
}

function selectionOf(options: Options): Selection {
  return {
    type: typeOf(options, "type"),
    except: typeOf(options, "except"),
    maxBytes: numberIn(options, "max-bytes"),
    noError: options["truncate"] === true,
  };
}

function typeOf(options: Options, name: string): MessageType | undefined {
  const value = options[name];
  return typeof value === "number" || typeof value === "bigint" ? value : undefined;
}
