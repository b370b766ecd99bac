/**
 * struct ipc64_perm as the kernel lays it out on its 64-bit little-endian architectures
 * (include/uapi/asm-generic/ipcbuf.h): how each of the three *_ds structures begins. Pure.
 */

/** Whose an object is, and who may do what with it. */
export interface IpcPerm {
  /** Unsigned, as ipcs prints it. */
  readonly key: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  /** The permission bits; of shared memory also SHM_DEST (0o1000) and SHM_LOCKED (0o2000). */
  readonly mode: number;
  readonly sequence: number;
}

/** Reads the beginning of a *_ds structure. */
export function decodeIpcPerm(view: DataView): IpcPerm {
  return {
    key: view.getUint32(0, true),
    uid: view.getUint32(4, true),
    gid: view.getUint32(8, true),
    creatorUid: view.getUint32(12, true),
    creatorGid: view.getUint32(16, true),
    mode: view.getUint16(20, true),
    sequence: view.getUint16(24, true),
  };
}

/** Writes every field; the padding between them is left as it is. */
export function encodeIpcPerm(view: DataView, perm: IpcPerm): void {
  view.setUint32(0, perm.key, true);
  view.setUint32(4, perm.uid, true);
  view.setUint32(8, perm.gid, true);
  view.setUint32(12, perm.creatorUid, true);
  view.setUint32(16, perm.creatorGid, true);
  view.setUint16(20, perm.mode, true);
  view.setUint16(24, perm.sequence, true);
}
