import { assert } from '../../math/assert.ts'

/** Most numbers of one boot; a device makes one every few seconds at most. */
const MOST_SEQ = 1_000_000
/** Most starts of one device in one run. */
const MOST_BOOTS = 10_000

/** Keys (device, boot, number) as bits; devices are counted from 0. */
export class KeySet {
  readonly #rows: Uint8Array[][]

  constructor(devices: number) {
    this.#rows = Array.from({ length: devices }, () => [])
  }

  add(device: number, boot: number, seq: number): void {
    assert(seq < MOST_SEQ && boot < MOST_BOOTS, 'the key of a simulated device')
    const boots = this.#rows[device]!
    while (boots.length <= boot) boots.push(new Uint8Array(0))
    const at = seq >> 3
    let row = boots[boot]!
    if (at >= row.length) {
      const bigger = new Uint8Array(Math.max(16, 2 * (at + 1)))
      bigger.set(row)
      boots[boot] = bigger
      row = bigger
    }
    row[at]! |= 1 << (seq & 7)
  }

  has(device: number, boot: number, seq: number): boolean {
    const row = this.#rows[device]![boot]
    return row !== undefined && ((row[seq >> 3] ?? 0) & (1 << (seq & 7))) !== 0
  }
}
