import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BlockArm, blockArmOf, conductOf, FadeNoise, type Lease } from '@nocturne/core/night'
import { afterAll, describe, expect, it } from 'vitest'
import { SOUND_RATE_HZ } from '../output/system-player.ts'
import { type Command, FileActor } from './actor.ts'
import { JoinedActor } from './joined-actor.ts'
import { SoundActor } from './sound-actor.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-fade-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const NOISE = new FadeNoise(SOUND_RATE_HZ, 0)

/** The k-th piece of a fade, each 11 s from every tenth second on; `aheadMs` before it. */
function piece(k: number, changes: Partial<Lease> = {}): { command: Command; heardMs: number } {
  const heardMs = 1000 + 10_000 * k
  const lease: Lease = {
    ...{ id: `1.${k}`, seq: k, token: 1, issuedAtMs: heardMs - 500, notAfterMs: heardMs + 11_000 },
    ...{ actuator: 'sound', action: 'fade', maxLevel: 40 - k, fallback: 'natural' },
    ...{ consentId: 'c', reason: `bedtime-sound-${k}` },
    ...changes,
  }
  const nowhere = { heardAt: 0, targetRad: Number.NaN, predictedRad: Number.NaN }
  return { command: { kind: 'command', lease, level: lease.maxLevel, ...nowhere }, heardMs }
}

describe('a fade in a file', () => {
  it('is cut where it is stopped, with the piece before that sounds into the newest (N55, N79)', () => {
    for (const leaseIds of [undefined, ['1.2']]) {
      const actor = new FileActor(1)
      for (const k of [0, 1, 2]) actor.carry(piece(k).command, piece(k).heardMs)
      actor.mute(20_600, leaseIds)
      actor.mute(20_700)
      const left = actor.sounds.map(({ command: { lease }, cutAtMs }) => [lease.id, cutAtMs])
      expect(left).toEqual([
        ['1.0', undefined],
        ['1.1', 20_600],
      ])
    }
  })
})

describe('light without a lamp', () => {
  it('is told to have failed, so that nothing goes on as if it shone (N52)', () => {
    const joined = new JoinedActor(new FileActor(1), [])
    joined.carry(piece(0, { actuator: 'light', action: 'lamp' }).command, 1000)
    expect(joined.inputs(0).filter(({ kind }) => kind === 'actuator')).toEqual([
      { kind: 'actuator', atMs: 0, leaseId: '1.0', effect: 'failed' },
    ])
  })
})

/** A timer that a test turns, beat by beat. */
function handTimer(): { at: number; now(): number; after(): () => void; to(ms: number): void } {
  let run: () => void = () => undefined
  const timer = {
    at: 0,
    now: () => timer.at,
    after: (_ms?: number, then?: () => void) => {
      run = then ?? run
      return () => undefined
    },
    to: (ms: number) => {
      for (; timer.at < ms; timer.at += 20) run()
    },
  }
  return timer
}

/** What a loudspeaker is given in three seconds, of commands of which a fade is stopped at 2.5 s. */
async function played(
  mutedAt: (heardMs: number) => boolean,
  noise: FadeNoise | undefined,
  commands: readonly { command: Command; heardMs: number }[] = [piece(0)],
  deviceMs = 0,
): Promise<Int16Array> {
  const path = join(mkdtempSync(join(folder, 'night-')), 'sound.raw')
  const script = `process.stdin.pipe(require('fs').createWriteStream(${JSON.stringify(path)}))`
  const timer = handTimer()
  const actor = new SoundActor({
    ...{ token: 1, timer, startedAtMs: -deviceMs, latencyMs: 0, fullScaleDbA: 70, mutedAt },
    player: { command: process.execPath, args: ['-e', script] },
    ...(noise ? { noise } : {}),
  })
  timer.to(500)
  for (const { command, heardMs } of commands) actor.carry(command, heardMs)
  timer.to(2500)
  actor.mute(deviceMs + 2500, ['1.0'])
  timer.to(3000)
  const bytes = 2 * 2.9 * SOUND_RATE_HZ
  for (let k = 0; k < 500 && !(existsSync(path) && statSync(path).size >= bytes); k++) {
    await new Promise((done) => setTimeout(done, 10))
  }
  await actor.close()
  const read = readFileSync(path)
  return new Int16Array(read.buffer.slice(read.byteOffset, read.byteOffset + bytes))
}

/** Root mean square between two times, s, of full scale. */
function loudness(frames: Int16Array, fromS: number, toS: number): number {
  const part = frames.subarray(fromS * SOUND_RATE_HZ, toS * SOUND_RATE_HZ)
  return Math.sqrt(part.reduce((sum, v) => sum + (v / 32767) ** 2, 0) / part.length)
}

describe('a fade through a loudspeaker', () => {
  it('comes softly, is silent at once when stopped, and sounds in a muted arm too (N83)', async () => {
    for (const muted of [false, true]) {
      const frames = await played(() => muted, NOISE)
      expect(loudness(frames, 0, 0.99)).toBe(0)
      expect(loudness(frames, 1, 1.2)).toBeLessThan(0.5 * loudness(frames, 2, 2.4))
      expect(20 * Math.log10(loudness(frames, 2, 2.4)) + 70).toBeCloseTo(40, -1)
      expect(loudness(frames, 2.6, 2.9)).toBe(0)
    }
  })

  it('fails where no noise was made for it', async () => {
    expect(loudness(await played(() => false, undefined), 0, 2.9)).toBe(0)
  })
})

describe('a night of blocks through a loudspeaker', () => {
  const SEED = '5'.repeat(64)
  /** The second block begins 1.5 s after the player did. */
  const BORDER_MS = 10 * 60_000
  const deviceMs = BORDER_MS - 1500
  const sound = (k: number, atMs: number, changes: Partial<Lease>): ReturnType<typeof piece> => {
    const heardMs = deviceMs + atMs
    return { command: piece(k, { notAfterMs: heardMs + 1000, ...changes }).command, heardMs }
  }
  const nightOf = (arm: BlockArm): number =>
    [0, 1, 2, 3, 4, 5, 6, 7].find((night) => blockArmOf(SEED, night, 0) === arm)!

  it.each(['stim', 'muted'] as const)(
    'has its clicks in one of two, where the first is %s, and its fade in both (N82, N83)',
    async (arm) => {
      const { mutedAt } = conductOf('blocks', SEED, nightOf(arm), 10)
      const clicks = [1000, 1400, 1600, 2000].map((atMs, k) => {
        return sound(k, atMs, { action: 'click', maxLevel: 40 })
      })
      const frames = await played(mutedAt, undefined, clicks, deviceMs)
      const heard = [1, 1.4, 1.6, 2].map((atS) => loudness(frames, atS, atS + 0.05) > 0)
      const [first, second] = [arm === 'stim', arm === 'muted']
      expect(heard).toEqual([first, first, second, second])
      const faded = await played(mutedAt, NOISE, [sound(0, 1000, {})], deviceMs)
      expect([loudness(faded, 1.2, 1.4), loudness(faded, 1.6, 1.9)]).not.toContain(0)
    },
  )

  it('rings its alarm in a muted block (N76, N82)', async () => {
    const { mutedAt } = conductOf('blocks', SEED, nightOf('stim'), 10)
    const issuedAtMs = deviceMs + 1600
    const times = { issuedAtMs, notAfterMs: issuedAtMs + 4000 }
    const alarm = sound(0, 1600, { action: 'wake', maxLevel: 60, ...times })
    const frames = await played(mutedAt, undefined, [alarm], deviceMs)
    expect(loudness(frames, 1.7, 2.3)).toBeGreaterThan(0)
  })
})

describe('the noise of a fade', () => {
  it('is steady where pieces of a second more than their turn go into each other', () => {
    const out = new Float32Array(34 * SOUND_RATE_HZ)
    for (const k of [0, 1, 2]) {
      NOISE.piece({ levelDb: 40, fullScaleDbA: 70 }, 11).forEach((v, i) => {
        out[k * 10 * SOUND_RATE_HZ + i]! += v
      })
    }
    for (let s = 1; s < 30; s++) {
      const part = out.subarray(s * SOUND_RATE_HZ, (s + 1) * SOUND_RATE_HZ)
      const square = part.reduce((sum, v) => sum + v * v, 0) / part.length
      expect(Math.abs(10 * Math.log10(square) + 70 - 40)).toBeLessThan(1.5)
    }
  })

  it('comes and goes at its edges, and is never above full scale', () => {
    const loud = NOISE.piece({ levelDb: 90, fullScaleDbA: 70 }, 3)
    expect(Math.max(...[0, loud.length - 1].map((i) => Math.abs(loud[i]!)))).toBeLessThan(1e-3)
    expect(loud.reduce((most, v) => Math.max(most, Math.abs(v)), 0)).toBeLessThanOrEqual(0.981)
    expect(NOISE.piece({ levelDb: 40, fullScaleDbA: 70 }, -1).length).toBe(0)
  })
})
