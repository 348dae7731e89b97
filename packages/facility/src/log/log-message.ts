/**
 * A message of a partition's subject, the records that were appended together: u32 magic, u32
 * records, f64 records of the partition before them, f64 wall clock in ms, then each as u32 length,
 * bytes. Little-endian. One without records is a fence: from it on only its sender appends.
 */
const HEAD_BYTES = 24
const ENTRY_HEAD = 4
const MAGIC = 0x314d4c4e

/** What a message says of itself. */
export type MessageHead = {
  /** Records of the partition before it. */
  readonly first: number
  readonly count: number
  /** The centre's wall clock when it was sent, ms. */
  readonly atMs: number
}

/** Bytes of a message with these records. */
export function messageBytes(entries: readonly Uint8Array[]): number {
  let bytes = HEAD_BYTES
  for (const entry of entries) bytes += ENTRY_HEAD + entry.length
  return bytes
}

/** Writes a message. */
export function encodeMessage(
  { first, atMs }: Pick<MessageHead, 'first' | 'atMs'>,
  entries: readonly Uint8Array[],
): Uint8Array {
  const bytes = new Uint8Array(messageBytes(entries))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, entries.length, true)
  view.setFloat64(8, first, true)
  view.setFloat64(16, atMs, true)
  let at = HEAD_BYTES
  for (const entry of entries) {
    view.setUint32(at, entry.length, true)
    bytes.set(entry, at + ENTRY_HEAD)
    at += ENTRY_HEAD + entry.length
  }
  return bytes
}

/** Reads the head of a message; undefined when it is none. */
export function decodeMessageHead(bytes: Uint8Array): MessageHead | undefined {
  if (bytes.length < HEAD_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(0, true) !== MAGIC) return undefined
  const first = view.getFloat64(8, true)
  const atMs = view.getFloat64(16, true)
  return { first, atMs, count: view.getUint32(4, true) }
}

/** The records of a message, as parts of its bytes; undefined when its lengths do not add up. */
export function entriesOfMessage(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const count = decodeMessageHead(bytes)?.count
  if (count === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const entries: Uint8Array[] = []
  let at = HEAD_BYTES
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_HEAD > bytes.length) return undefined
    const end = at + ENTRY_HEAD + view.getUint32(at, true)
    if (end > bytes.length) return undefined
    entries.push(bytes.subarray(at + ENTRY_HEAD, end))
    at = end
  }
  return at === bytes.length ? entries : undefined
}
