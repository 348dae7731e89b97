/** Samples a second of a Muse's electrodes. */
export const MUSE_RATE_HZ = 256
/** uV of a step of a Muse's electrodes. */
export const MUSE_STEP_UV = 0.48828125
/** Samples in one notification. */
export const MUSE_SAMPLES = 12
/** Notification numbers run from 0 to 65535 and begin again. */
export const MUSE_NUMBERS = 65_536
/** The Bluetooth service of a Muse. */
export const MUSE_SERVICE = '0000fe8d-0000-1000-8000-00805f9b34fb'
/** Its characteristic that takes commands. */
export const MUSE_CONTROL = '273e0001-4c4d-454d-96be-f03bac821358'

/** The electrodes of a Muse and the characteristics that notify of them. */
export const MUSE_ELECTRODES: readonly { readonly label: string; readonly id: string }[] = [
  { label: 'TP9', id: '273e0003-4c4d-454d-96be-f03bac821358' },
  { label: 'AF7', id: '273e0004-4c4d-454d-96be-f03bac821358' },
  { label: 'AF8', id: '273e0005-4c4d-454d-96be-f03bac821358' },
  { label: 'TP10', id: '273e0006-4c4d-454d-96be-f03bac821358' },
]

/** Commands that start a Muse: stop, electrodes only, state, go. */
export const MUSE_START: readonly string[] = ['h', 'p21', 's', 'd']
/** The command that keeps it awake. */
export const MUSE_KEEP_ALIVE = 'k'
/** The command that stops it. */
export const MUSE_STOP = 'h'

const NOTIFICATION_BYTES = 20
/** Rows by which a notification may be late; farther back is another run of the headband. */
const LATEST = 64
const MIDDLE = 0x800
const MOST = 0xfff

/** Twelve samples of one electrode. */
export type MuseNotification = {
  /** 0 to 65535; notifications of the electrodes at one time have one number. */
  readonly number: number
  readonly uv: Float32Array
}

/** The bytes of a command: its length with the end of line, the text, the end of line. */
export function museCommand(text: string): Uint8Array {
  const bytes = Uint8Array.from(`.${text}\n`, (letter) => letter.charCodeAt(0))
  bytes[0] = text.length + 1
  return bytes
}

/**
 * Reads a notification of an electrode: a 16-bit number, then twelve 12-bit samples, big-endian; uV
 * = 0.48828125 x (n - 0x800). A sample at the end of its range is missing (NaN): the electrode is
 * off or the amplifier saturated. Undefined where the bytes are no such notification.
 */
export function readMuseNotification(bytes: Uint8Array): MuseNotification | undefined {
  if (bytes.length !== NOTIFICATION_BYTES) return undefined
  const uv = new Float32Array(MUSE_SAMPLES)
  for (let k = 0; k < MUSE_SAMPLES; k += 2) {
    const at = 2 + (3 * k) / 2
    const [a, b, c] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!]
    uv[k] = microvolts(a * 16 + (b >> 4))
    uv[k + 1] = microvolts((b & 15) * 256 + c)
  }
  return { number: bytes[0]! * 256 + bytes[1]!, uv }
}

function microvolts(count: number): number {
  return count === 0 || count === MOST ? Number.NaN : MUSE_STEP_UV * (count - MIDDLE)
}

/** Twelve samples of every electrode, NaN for one whose notification was lost. */
export type MuseRow = { readonly number: number; readonly columns: readonly Float32Array[] }

/** Brings together the notifications of one time. */
export type MuseGatherer = {
  /** Takes what an electrode (0 to 3) notified; gives the rows that are whole or past waiting. */
  push(electrode: number, notification: MuseNotification): MuseRow[]
}

/**
 * Gathers notifications of the electrodes to rows by their numbers. A row is given when all are
 * there, or when a later row is, so that the loss of one notification costs one electrode twelve
 * samples and no waiting beyond the next row. What comes after its row was given is dropped.
 */
export function museGatherer(): MuseGatherer {
  const electrodes = MUSE_ELECTRODES.length
  // At most two rows wait: the one that is being filled and one before it.
  let waiting: { number: number; columns: (Float32Array | undefined)[] }[] = []
  let given: number | undefined
  const isLater = (a: number, b: number): boolean => {
    const ahead = (a - b + MUSE_NUMBERS) % MUSE_NUMBERS
    return ahead > 0 && ahead < MUSE_NUMBERS / 2
  }
  return {
    push: (electrode, { number, uv }) => {
      if (given !== undefined && !isLater(number, given)) {
        // Far behind is no latecomer: the headband was switched on anew.
        const behind = (given - number + MUSE_NUMBERS) % MUSE_NUMBERS
        if (behind < LATEST) return []
        waiting = []
        given = undefined
      }
      let row = waiting.find((other) => other.number === number)
      if (row === undefined) {
        row = { number, columns: Array.from({ length: electrodes }, () => undefined) }
        waiting.push(row)
        waiting.sort((a, b) => (isLater(a.number, b.number) ? 1 : -1))
      }
      row.columns[electrode] = uv
      const whole = row.columns.every((column) => column !== undefined)
      const ready = whole ? waiting.indexOf(row) + 1 : Math.max(0, waiting.length - 2)
      const rows = waiting.splice(0, ready)
      if (rows.length > 0) given = rows.at(-1)!.number
      return rows.map((done) => ({
        number: done.number,
        columns: done.columns.map((c) => c ?? new Float32Array(MUSE_SAMPLES).fill(Number.NaN)),
      }))
    },
  }
}
