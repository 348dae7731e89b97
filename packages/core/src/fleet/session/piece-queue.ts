/** A piece of a black box that waits for its centre. */
export type WaitingPiece = { readonly bytes: Uint8Array; tries: number; isSent: boolean }

/** Connections in which a piece is tried, and pieces that wait. */
const PIECE_TRIES = 3
const MOST_PIECES = 256

/**
 * Pieces of a device's black box on their way to its centre: one at a time, again on the next
 * connection, three times in all. Rule F57 of SPEC.md says which may be here.
 */
export class PieceQueue {
  #waiting: WaitingPiece[] = []

  /** False when too many wait already. */
  add(bytes: Uint8Array): boolean {
    if (this.#waiting.length >= MOST_PIECES) return false
    this.#waiting.push({ bytes, tries: 0, isSent: false })
    return true
  }

  /** The piece to be sent now, if any, marked as sent. */
  send(): WaitingPiece | undefined {
    const [piece] = this.#waiting
    if (piece === undefined || piece.isSent) return undefined
    piece.isSent = true
    piece.tries++
    return piece
  }

  /** A piece is durable at the centre. */
  end(piece: WaitingPiece): void {
    this.#waiting = this.#waiting.filter((each) => each !== piece)
  }

  /** A new connection: all go again; gives back those that were not taken in three. */
  rewind(): readonly WaitingPiece[] {
    const over = this.#waiting.filter(({ tries }) => tries >= PIECE_TRIES)
    this.#waiting = this.#waiting.filter(({ tries }) => tries < PIECE_TRIES)
    for (const piece of this.#waiting) piece.isSent = false
    return over
  }
}
