/** The packed records that native/engines/walk.c makes, one by one. */
import { WireError } from "../wire-error.ts";

/** What a record is about; the same numbers stand in native/engines/walk.c. */
export const TAG_PROCESS = 1;
/** See TAG_PROCESS. */
export const TAG_STAT = 2;
/** See TAG_PROCESS. */
export const TAG_STATUS = 3;
/** See TAG_PROCESS. */
export const TAG_CMDLINE = 4;
/** See TAG_PROCESS. */
export const TAG_CGROUP = 5;
/** See TAG_PROCESS. */
export const TAG_THREAD = 6;
/** See TAG_PROCESS. */
export const TAG_NAMESPACE = 7;
/** See TAG_PROCESS. */
export const TAG_DESCRIPTORS = 8;
/** See TAG_PROCESS. */
export const TAG_DESCRIPTOR = 9;
/** See TAG_PROCESS. */
export const TAG_END = 10;
/** See TAG_PROCESS. */
export const TAG_MAPPINGS = 11;
/** See TAG_PROCESS. */
export const TAG_FDINFO = 12;

/** The text was longer than the walk keeps; on the last record: the walk was cut off. */
export const FLAG_TRUNCATED = 1;
/** Of a descriptor: it may be read. */
export const FLAG_READ = 2;
/** Of a descriptor: it may be written. */
export const FLAG_WRITE = 4;
/** Of a descriptor: the two flags above are known. */
export const FLAG_ACCESS = 8;

/** A record; its bytes stay where they are, between `start` and `end`. */
export interface WalkRecord {
  readonly tag: number;
  readonly flags: number;
  /** A pid, tid or descriptor, by the tag. */
  readonly id: number;
  /** 0 or -errno. */
  readonly error: number;
  readonly start: number;
  readonly end: number;
}

const HEADER = 16;

/** Where the record after this one begins. */
export function nextRecord(record: WalkRecord): number {
  return record.start + padded(record.end - record.start);
}

/** @throws WireError ERR_WIRE_TRUNCATED where no whole record begins at `offset`. */
export function decodeRecord(view: DataView, offset: number): WalkRecord {
  if (view.byteLength - offset < HEADER) throw cutOff(offset);
  const sizeBytes = view.getUint32(offset + 12, true);
  const start = offset + HEADER;
  if (padded(sizeBytes) > view.byteLength - start) throw cutOff(offset);
  return {
    tag: view.getUint16(offset, true),
    flags: view.getUint16(offset + 2, true),
    id: view.getInt32(offset + 4, true),
    error: view.getInt32(offset + 8, true),
    start,
    end: start + sizeBytes,
  };
}

/** What a record is made from. */
export interface WalkRecordContent {
  readonly tag: number;
  readonly flags?: number;
  readonly id: number;
  readonly error?: number;
  readonly bytes?: Uint8Array;
}

/** One record after the other, as the walk writes them. */
export function encodeRecords(records: readonly WalkRecordContent[]): Uint8Array {
  const sizes = records.map((record) => HEADER + padded(record.bytes?.length ?? 0));
  const all = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(all.buffer);
  let offset = 0;
  for (const [index, record] of records.entries()) {
    view.setUint16(offset, record.tag, true);
    view.setUint16(offset + 2, record.flags ?? 0, true);
    view.setInt32(offset + 4, record.id, true);
    view.setInt32(offset + 8, record.error ?? 0, true);
    view.setUint32(offset + 12, record.bytes?.length ?? 0, true);
    all.set(record.bytes ?? [], offset + HEADER);
    offset += sizes[index] ?? 0;
  }
  return all;
}

function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 8) * 8;
}

function cutOff(offset: number): WireError {
  return new WireError("ERR_WIRE_TRUNCATED", offset, "The walk's records end too early");
}
