import type { Consent } from '../../night/consent/consent.ts'
import type { Mode } from '../../night/governor/mode.ts'
import { REASONS } from '../../night/governor/reason.ts'
import type { Note } from '../../night/governor/verdict.ts'
import type { LoopEvent } from '../../night/loop/event.ts'
import type { LoopInput } from '../../night/loop/input.ts'
import type { SeenCause } from '../../night/watch/seen.ts'
import type { DeviceCause, DeviceEvent, DeviceFault } from '../telemetry/device-event.ts'
import { likeliestStage } from './night-frames.ts'

/** What the device knows at the moment of a step. */
export type NightMoment = {
  /** Device time, s since the boot. */
  readonly nowS: number
  /** The living grant under which the device acts; 0 and 0 without. */
  readonly grant: number
  readonly epoch: number
  /** Why the centre's ceiling fell last, for a mode that fell with it. */
  readonly fell: 'facility' | 'lease-lapsed' | 'clock'
}

/** Refusals are told once in so long, s. */
const REFUSALS_S = 300
/** Refusals that say nothing: nothing was to act in that mode anyway. */
const UNTOLD: readonly string[] = ['NOT_IN_CONTROL', 'ASKED']
/** A fault of the signal is told when it lasts so long, ms of the night. */
const FAULT_MS = 30_000
/** Seconds asleep before an awakening counts, and awake before it is one. */
const ASLEEP_S = 60
const AWAKE_S = 30
const SLEEP_STAGES = ['N1', 'N2', 'N3', 'R'] as const

const FAULTS: Partial<Record<SeenCause, DeviceFault>> = {
  ...{ flat: 'signal-flat', missing: 'signal-stale' },
  ...{ clipped: 'signal-clipped', lost: 'signal-clipped' },
}
const ACTUATOR_ALARMS: readonly string[] = ['EFFECT_UNCONFIRMED', 'RIVAL']

/**
 * What a device tells of its night beside the frames, out of what its loop was given and said: its
 * mode and why, acts, refusals, stops, faults, awakenings, consents. Closed words and numbers only.
 */
export class NightEvents {
  readonly #wallAheadMs: number
  #mode: Mode = 'natural'
  #consent: Consent | undefined
  #refused = new Map<string, number>()
  #refusedFromS = 0
  #faults = new Map<DeviceFault, { readonly sinceMs: number; isTold: boolean }>()
  #lastSamplesMs = Number.NaN
  /** Nothing at all comes, not even what is missing. */
  #isSilent = false
  #asleepS = 0
  #awakeS = 0
  #lastSleep: (typeof SLEEP_STAGES)[number] = 'N1'

  /** `wallAheadMs`: how far the wall clock is ahead of the night's own, where that is played. */
  constructor(wallAheadMs = 0) {
    this.#wallAheadMs = wallAheadMs
  }

  /** The mode that holds. */
  get mode(): Mode {
    return this.#mode
  }

  /** The consent in force: its id, and the highest mode that it allows. */
  get consent(): { readonly consentId: string; readonly mode: Mode } {
    const { id = '', mode = 'natural' } = this.#consent?.terms ?? {}
    return { consentId: id, mode }
  }

  /** Takes a step of the loop; gives what there is to tell, in its order. */
  take(input: LoopInput, events: readonly LoopEvent[], at: NightMoment): DeviceEvent[] {
    const told: DeviceEvent[] = this.#hearInput(input, events, at)
    for (const event of events) this.#hearEvent(event, input.atMs, at, told)
    return told
  }

  /** What is told now and then: refusals that were counted, and faults that last. */
  sum(atMs: number, { nowS }: NightMoment): DeviceEvent[] {
    const told: DeviceEvent[] = []
    if (atMs - this.#lastSamplesMs >= FAULT_MS) {
      this.#isSilent = true
      this.#beginFault('signal-stale', this.#lastSamplesMs)
    }
    for (const [fault, state] of this.#faults) {
      if (state.isTold || atMs - state.sinceMs < FAULT_MS) continue
      state.isTold = true
      told.push({ kind: 'fault', atS: nowS, fault, begins: true })
    }
    if (nowS - this.#refusedFromS < REFUSALS_S) return told
    this.#refusedFromS = nowS
    for (const [code, count] of this.#refused) {
      told.push({ kind: 'refused', atS: nowS, code, count })
    }
    this.#refused.clear()
    return told
  }

  #hearInput(input: LoopInput, events: readonly LoopEvent[], { nowS }: NightMoment): DeviceEvent[] {
    if (input.kind === 'samples') {
      this.#lastSamplesMs = input.atMs
      if (!this.#isSilent) return []
      this.#isSilent = false
      return this.#endFault('signal-stale', nowS)
    }
    if (input.kind === 'stop' && input.by !== 'manual-light') {
      return [{ kind: 'stop', atS: nowS, by: 'sleeper' }]
    }
    if (input.kind === 'revoke' && input.consentId === this.#consent?.terms.id) {
      const { id: consentId, mode, validUntilMs } = this.#consent.terms
      this.#consent = undefined
      const untilWallMs = this.#wallMs(validUntilMs)
      return [{ kind: 'consent', atS: nowS, consentId, mode, untilWallMs, granted: false }]
    }
    if (input.kind !== 'consent' || !input.verified) return []
    const { id } = input.consent.terms
    const isRefused = events.some((event) => event.kind === 'note' && event.note.kind === 'ignored')
    if (isRefused || id === this.#consent?.terms.id) return []
    this.#consent = input.consent
    return [this.#consented(nowS, input.consent)]
  }

  /** A consent is in force from when it was signed. */
  #consented(atS: number, { terms }: Consent): DeviceEvent {
    const { id: consentId, mode, validFromMs, validUntilMs } = terms
    const [signedMs, untilWallMs] = [this.#wallMs(validFromMs), this.#wallMs(validUntilMs)]
    return { kind: 'consented', atS, consentId, mode, signedMs, untilWallMs }
  }

  #wallMs(ms: number): number {
    return Math.max(0, Math.floor(ms + this.#wallAheadMs))
  }

  #hearEvent(event: LoopEvent, atMs: number, at: NightMoment, told: DeviceEvent[]): void {
    const { nowS } = at
    if (event.kind === 'stage') {
      told.push(...this.#hearStage(likeliestStage(event.probabilities), nowS))
    } else if (event.kind === 'seen') {
      const fault = FAULTS[event.cause]
      if (event.what === 'movement' && fault) this.#beginFault(fault, atMs)
      if (event.what === 'movement-end') told.push(...this.#endSignalFaults(nowS))
    } else if (event.kind === 'command') {
      const { lease, level } = event
      const isOwnAlarm = lease.consentId === 'wake'
      told.push({
        ...{ kind: 'act', atS: nowS, action: lease.action, mode: this.#mode },
        consentId: lease.consentId,
        ...(isOwnAlarm ? { grant: 0, epoch: 0 } : { grant: at.grant, epoch: at.epoch }),
        ...{ level, untilS: nowS + Math.max(0, lease.notAfterMs - atMs) / 1000 },
      })
    } else if (event.kind === 'decision') {
      const { allowed, code } = event.decision
      const isDenied = !allowed && Object.hasOwn(REASONS, code) && !UNTOLD.includes(code)
      if (isDenied) this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1)
    } else if (event.kind === 'note') {
      told.push(...this.#hearNote(event.note, at))
    }
  }

  #hearNote(note: Note, { nowS, fell }: NightMoment): DeviceEvent[] {
    if (note.kind === 'mode') {
      this.#mode = note.to
      return [{ kind: 'mode', atS: nowS, to: note.to, cause: causeOf(note.code, fell) }]
    }
    if (note.kind !== 'alarm' || !ACTUATOR_ALARMS.includes(note.code)) return []
    return [{ kind: 'fault', atS: nowS, fault: 'actuator', begins: true }]
  }

  /** Stages come each second. */
  #hearStage(stage: number, nowS: number): DeviceEvent[] {
    if (Number.isNaN(stage)) return []
    if (stage > 0) {
      this.#lastSleep = SLEEP_STAGES[stage - 1]!
      this.#asleepS++
      this.#awakeS = 0
      return []
    }
    this.#awakeS++
    if (this.#awakeS < AWAKE_S) return []
    const isOne = this.#asleepS >= ASLEEP_S
    this.#asleepS = 0
    return isOne ? [{ kind: 'awakening', atS: nowS, from: this.#lastSleep }] : []
  }

  #beginFault(fault: DeviceFault, sinceMs: number): void {
    if (!this.#faults.has(fault)) this.#faults.set(fault, { sinceMs, isTold: false })
  }

  #endSignalFaults(nowS: number): DeviceEvent[] {
    return [...this.#faults.keys()].flatMap((fault) => this.#endFault(fault, nowS))
  }

  #endFault(fault: DeviceFault, nowS: number): DeviceEvent[] {
    const isTold = this.#faults.get(fault)?.isTold === true
    this.#faults.delete(fault)
    return isTold ? [{ kind: 'fault', atS: nowS, fault, begins: false }] : []
  }
}

function causeOf(code: string, fell: NightMoment['fell']): DeviceCause {
  if (code === 'FACILITY') return fell === 'clock' ? 'fault' : fell
  if (code === 'ASKED' || code === 'STOPPED') return 'sleeper'
  return code.includes('CONSENT') || code === 'OUT_OF_HOURS' ? 'consent' : 'governor'
}
