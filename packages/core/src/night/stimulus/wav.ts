/** A sound at a moment of a recording. */
export type PlacedSound = {
  /** Seconds from the start. */
  readonly atS: number
  /** -1..1 at the rate of the file. */
  readonly samples: Float32Array
  /** No part of any trial: heard in a night that is muted too (rule N83). */
  readonly inEveryArm?: boolean
}

/** Frames to a piece of a file: a second or so. */
const PIECE_FRAMES = 48_000
/** Longest file that the format can say the length of, bytes. */
const MOST_BYTES = 0xffffffff - 44

/** Bytes of the head of a WAV file: 16 bit, one channel. */
function wavHead(frames: number, rateHz: number): Uint8Array {
  const head = new Uint8Array(44)
  const view = new DataView(head.buffer)
  const bytes = Math.min(MOST_BYTES, 2 * frames)
  const text = (at: number, letters: string): void => {
    for (let k = 0; k < letters.length; k++) head[at + k] = letters.charCodeAt(k)
  }
  text(0, 'RIFF')
  view.setUint32(4, 36 + bytes, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rateHz, true)
  view.setUint32(28, 2 * rateHz, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, bytes, true)
  return head
}

/**
 * A night's sounds as a WAV file, piece by piece: silence with each sound at its moment, sounds in
 * order of time, each taken when its moment comes. The length of the file says nothing of what is
 * in it. A sound whose moment is muted (ms of device time) is as many zeros, but for those that
 * sound in every arm.
 */
export function* wavChunks(
  sounds: Iterable<PlacedSound>,
  seconds: number,
  rateHz: number,
  mutedAt: (heardMs: number) => boolean,
): Generator<Uint8Array> {
  const frames = Math.round(seconds * rateHz)
  yield wavHead(frames, rateHz)
  const startOf = ({ atS }: PlacedSound): number => Math.round(atS * rateHz)
  const coming = sounds[Symbol.iterator]()
  let next = coming.next()
  let now: PlacedSound[] = []
  for (let from = 0; from < frames; from += PIECE_FRAMES) {
    const to = Math.min(frames, from + PIECE_FRAMES)
    for (; next.done !== true && startOf(next.value) < to; next = coming.next()) {
      const { atS, inEveryArm = false } = next.value
      if (inEveryArm || !mutedAt(1000 * atS)) now.push(next.value)
    }
    const piece = new Int16Array(to - from)
    for (const sound of now) mix(piece, sound.samples, startOf(sound) - from)
    now = now.filter((sound) => startOf(sound) + sound.samples.length > to)
    yield littleEndian(piece)
  }
}

function mix(piece: Int16Array, samples: Float32Array, at: number): void {
  for (let i = Math.max(0, -at); i < samples.length && at + i < piece.length; i++) {
    const sum = piece[at + i]! + Math.round(32767 * samples[i]!)
    piece[at + i] = Math.max(-32767, Math.min(32767, sum))
  }
}

function littleEndian(piece: Int16Array): Uint8Array {
  const bytes = new Uint8Array(2 * piece.length)
  const view = new DataView(bytes.buffer)
  piece.forEach((frame, k) => {
    view.setInt16(2 * k, frame, true)
  })
  return bytes
}
