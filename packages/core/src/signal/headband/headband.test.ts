import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import {
  type CytonPacket,
  cytonReader,
  MUSE_ELECTRODES,
  museCommand,
  museGatherer,
  packetsOn,
  readMuseNotification,
  sampleClock,
} from './index.ts'

/** A Cyton's packet: 24-bit counts of eight electrodes, 16-bit ones of three axes. */
function packet(number: number, counts: readonly number[], axes = [0, 0, 0], tail = 0xc0) {
  const bytes = new Uint8Array(33)
  const view = new DataView(bytes.buffer)
  bytes[0] = 0xa0
  bytes[1] = number
  for (const [k, count] of counts.entries()) {
    view.setInt16(2 + 3 * k, count >> 8)
    view.setUint8(4 + 3 * k, count & 255)
  }
  for (const [k, axis] of axes.entries()) view.setInt16(26 + 2 * k, axis)
  bytes[32] = tail
  return bytes
}

describe('the packets of a Cyton', () => {
  const counts = [0, 1, -1, 1000, -1000, 8388606, -8388607, 44739]

  it('hold eight 24-bit counts of .02235 uV and the acceleration of a thousandth of 1/8 g', () => {
    const [one] = cytonReader().push(packet(7, counts, [8000, -8000, 4]))
    expect(one!.number).toBe(7)
    expect([...one!.uv].map((v) => Math.round(v * 1e4) / 1e4)).toEqual(
      [0, 0.0224, -0.0224, 22.3517, -22.3517, 187499.9688, -187500, 999.9952].map((v) =>
        expect.closeTo(v, 1),
      ),
    )
    expect(one!.accelerationG).toEqual([1, -1, 0.0005])
  })

  it('have no acceleration between its readings or with another tail', () => {
    expect(cytonReader().push(packet(0, counts))[0]!.accelerationG).toBeUndefined()
    const stamped = cytonReader().push(packet(0, counts, [1, 2, 3], 0xc3))
    expect(stamped[0]!.accelerationG).toBeUndefined()
  })

  it('mark a saturated electrode as missing', () => {
    const [one] = cytonReader().push(packet(0, [8388607, -8388608, 5]))
    expect([...one!.uv].slice(0, 2)).toEqual([Number.NaN, Number.NaN])
    expect(one!.uv[2]).toBeGreaterThan(0)
  })

  it('are found between greetings and noise, however the bytes are cut', () => {
    const random = seededRandom(5)
    const bytes: number[] = [...'OpenBCI V3 8-16 channel$$$'].map((c) => c.charCodeAt(0))
    for (let n = 0; n < 300; n++) {
      bytes.push(...packet(n & 255, [n, 2 * n, 3, 4, 5, 6, 7, 8]))
      if (n % 50 === 25) for (let k = random.integer(40); k > 0; k--) bytes.push(0xa0)
    }
    const reader = cytonReader()
    const found: CytonPacket[] = []
    for (let at = 0; at < bytes.length; ) {
      const to = at + random.integer(100)
      found.push(...reader.push(Uint8Array.from(bytes.slice(at, to))))
      at = to
    }
    expect(found.map(({ number }) => number)).toEqual(
      Array.from({ length: 300 }, (_, n) => n & 255),
    )
    expect(reader.skipped()).toBe(bytes.length - 300 * 33)
  })
})

/** The twenty bytes of a notification, packed sample by sample. */
function notification(number: number, counts: readonly number[]): Uint8Array {
  const bits = counts.map((n) => n.toString(2).padStart(12, '0')).join('')
  const bytes = [number >> 8, number & 255]
  for (let at = 0; at < bits.length; at += 8) bytes.push(Number.parseInt(bits.slice(at, at + 8), 2))
  return Uint8Array.from(bytes)
}

describe('the notifications of a Muse', () => {
  it('hold a number and twelve 12-bit samples of .48828125 uV about 0x800', () => {
    const counts = [0x800, 0x801, 0x7ff, 1, 0xffe, 2048 + 256, 1, 2, 3, 4, 5, 6]
    const read = readMuseNotification(notification(0x1234, counts))!
    expect(read.number).toBe(0x1234)
    expect([...read.uv]).toEqual(counts.map((n) => 0.48828125 * (n - 0x800)))
  })

  it('mark samples at the ends of the range as missing', () => {
    const { uv } = readMuseNotification(notification(1, [0, 0xfff, ...Array(10).fill(0x800)]))!
    expect([...uv].slice(0, 3)).toEqual([Number.NaN, Number.NaN, 0])
  })

  it('of another length are none', () => {
    expect(readMuseNotification(new Uint8Array(19))).toBeUndefined()
  })

  it('are started by commands with their length before them', () => {
    expect([...museCommand('p21')]).toEqual([4, 0x70, 0x32, 0x31, 0x0a])
    expect([...museCommand('d')]).toEqual([2, 0x64, 0x0a])
  })
})

describe('gathering the electrodes of a Muse', () => {
  const note = (number: number) => ({ number, uv: new Float32Array(12).fill(number % 1000) })
  const all = MUSE_ELECTRODES.map((_, k) => k)

  it('gives a row when all electrodes are there', () => {
    const gatherer = museGatherer()
    expect(all.slice(1).flatMap((k) => gatherer.push(k, note(5)))).toEqual([])
    const [row] = gatherer.push(0, note(5))
    expect(row!.number).toBe(5)
    expect(row!.columns.every((column) => column[0] === 5)).toBe(true)
  })

  it('gives a row with a hole when a later one is whole, and drops what comes too late', () => {
    const gatherer = museGatherer()
    for (const k of [0, 1, 3]) gatherer.push(k, note(65_535))
    const rows = all.flatMap((k) => gatherer.push(k, note(0)))
    expect(rows.map(({ number }) => number)).toEqual([65_535, 0])
    expect(rows[0]!.columns.map((column) => Number.isNaN(column[0]!))).toEqual([
      ...[false, false, true, false],
    ])
    expect(gatherer.push(2, note(65_535))).toEqual([])
  })

  it('begins again when the headband does', () => {
    const gatherer = museGatherer()
    for (const k of all) gatherer.push(k, note(30_000))
    expect(all.flatMap((k) => gatherer.push(k, note(0))).map(({ number }) => number)).toEqual([0])
  })

  it('never keeps more than two rows, whatever comes', () => {
    const gatherer = museGatherer()
    let given = 0
    for (let n = 0; n < 1000; n++) given += gatherer.push(n % 2, note(n * 3)).length
    expect(given).toBeGreaterThanOrEqual(998)
  })
})

describe('the number of packets from one to the next', () => {
  it.each([
    [5, 6, 1, 1],
    [255, 0, 1, 1],
    [5, 9, 4, 4],
    [5, 5, 0.2, 0],
    [5, 6, 257, 257],
    [5, 6, 250 * 60, 1 + 256 * 59],
    [5, 6, -40, 1],
  ])('%s to %s with %s in that time is %s', (before, number, elapsed, on) => {
    expect(packetsOn(before, number, 256, elapsed)).toBe(on)
  })
})

describe('the clock of a device', () => {
  /** Arrivals of packets of 12 samples: never early, mostly some ms late, now and then a lot. */
  function listened(hz: number, seconds: number, jitterMs: number, seed: number) {
    const clock = sampleClock(256)
    const random = seededRandom(seed)
    let atMs = 0
    for (let index = 12; index < seconds * 256; index += 12) {
      const late = 8 - jitterMs * Math.log(1 - random.uniform())
      const stall = random.uniform() < 0.002 ? 800 * random.uniform() : 0
      atMs = Math.max(atMs, (index * 1000) / hz + late + stall)
      clock.observe(index, Math.floor(atMs))
    }
    return clock
  }

  it.each([
    [256 * 1.00005, 600, 30, 3e-6],
    [256 * 0.9999, 600, 30, 3e-6],
    [256 * 1.025, 600, 30, 3e-6],
    [256 * 1.00005, 60, 30, 1e-4],
    [256 * 1.00005, 3600, 60, 3e-7],
  ])('%s Hz heard for %s s with %s ms of jitter is known to %s', (hz, seconds, jitter, error) => {
    for (const seed of [1, 2, 3]) {
      const clock = listened(hz, seconds, jitter, seed)
      expect(Math.abs(clock.estimate()!.rateHz / hz - 1)).toBeLessThan(error)
      expect(clock.estimate()!.error).toBeCloseTo(hz / 256 - 1, 3)
      // Behind by the least delay of an arrival, not by the mean one.
      const behindMs = seconds * 1000 - (clock.indexAt(seconds * 1000)! * 1000) / hz
      expect(behindMs).toBeGreaterThan(5)
      expect(behindMs).toBeLessThan(16)
    }
  })

  it('is unknown for 10 s, goes by the nominal rate till then, and after a reset', () => {
    const clock = sampleClock(256)
    expect(clock.indexAt(5)).toBeUndefined()
    for (let s = 0; s < 10; s++) clock.observe(256 * s, 1000 * s)
    expect(clock.estimate()).toBeUndefined()
    expect(clock.indexAt(9500)).toBe(9.5 * 256)
    for (let s = 10; s < 20; s++) clock.observe(256 * s, 1000 * s)
    expect(clock.estimate()!.error).toBeCloseTo(0, 12)
    clock.reset()
    expect(clock.estimate()).toBeUndefined()
  })
})
