/** Memory is made in pieces of so many bytes; whoever keeps a message keeps its piece. */
const PIECE = 8192
/** What engines keep beside their own objects, bytes: making it costs no more than an object. */
const SMALL = 64
/** Longer than this a message has memory of its own, bytes. */
const LARGE = 1024

let piece = new Uint8Array(0)
let used = 0

/**
 * Zeroed bytes for a message that is written and soon gone, as a packet is: cut from a larger
 * piece, since memory of its own costs ten times as much as filling it. Its `buffer` is not its
 * own.
 */
export function roomFor(length: number): Uint8Array<ArrayBuffer> {
  if (length <= SMALL || length > LARGE) return new Uint8Array(length)
  if (used + length > piece.length) {
    piece = new Uint8Array(PIECE)
    used = 0
  }
  const from = used
  used += length
  return piece.subarray(from, used)
}
