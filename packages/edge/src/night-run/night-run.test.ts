import {
  ABSOLUTE_LIMITS,
  type BoxRecord,
  type Lease,
  type LoopEvent,
  type LoopInput,
  localOffsets,
  type NightHeader,
  type Note,
  shippedRelease,
} from '@nocturne/core/night'
import { describe, expect, it } from 'vitest'
import type { BoxFile } from '../box-file/box-file.ts'
import type { Output } from '../output/output.ts'
import type { Source, SourceChunk } from '../source/source.ts'
import { type Actor, type Command, FileActor } from './actor.ts'
import { JoinedActor } from './joined-actor.ts'
import { NightAccount } from './night-account.ts'
import { NightRun, type NightRunOptions } from './night-run.ts'
import { SOUND_REACH_MS, SoundActor } from './sound-actor.ts'

function command(seq: number, changes: Partial<Lease> = {}, heardAtMs = 1000): Command {
  const lease: Lease = {
    ...{ id: `1.${seq}`, seq, token: 1, issuedAtMs: heardAtMs - 100 },
    ...{ notAfterMs: heardAtMs + 60_000, actuator: 'sound', action: 'click', maxLevel: 45 },
    ...{ fallback: 'natural', consentId: 'c', reason: 'test' },
    ...changes,
  }
  const nowhere = { heardAt: 0, targetRad: Number.NaN, predictedRad: Number.NaN }
  return { kind: 'command', lease, level: lease.maxLevel, ...nowhere }
}

const LAMP = { actuator: 'light', action: 'lamp' } as const

/** A lamp that writes down what it is told, and tells of hands when asked to. */
function fakeLamp(): Output & { readonly told: string[]; hand(): void } {
  const told: string[] = []
  let hear: Parameters<Output['onOverride']>[0] = () => undefined
  return {
    ...{ name: 'lamp', actuator: 'light', told },
    carry: (lease) => void told.push(`carry ${lease.id}`),
    mute: () => void told.push('off'),
    onEffect: () => undefined,
    onOverride: (listener) => {
      hear = listener
    },
    close: () => Promise.resolve(),
    hand: () => hear('manual-light'),
  }
}

describe('what ends a lease', () => {
  it('ends that lease and no other: a stir during a click rings no alarm down', () => {
    const actor = new FileActor(1)
    actor.carry(command(1), 1000)
    actor.carry(command(2, { action: 'wake' }), 1200)
    actor.mute(900, ['1.1'])
    expect(actor.sounds.map(({ command: { lease } }) => lease.id)).toEqual(['1.2'])
    actor.mute(900)
    expect(actor.sounds).toEqual([])
  })

  it('switches off no lamp that the night did not switch on', () => {
    const lamp = fakeLamp()
    const joined = new JoinedActor(new FileActor(1), [lamp])
    joined.mute(500, ['1.1'])
    joined.mute(600)
    expect(lamp.told).toEqual([])
    joined.carry(command(1, LAMP), 1000)
    joined.mute(1100, ['1.7'])
    joined.mute(1200, ['1.1'])
    joined.mute(1300)
    expect(lamp.told).toEqual(['carry 1.1', 'off'])
  })

  it('leaves a lamp as a hand set it, and tells the loop (N56)', () => {
    const lamp = fakeLamp()
    const joined = new JoinedActor(new FileActor(1), [lamp])
    joined.carry(command(1, LAMP), 1000)
    lamp.hand()
    expect(joined.inputs(2000).filter(({ kind }) => kind === 'stop')).toEqual([
      { kind: 'stop', atMs: 2000, by: 'manual-light' },
    ])
    joined.mute(2000)
    expect(lamp.told).toEqual(['carry 1.1'])
  })
})

/** A timer that a test turns. */
function handTimer(): { now(): number; after(): () => void; at: number } {
  const timer = { at: 0, now: () => timer.at, after: () => () => undefined }
  return timer
}

describe('a loudspeaker', () => {
  const speaker = (latencyMs: number): { actor: SoundActor; timer: { at: number } } => {
    const timer = handTimer()
    const player = { command: process.execPath, args: ['-e', 'process.stdin.resume()'] }
    const level = { fullScaleDbA: 80, mutedAt: () => false }
    const actor = new SoundActor({ token: 1, player, timer, startedAtMs: 0, latencyMs, ...level })
    return { actor, timer }
  }
  const effects = (inputs: readonly LoopInput[]): string[] =>
    inputs.flatMap((input) => (input.kind === 'actuator' ? [input.effect] : []))

  it('takes a click that leaves it the time to reach the player, and tells of one that does not', async () => {
    const { actor, timer } = speaker(150)
    timer.at = 10_000
    actor.carry(command(1, {}, 10_150 + SOUND_REACH_MS), 10_150 + SOUND_REACH_MS)
    expect(effects(actor.inputs(10_000))).toEqual([])
    expect(effects(actor.inputs(10_300))).toEqual(['confirmed'])
    await actor.close()
  })

  it('rings an alarm late rather than never through a slow player (N76)', async () => {
    const { actor } = speaker(300)
    actor.carry(command(1, {}, 100), 100)
    expect(effects(actor.inputs(0))).toEqual(['failed'])
    actor.carry(command(2, { action: 'wake' }, 100), 100)
    expect(effects(actor.inputs(1000))).toEqual(['confirmed'])
    await actor.close()
  })

  it('gives one sign of life for now, and none for a time in which nobody asked (N50)', async () => {
    const { actor } = speaker(50)
    const beats = (atMs: number): number[] =>
      actor.inputs(atMs).flatMap((each) => (each.kind === 'heartbeat' ? [each.atMs] : []))
    expect(beats(0)).toEqual([0])
    expect(beats(3_600_000)).toEqual([3_600_000])
    expect(beats(3_600_500)).toEqual([])
    await actor.close()
  })
})

const HZ = 128

function header(changes: Partial<NightHeader> = {}): NightHeader {
  const startMs = Date.UTC(2026, 10, 27, 22)
  return {
    montage: { channels: [{ label: 'Fpz-Cz', role: 'eeg' }], rateHz: HZ },
    ...{ startMs, timeZone: 'UTC', offsets: localOffsets('UTC', startMs), token: 1 },
    ...{ limits: ABSOLUTE_LIMITS, release: shippedRelease(), aim: { kind: 'target' }, seed: 1 },
    ...{ bedtimeMs: startMs, fullScaleDbA: 70, rehearsal: false },
    ...changes,
  }
}

function sourceOf(chunks: readonly SourceChunk[], live: boolean): Source {
  return {
    description: { name: 'test', channels: [{ label: 'Fpz-Cz', unit: 'uV' }], rateHz: HZ, live },
    chunks: async function* () {
      yield* chunks
    },
    nowMs: () => 0,
    onNotice: () => undefined,
    close: () => Promise.resolve(),
  }
}

function pieces(fromS: number, seconds: number): SourceChunk[] {
  return Array.from({ length: seconds * 4 }, (_, k) => ({
    first: fromS * HZ + k * 32,
    columns: [new Float32Array(32).map((_, i) => 20 * Math.sin((k * 32 + i) / 9))],
    atMs: fromS * 1000 + (k + 1) * 250,
  }))
}

async function nightOf(source: Source, actor: Actor, head: NightHeader): Promise<LoopInput[]> {
  const inputs: LoopInput[] = []
  const montage = { montage: head.montage, from: [{ index: 0 }] }
  const quiet = { now: () => 0, after: () => () => undefined }
  const night = new NightRun({
    ...{ source, header: head, montage, stager: undefined, actor, opening: [], timer: quiet },
    onStep: (input) => void inputs.push(input),
  })
  await night.run()
  return inputs
}

describe('a night that is run', () => {
  it('rings its alarm without a stager (N76)', async () => {
    const head = header()
    const actor = new FileActor(1)
    const wakeMs = head.startMs + 5000
    await nightOf(sourceOf(pieces(0, 10), false), actor, { ...head, wakeMs })
    expect(actor.sounds.map(({ command: { lease } }) => lease.action)).toEqual(['wake'])
  })

  it('lets no sign of life of a time that was slept through hide it, when live (N50)', async () => {
    const chunks = [...pieces(0, 2), ...pieces(600, 2)]
    const beats = (inputs: readonly LoopInput[]): number =>
      inputs.filter(({ kind }) => kind === 'heartbeat').length
    expect(beats(await nightOf(sourceOf(chunks, true), new FileActor(1), header()))).toBeLessThan(8)
    expect(beats(await nightOf(sourceOf(chunks, false), new FileActor(1), header()))).toBe(603)
  })
})

describe('a night that cannot be written down, or whose loop fails', () => {
  const wakeNight = (
    changes: Partial<NightRunOptions>,
    actor: Actor,
    seconds: number,
  ): { night: NightRun; inputs: LoopInput[] } => {
    const head = { ...header(), wakeMs: header().startMs + 5000 }
    const inputs: LoopInput[] = []
    const night = new NightRun({
      ...{ source: sourceOf(pieces(0, seconds), true), header: head, actor, opening: [] },
      ...{ montage: { montage: head.montage, from: [{ index: 0 }] }, stager: undefined },
      timer: { now: () => 0, after: () => () => undefined },
      wallMs: () => 1e12,
      onStep: (input) => void inputs.push(input),
      ...changes,
    })
    return { night, inputs }
  }
  const levels = ({ sounds }: FileActor): number[] => sounds.map(({ levelDb }) => levelDb)

  it('still rings the alarm at its time, louder each 20 s, until a button ends it (N76, N77)', async () => {
    const actor = new FileActor(1)
    const fullBox = { append: () => false, onTrouble: () => undefined, close: async () => 9 }
    const { night, inputs } = wakeNight({ box: fullBox as unknown as BoxFile }, actor, 60)
    expect(await night.run()).toBe(9)
    expect(inputs).toEqual([])
    expect(levels(actor)).toEqual([45, 50, 55])
    night.say({ kind: 'stop', by: 'headband-off' })
    expect(actor.sounds.length).toBe(3)
    const [first] = actor.sounds
    expect(first!.heardAtMs).toBeGreaterThanOrEqual(5000)
    expect(first!.command.lease).toMatchObject({ action: 'wake', consentId: 'wake' })
  })

  it('follows a wall clock that is set meanwhile (N76)', async () => {
    for (const [stepMs, firstMs] of [
      [-20_000, 25_000],
      [3_600_000, 250],
    ] as const) {
      let aheadMs = 0
      const actor = new FileActor(1)
      const fullBox = { append: () => false, onTrouble: () => undefined, close: async () => 9 }
      const box = fullBox as unknown as BoxFile
      const { night } = wakeNight({ box, wallMs: () => 1e12 + aheadMs }, actor, 40)
      aheadMs = stepMs
      await night.run()
      expect(actor.sounds[0]!.heardAtMs).toBeGreaterThanOrEqual(firstMs - 250)
      expect(actor.sounds[0]!.heardAtMs).toBeLessThanOrEqual(firstMs + 500)
    }
  })

  it('tells the failure when the alarm has had its time, and writes it down', async () => {
    const actor = new FileActor(1)
    const kept: BoxRecord[] = []
    const box = {
      append: (record: BoxRecord) => kept.push(record) > 0,
      ...{ onTrouble: () => undefined, close: async () => 0 },
    }
    const begin = (): never => {
      throw new Error('no memory')
    }
    const broken = { begin: () => ({ ...DEAF, take: begin }) }
    const stager = { identity: { name: 'x', version: '1', hash: '0' }, ...broken }
    const { night } = wakeNight({ box: box as unknown as BoxFile, stager }, actor, 30)
    await expect(night.run()).rejects.toThrow('no memory')
    expect(levels(actor)).toEqual([45, 50])
    expect(kept.at(-1)).toMatchObject({ kind: 'end' })
    expect(kept.some((each) => each.kind === 'note' && each.text.includes('no memory'))).toBe(true)
  })

  it('hears that the wall clock was set, once (N48)', async () => {
    let aheadMs = 0
    const { night, inputs } = wakeNight(
      {
        wallMs: () => 1e12 + aheadMs,
      },
      new FileActor(1),
      1,
    )
    aheadMs = 3_600_000
    await night.run()
    const steps = inputs.flatMap((each) => (each.kind === 'clock' ? [each.stepMs] : []))
    expect(steps).toEqual([3_600_000])
  })
})

/** A stager that has not seen anything. */
const DEAF = {
  opinion: { probabilities: new Float32Array(5).fill(Number.NaN), quality: 0, about: 0 },
  skip: () => undefined,
}

describe('the account of a night', () => {
  const seen = (from: number): LoopEvent => ({
    ...{ kind: 'seen', what: 'arousal', sample: from, from, to: from + 1, at: from },
    ...{ amplitudeUv: Number.NaN, cause: 'muscle' },
  })
  const tick = { kind: 'tick', atMs: 0 } as const

  it('counts an arousal for the markers of the ten seconds before it, and says nothing of the arm', () => {
    const account = new NightAccount(HZ)
    const click = { ...command(1), heardAt: 10 * HZ }
    const later = { ...command(2), heardAt: 40 * HZ }
    account.take(tick, [click, seen(15 * HZ), later, seen(60 * HZ)])
    const counted = {
      atClicks: { markers: 2, arousals: 1 },
      atSilence: { markers: 0, arousals: 0 },
    }
    expect(account.entry('2026-11-27', false)).toMatchObject({ silent: false, ...counted })
    expect(account.entry('2026-11-27', true)).toMatchObject({ silent: true, ...counted })
    expect(account.entry('2026-11-27', undefined)).not.toHaveProperty('silent')
  })

  it('keeps control and incidents, and the hours that had signal', () => {
    const account = new NightAccount(HZ)
    for (const { first, columns, atMs } of [...pieces(0, 1800), ...pieces(9000, 1800)]) {
      account.take({ kind: 'samples', first, columns, atMs }, [])
    }
    const quiet = { control: false, silent: true, incident: false, hours: 1 }
    expect(account.entry('2026-11-27', false)).toMatchObject(quiet)
    const note = (note: Note): LoopEvent => ({ kind: 'note', atMs: 0, sample: 0, note })
    account.take(tick, [note({ kind: 'mode', from: 'natural', to: 'control', code: 'ASKED' })])
    account.take(tick, [note({ kind: 'alarm', code: 'RIVAL', level: 3 })])
    expect(account.entry('2026-11-27', false)).toMatchObject({ control: true, incident: true })
  })

  it('keeps that the sleeper stopped it, and not that a hand was at a lamp (N55)', () => {
    const account = new NightAccount(HZ)
    account.take({ kind: 'stop', atMs: 1, by: 'manual-light' }, [])
    expect(account.entry('2026-11-27', false)).not.toHaveProperty('stopped')
    account.take({ kind: 'stop', atMs: 2, by: 'tap' }, [])
    expect(account.entry('2026-11-27', false)).toMatchObject({ stopped: true })
  })
})
