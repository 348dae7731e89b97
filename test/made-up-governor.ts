import type { Facts } from '../packages/core/src/night/governor/facts.ts'
import { govern, newGovernor } from '../packages/core/src/night/governor/governor.ts'
import type { GovernorEvent } from '../packages/core/src/night/governor/governor-event.ts'
import type { GovernorState } from '../packages/core/src/night/governor/governor-state.ts'
import { ABSOLUTE_LIMITS } from '../packages/core/src/night/governor/guardrail.ts'
import type { Lease } from '../packages/core/src/night/governor/lease.ts'
import type { Proposal } from '../packages/core/src/night/governor/proposal.ts'
import type { ConsentTerms } from '../packages/core/src/night/governor/terms.ts'
import type { Governed, Verdict } from '../packages/core/src/night/governor/verdict.ts'

/** Wall clock at device time 0 of the made-up nights: 22:00 UTC. */
export const NIGHT_MS: number = Date.UTC(2026, 10, 27, 22)

/** A consent to everything, all day, for thirty nights, up to the absolute ceilings. */
export function wideTerms(over: Partial<ConsentTerms> = {}): ConsentTerms {
  return {
    id: 'c1',
    mode: 'control',
    actuators: ['sound', 'light', 'cue', 'warmth'],
    conditions: [],
    hours: { fromMin: 0, toMin: 0 },
    validFromMs: NIGHT_MS - 3_600_000,
    validUntilMs: NIGHT_MS - 3_600_000 + 30 * 86_400_000,
    ceilings: ABSOLUTE_LIMITS,
    ...over,
  }
}

/** Facts of a deep sleeper on a healthy device at this device time; `over` says what is other. */
export function goodFacts(atMs: number, over: Facts = {}): Facts {
  const wallMs = NIGHT_MS + atMs
  return {
    wake: 0.05,
    nrem: 0.9,
    deep: 0.8,
    rem: 0.05,
    stageAgeMs: 500,
    aroused: false,
    soundWakes: false,
    gapMs: 10,
    rateErrorPct: 0.1,
    flat: false,
    clipped: false,
    fullScaleDbA: 80,
    latencySdMs: 3,
    wallMs,
    localMin: (Math.floor(wallMs / 60_000) % 1440) + 0,
    bedtimeAtMs: 0,
    wakeAtMs: 8 * 3_600_000,
    nightsInRow: 0,
    sinceSilent: 0,
    cleanNights: 5,
    sinceDistress: Number.POSITIVE_INFINITY,
    ...over,
  }
}

/** Facts of the same sleeper in REM sleep, or awake. */
export const IN_REM: Facts = { wake: 0.05, nrem: 0.05, deep: 0, rem: 0.9 }
export const AWAKE: Facts = { wake: 0.95, nrem: 0.03, deep: 0, rem: 0.02 }

/** The leases that stand. */
export function leasesOf({ granted }: GovernorState): Lease[] {
  return granted.map(({ lease }) => lease)
}

/** A night under way: it keeps the state, and answers what became of an input. */
export class MadeUpNight {
  state: GovernorState
  atMs = 0
  /** What stands in for the facts from now on. */
  over: Facts = {}
  /** Every note so far. */
  readonly notes: Governed['notes'][number][] = []
  private wishes = 0

  constructor(state: GovernorState = newGovernor(1)) {
    this.state = state
    this.atMs = state.atMs
  }

  /** One input at the present time. */
  put(input: GovernorEvent | Proposal): Verdict | undefined {
    const { state, verdict, notes } = govern(this.state, input, goodFacts(this.atMs, this.over))
    this.state = state
    this.notes.push(...notes)
    return verdict
  }

  /** Lets time pass in ticks of a second, the actuator beating with them. */
  pass(ms: number): this {
    const untilMs = this.atMs + ms
    while (this.atMs < untilMs) {
      this.atMs = Math.min(untilMs, this.atMs + 1000)
      this.put({ kind: 'heartbeat', atMs: this.atMs, token: 1 })
      this.confirm()
    }
    return this
  }

  /** The awaited effect is seen. */
  confirm(): void {
    const { awaited } = this.state.actuator
    if (awaited === '') return
    this.put({ kind: 'effect', atMs: this.atMs, leaseId: awaited, effect: 'confirmed' })
  }

  /** A consent, an awake sleeper who asks for control, and ten minutes of deep sleep. */
  inControl(terms: ConsentTerms = wideTerms()): this {
    const { over } = this
    this.over = { ...over, ...AWAKE }
    this.put({ kind: 'consent', atMs: this.atMs, terms, verified: true })
    this.put({ kind: 'mode', atMs: this.atMs, to: 'control', awake: true, ask: this.state.ask + 1 })
    this.over = over
    return this.pass(600_000)
  }

  /** A click that breaks no rule, unless `over` makes it; a lamp is asked for as long as it may. */
  wish(over: Partial<Proposal> = {}): Proposal {
    return {
      kind: 'proposal',
      id: `wish ${this.wishes++}`,
      atMs: this.atMs,
      madeAtMs: this.atMs,
      startsAtMs: this.atMs + 50,
      actuator: 'sound',
      action: 'click',
      level: 40,
      durationMs: over.action === 'lamp' ? 300_000 : 50,
      ...over,
    }
  }

  /** What becomes of such a wish: its refusal's code, or ALLOWED. */
  ask(over: Partial<Proposal> = {}): string {
    const verdict = this.put(this.wish(over))
    return verdict?.kind === 'refused' ? verdict.code : 'ALLOWED'
  }
}
