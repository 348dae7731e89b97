import { deepSleep } from '../bench/deep-sleep.ts'
import type { Consent } from '../packages/core/src/night/consent/consent.ts'
import { ABSOLUTE_LIMITS } from '../packages/core/src/night/governor/guardrail.ts'
import type { LoopEvent } from '../packages/core/src/night/loop/event.ts'
import type { NightHeader } from '../packages/core/src/night/loop/header.ts'
import type { LoopInput } from '../packages/core/src/night/loop/input.ts'
import { localOffsets } from '../packages/core/src/night/loop/local-offsets.ts'
import { startNight, step } from '../packages/core/src/night/loop/night-loop.ts'
import { shippedRelease } from '../packages/core/src/night/loop/release.ts'
import type { LiveStagerModel } from '../packages/core/src/night/watch/live-stager.ts'

/** Rate of the made-up nights, Hz, and the start of them. */
export const LOOP_HZ = 128
export const LOOP_START_MS: number = Date.UTC(2026, 10, 27, 22)

/** A stager that always sees the same stage, and says so once a second. */
export function steadyStager(probabilities: readonly number[]): LiveStagerModel {
  return {
    identity: { name: 'steady', version: '1', hash: '0' },
    begin: ({ rateHz }) => {
      const opinion = { probabilities: Float32Array.from(probabilities), quality: 1, about: 0 }
      return {
        opinion,
        skip: () => undefined,
        take: (sample, _columns, from, to) => {
          const end = sample + to - from
          if (end % rateHz !== 0) return -1
          opinion.about = end
          return to - 1
        },
      }
    },
  }
}

/** A stager that always sees deep sleep. */
export const DEEP: LiveStagerModel = steadyStager([0.01, 0.01, 0.08, 0.88, 0.02])

/** The header of a made-up night, everything in order for sounds. */
export function loopHeader(changes: Partial<NightHeader> = {}): NightHeader {
  return {
    montage: { channels: [{ label: 'Fpz-Cz', role: 'eeg' }], rateHz: LOOP_HZ },
    ...{ startMs: LOOP_START_MS, timeZone: 'UTC', offsets: localOffsets('UTC', LOOP_START_MS) },
    ...{ token: 1, limits: ABSOLUTE_LIMITS, release: shippedRelease(), aim: { kind: 'target' } },
    ...{ seed: 1, bedtimeMs: LOOP_START_MS, fullScaleDbA: 70, rehearsal: true },
    history: {
      nightsInRow: 0,
      sinceSilent: 0,
      cleanNights: 5,
      sinceDistress: 1000,
      soundWakes: false,
    },
    ...changes,
  }
}

/** A consent to everything for these ms from the start. */
export function loopConsent(lastsMs: number): Consent {
  return {
    terms: {
      ...{ id: 'c1', mode: 'control', actuators: ['sound', 'light', 'cue'], conditions: [] },
      hours: { fromMin: 0, toMin: 0 },
      ...{ validFromMs: LOOP_START_MS - 1000, validUntilMs: LOOP_START_MS + lastsMs },
      ceilings: ABSOLUTE_LIMITS,
    },
    ...{ audience: [], signer: '', signature: '' },
  }
}

/** What a made-up night is like. */
export type LoopNight = {
  readonly minutes: number
  readonly header?: NightHeader
  readonly stager?: LiveStagerModel | undefined
  readonly pieceSamples?: number
  readonly consentMs?: number
  /** Said when device time reaches a moment, ms; in order. */
  readonly words?: readonly { readonly atMs: number; readonly input: LoopInput }[]
  /** Turns the signal before the loop sees it. */
  readonly bend?: (x: number, sample: number) => number
  /** Hears each command. */
  readonly hears?: (command: Extract<LoopEvent, { kind: 'command' }>) => void
}

/** Runs a made-up night of deep sleep: every input with what came of it. */
export function runLoop(night: LoopNight): { input: LoopInput; events: readonly LoopEvent[] }[] {
  const header = night.header ?? loopHeader()
  const x = deepSleep({ seconds: night.minutes * 60, rateHz: LOOP_HZ, seed: 9 })
  const piece = night.pieceSamples ?? 8
  const words = [...(night.words ?? [])]
  const told: { input: LoopInput; events: readonly LoopEvent[] }[] = []
  let state = startNight(header, { stager: 'stager' in night ? night.stager : DEEP })
  const take = (input: LoopInput): void => {
    const [next, events] = step(state, input)
    state = next
    told.push({ input, events })
    for (const event of events) {
      if (event.kind !== 'command') continue
      night.hears?.(event)
      take({ kind: 'actuator', atMs: input.atMs, leaseId: event.lease.id, effect: 'confirmed' })
    }
  }
  take({ kind: 'latency', atMs: 0, meanMs: 50, sdMs: 2 })
  const consent = loopConsent(night.consentMs ?? 86_400_000)
  take({ kind: 'consent', atMs: 0, consent, verified: true })
  take({ kind: 'mode', atMs: 0, to: 'control', awake: true, ask: 1 })
  let beatMs = 0
  for (let first = 0; first < x.length; first += piece) {
    const column = x.slice(first, first + piece)
    const { bend } = night
    if (bend) column.set(column.map((v, i) => bend(v, first + i)))
    const atMs = Math.floor(((first + column.length) * 1000) / LOOP_HZ)
    for (; beatMs <= atMs; beatMs += 1000) {
      take({ kind: 'heartbeat', atMs: Math.max(beatMs, state.atMs), token: 1 })
    }
    while (words.length > 0 && words[0]!.atMs <= atMs) {
      take({ ...words.shift()!.input, atMs: Math.max(state.atMs, atMs) })
    }
    take({ kind: 'samples', atMs, first, columns: [column] })
  }
  return told
}

/** The commands of a night. */
export function commandsOf(
  told: readonly { readonly events: readonly LoopEvent[] }[],
): Extract<LoopEvent, { kind: 'command' }>[] {
  return told.flatMap(({ events }) =>
    events.flatMap((event) => (event.kind === 'command' ? [event] : [])),
  )
}
