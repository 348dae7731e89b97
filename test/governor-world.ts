import { type Random, seededRandom } from '../packages/core/src/math/random.ts'
import type { Facts } from '../packages/core/src/night/governor/facts.ts'
import {
  govern,
  newGovernor,
  restartedGovernor,
} from '../packages/core/src/night/governor/governor.ts'
import type { GovernorEvent } from '../packages/core/src/night/governor/governor-event.ts'
import type { GovernorState } from '../packages/core/src/night/governor/governor-state.ts'
import { ABSOLUTE_LIMITS, STARTING_LIMITS } from '../packages/core/src/night/governor/guardrail.ts'
import type { Actuator, Lease } from '../packages/core/src/night/governor/lease.ts'
import type { Proposal } from '../packages/core/src/night/governor/proposal.ts'
import { BARRED_BY, type ConsentTerms } from '../packages/core/src/night/governor/terms.ts'
import type { Governed } from '../packages/core/src/night/governor/verdict.ts'
import { GovernorOracle } from './governor-oracle.ts'
import { goodFacts, IN_REM, NIGHT_MS, wideTerms } from './made-up-governor.ts'

/** What many random nights came to. */
export type WorldReport = {
  readonly steps: number
  readonly nights: number
  readonly allowed: Readonly<Record<string, number>>
  readonly refused: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  readonly breaches: readonly string[]
  /** Refusals of which the oracle said that it would have noticed the contrary. */
  readonly noticed: Readonly<Record<string, number>>
}

/** How many refusals of each reason the oracle is asked about, in a run. */
const ASKED_OF_EACH = 3

type Post = { readonly dueMs: number; readonly event: GovernorEvent }

/** One actuator process: it obeys the highest token it saw and counts each lease down by itself. */
class ActuatorProcess {
  token = 0
  private held: Lease[] = []
  private readonly played = new Set<string>()

  hear(lease: Lease): void {
    if (lease.token < this.token) return
    if (lease.token > this.token) this.held = []
    this.token = lease.token
    const other = this.held.find(({ actuator }) => actuator === lease.actuator)
    if (other !== undefined && other.seq >= lease.seq) return
    this.held = [...this.held.filter((kept) => kept !== other), lease]
    this.played.add(lease.id)
  }

  mute(ids: readonly string[]): void {
    this.held = this.held.filter(({ id }) => !ids.includes(id))
  }

  /** What sounds, shines or warms at this moment. */
  active(atMs: number): readonly Lease[] {
    this.held = this.held.filter(({ notAfterMs }) => notAfterMs > atMs)
    return this.held
  }
}

/** A controller with its watcher; two of them can be at one actuator. */
class Controller {
  state: GovernorState
  readonly oracle: GovernorOracle = new GovernorOracle()
  /** When each actuator was last given leave, and until when at most. */
  readonly leaveMs = new Map<string, number>()

  constructor(token: number) {
    this.state = newGovernor(token)
  }

  put(input: GovernorEvent | Proposal, facts: Facts): Governed {
    const before = this.state
    const after = govern(before, input, facts)
    this.state = after.state
    this.oracle.saw(before, input, facts, after, before.token)
    return after
  }
}

/** Random nights of a random sleeper, with everything that goes wrong; a seed determines all. */
export class GovernorWorld {
  private readonly random: Random
  private readonly allowed: Record<string, number> = {}
  private readonly refused: Record<string, number> = {}
  private readonly faults: Record<string, number> = {}
  private readonly breaches: string[] = []
  private readonly noticed: Record<string, number> = {}
  private steps = 0
  private nights = 0
  private atMs = 0
  private post: Post[] = []
  private wish = 0
  private ask = 0
  private stage: 'deep' | 'light' | 'rem' | 'awake' = 'deep'
  private stageUntilMs = 0
  private fault = ''
  private faultUntilMs = 0
  private trouble = 1
  private wallStepMs = 0
  private actuator = new ActuatorProcess()
  private controllers: Controller[] = []
  private consents: ConsentTerms[] = []
  private wakeAtMs: number | undefined
  /** What is the matter all night. */
  private always: Facts = {}
  private readonly seed: number

  constructor(seed: number) {
    this.seed = seed
    this.random = seededRandom(seed)
  }

  /** Runs whole nights until at least so many calls of a governor were made. */
  run(steps: number): WorldReport {
    while (this.steps < steps && this.breaches.length === 0) this.night()
    const { steps: made, nights, allowed, refused, faults, breaches, noticed } = this
    return { steps: made, nights, allowed, refused, faults, breaches, noticed }
  }

  private chance(probability: number): boolean {
    return this.random.uniform() < probability
  }

  private pick<T>(of: readonly T[]): T {
    return of[this.random.integer(of.length)]!
  }

  private night(): void {
    this.nights++
    this.atMs = 0
    this.post = []
    this.ask = 0
    this.wallStepMs = 0
    this.stage = 'awake'
    this.stageUntilMs = 30_000
    this.faultUntilMs = 0
    this.trouble = this.pick([0, 0.2, 1, 4])
    this.wakeAtMs = this.chance(0.2) ? undefined : 1_800_000 + this.random.integer(4 * 3_600_000)
    this.always = this.chance(0.15) ? this.pick(BAD_NIGHTS) : {}
    this.actuator = new ActuatorProcess()
    this.controllers = [new Controller(1)]
    this.consents = this.someConsents()
    this.begin()
    const endMs = 1_800_000 + this.random.integer(2 * 3_600_000)
    while (this.atMs < endMs && this.breaches.length === 0) this.step()
    for (const { oracle } of this.controllers) {
      for (const breach of oracle.breaches) this.breaches.push(`seed ${this.seed}: ${breach}`)
    }
  }

  private someConsents(): ConsentTerms[] {
    const endMs = NIGHT_MS + this.random.integer(5 * 3_600_000)
    const conditions = Object.keys(BARRED_BY) as ConsentTerms['conditions'][number][]
    return [
      wideTerms({ id: 'wide' }),
      wideTerms({ id: 'narrow', actuators: ['sound'], ceilings: STARTING_LIMITS }),
      wideTerms({ id: 'ends', validUntilMs: endMs }),
      wideTerms({ id: 'hours', hours: { fromMin: 1380, toMin: this.random.integer(1440) } }),
      wideTerms({ id: 'ill', conditions: [this.pick(conditions), 'tinnitus'] }),
      wideTerms({ id: 'long', validUntilMs: NIGHT_MS + 40 * 86_400_000 }),
      wideTerms({ id: 'loud', ceilings: { ...ABSOLUTE_LIMITS, soundDbA: 90 } }),
      wideTerms({ id: 'guidance', mode: 'guidance' }),
    ]
  }

  /** An awake sleeper signs and asks, as a night begins. */
  private begin(): void {
    const terms = this.pick(this.consents)
    this.tell({ kind: 'consent', atMs: 0, terms, verified: true })
    this.tell({ kind: 'mode', atMs: 0, to: 'control', awake: true, ask: ++this.ask })
  }

  private step(): void {
    const dice = this.random.uniform()
    const jump = dice < 0.001 * this.trouble ? 600_000 : dice < 0.005 * this.trouble ? 20_000 : 0
    this.atMs += jump > 0 ? this.random.integer(jump) : dice < 0.9 ? 1000 : 50
    if (this.chance(0.0005 * this.trouble)) this.cutPower()
    if (this.chance(0.0004 * this.trouble) && this.controllers.length < 2) this.addRival()
    const facts = this.factsNow()
    for (const controller of this.controllers) {
      if (!this.chance(0.01 * this.trouble))
        this.call(controller, { kind: 'tick', atMs: this.atMs }, facts)
    }
    if (!this.chance(0.01 * this.trouble)) {
      this.send({ kind: 'heartbeat', atMs: this.atMs, token: this.actuator.token })
    }
    if (this.chance(0.002 * this.trouble)) this.send(this.someEvent())
    if (this.stage === 'awake' && this.chance(0.02)) this.askAgain()
    this.deliver(facts)
    if (this.chance(0.6)) for (const controller of this.controllers) this.want(controller, facts)
    this.watchActuator()
  }

  /** A sleeper who lies awake wants what was agreed. */
  private askAgain(): void {
    const { atMs } = this
    this.send({ kind: 'consent', atMs, terms: this.pick(this.consents), verified: true })
    this.send({ kind: 'mode', atMs, to: 'control', awake: true, ask: ++this.ask })
  }

  /** A process starts again in mid-night: with its memory replayed, and a newer token. */
  private cutPower(): void {
    this.count('power cut')
    const controller = this.pick(this.controllers)
    const newest = Math.max(...this.controllers.map(({ state }) => state.token))
    controller.state = restartedGovernor(controller.state, newest + 1)
    controller.oracle.restarted(controller.state.atMs)
  }

  private addRival(): void {
    this.count('second controller')
    const newest = Math.max(...this.controllers.map(({ state }) => state.token))
    const rival = new Controller(newest + 1)
    this.controllers.push(rival)
    const facts = this.factsNow()
    const { atMs } = this
    const terms = wideTerms({ id: 'wide' })
    this.call(rival, { kind: 'consent', atMs, terms, verified: true }, facts)
    this.call(rival, { kind: 'mode', atMs, to: 'control', awake: true, ask: 1 }, facts)
  }

  private count(fault: string): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1
  }

  /** A message that can be lost, late, doubled, and so overtake another. */
  private send(event: GovernorEvent): void {
    const { trouble } = this
    if (this.chance(0.02 * trouble)) {
      this.count('loss')
      return
    }
    const copies = this.chance(0.02 * trouble) ? 2 : 1
    if (copies === 2) this.count('duplicate')
    for (let i = 0; i < copies; i++) {
      const isLate = this.chance(0.02 * trouble)
      if (isLate) this.count('delay')
      this.post.push({ dueMs: this.atMs + (isLate ? this.random.integer(60_000) : 0), event })
    }
  }

  private tell(event: GovernorEvent): void {
    this.post.push({ dueMs: this.atMs, event })
  }

  private deliver(facts: Facts): void {
    const due = this.post.filter(({ dueMs }) => dueMs <= this.atMs)
    if (due.length === 0) return
    this.post = this.post.filter(({ dueMs }) => dueMs > this.atMs)
    if (this.chance(0.1 * this.trouble)) {
      due.reverse()
      this.count('reorder')
    }
    for (const { event } of due) {
      // A shell that stamps messages when they arrive, and one that does not.
      const atMs = this.chance(0.9) ? this.atMs : event.atMs
      for (const controller of this.controllers) this.call(controller, { ...event, atMs }, facts)
    }
  }

  private call(controller: Controller, input: GovernorEvent | Proposal, facts: Facts): void {
    this.steps++
    const { verdict, notes } = controller.put(input, facts)
    for (const note of notes) {
      if (note.kind === 'mute' && !this.chance(0.05 * this.trouble))
        this.actuator.mute(note.leaseIds)
    }
    if (verdict === undefined) return
    if (verdict.kind === 'refused') {
      const { code } = verdict
      const count = (this.refused[code] ?? 0) + 1
      this.refused[code] = count
      if (count > ASKED_OF_EACH || input.kind !== 'proposal') return
      const isNoticed = controller.oracle.wouldNotice(controller.state, input, facts)
      if (isNoticed) this.noticed[code] = (this.noticed[code] ?? 0) + 1
      return
    }
    const { lease } = verdict
    if (lease.action === 'click' && this.chance(0.002 * this.trouble)) this.stir()
    this.allowed[lease.action] = (this.allowed[lease.action] ?? 0) + 1
    const until = controller.leaveMs.get(lease.actuator) ?? 0
    controller.leaveMs.set(lease.actuator, Math.max(until, lease.notAfterMs))
    if (this.chance(0.03 * this.trouble)) {
      this.count('command lost')
      return
    }
    this.actuator.hear(lease)
    if (this.chance(0.03 * this.trouble)) this.actuator.hear(lease)
    const effect = this.chance(0.02 * this.trouble) ? 'failed' : 'confirmed'
    this.send({ kind: 'effect', atMs: this.atMs, leaseId: lease.id, effect })
  }

  /** The sound wakes the sleeper for a moment. */
  private stir(): void {
    this.fault = 'aroused'
    this.faultUntilMs = this.atMs + 4000
    this.count('bad facts')
  }

  /** What sounds must have had leave, until now, and never from two at once. */
  private watchActuator(): void {
    const active = this.actuator.active(this.atMs)
    if (active.length === 0) return
    const tokens = new Set(active.map(({ token }) => token))
    if (tokens.size > 1) this.breaches.push(`seed ${this.seed}: N27 two tokens at ${this.atMs}`)
    for (const { actuator, notAfterMs } of active) {
      const isLeft = this.controllers.some(
        ({ leaveMs }) => (leaveMs.get(actuator) ?? 0) >= notAfterMs,
      )
      if (!isLeft || notAfterMs <= this.atMs) {
        this.breaches.push(`seed ${this.seed}: N24 ${actuator} acts without leave at ${this.atMs}`)
      }
    }
  }

  private someEvent(): GovernorEvent {
    const { atMs } = this
    const terms = this.pick(this.consents)
    const limits = {
      soundDbA: 30 + this.random.integer(50),
      soundLaeqDbA: 10 + this.random.integer(30),
      lightMelanopicLux: this.random.integer(20),
      warmthC: 25 + this.random.integer(20),
      stimulationMin: this.random.integer(300),
    }
    switch (this.random.integer(11)) {
      case 0:
      case 1:
        return { kind: 'consent', atMs, terms, verified: !this.chance(0.2) }
      case 2:
        return { kind: 'revoke', atMs, consentId: terms.id }
      case 3:
        if (this.chance(0.7)) return { kind: 'tick', atMs }
        return {
          kind: 'stop',
          atMs,
          by: this.pick(['button', 'tap', 'headband-off', 'manual-light', 'manual-light']),
        }
      case 4:
      case 5:
      case 6: {
        const to = this.pick(['natural', 'guidance', 'control', 'control', 'control'] as const)
        const ask = this.chance(0.8) ? ++this.ask : this.random.integer(this.ask + 1)
        return { kind: 'mode', atMs, to, awake: this.chance(0.8), ask }
      }
      case 7:
        return { kind: 'limits', atMs, limits, awake: this.chance(0.5) }
      case 8: {
        const { soundDbA, warmthC } = limits
        if (this.chance(0.5)) {
          const say = this.ask % 2 === 0 ? 'natural' : 'guidance'
          return { kind: 'facility', atMs, word: { say, reason: '' } }
        }
        return {
          kind: 'facility',
          atMs,
          word: { say: 'lower-limits', limits: { soundDbA, warmthC } },
        }
      }
      case 9:
        return this.chance(0.2) ? { kind: 'rival', atMs } : { kind: 'tick', atMs }
      default: {
        const stepMs = this.pick([-3_600_000, -250, -200, 150, 201, 7_200_000])
        this.wallStepMs += stepMs
        this.count('clock step')
        return { kind: 'clock', atMs, stepMs }
      }
    }
  }

  private factsNow(): Facts {
    if (this.atMs >= this.stageUntilMs) {
      this.stage = this.pick(['deep', 'deep', 'deep', 'light', 'rem', 'rem', 'awake'])
      this.stageUntilMs = this.atMs + this.random.integer(2_000_000)
    }
    const noise = 0.1 * this.random.uniform()
    const stage: Facts =
      this.stage === 'deep'
        ? { deep: 0.7 + noise, nrem: 0.85 + noise }
        : this.stage === 'light'
          ? { deep: 0.1, nrem: 0.6 + noise, rem: 0.1, wake: 0.2 + noise }
          : this.stage === 'rem'
            ? IN_REM
            : { wake: 0.9, nrem: 0.05, deep: 0, rem: 0.05 }
    const wallMs = NIGHT_MS + this.atMs + this.wallStepMs
    const minute = Math.floor(wallMs / 60_000) % 1440
    const known = { wallMs, localMin: (minute + 1440) % 1440, wakeAtMs: this.wakeAtMs }
    return goodFacts(this.atMs, { ...stage, ...known, ...this.always, ...this.faultyFacts() })
  }

  private faultyFacts(): Facts {
    if (this.atMs >= this.faultUntilMs) {
      this.fault = ''
      const isShort = this.chance(0.01 * this.trouble)
      if (isShort || this.chance(0.002 * this.trouble)) {
        this.fault = this.pick((isShort ? SHORT_FAULTS : LONG_FAULTS).split(' '))
        this.faultUntilMs = this.atMs + this.random.integer(isShort ? 5000 : 20_000)
        this.count('bad facts')
      }
    }
    const { fault } = this
    if (fault === '') return {}
    if (fault === 'aroused') return { aroused: true }
    if (fault === 'quiet') return { aroused: undefined }
    if (fault === 'flat' || fault === 'clipped') return { [fault]: this.pick([true, undefined]) }
    if (fault === 'unfit') return { [this.pick(['flat', 'clipped'])]: undefined }
    if (fault === 'soundWakes') return { soundWakes: this.pick([true, undefined]) }
    if (fault === 'gapMs')
      return { gapMs: this.pick([undefined, Number.NaN, -1, 1001, 5000, 9999]) }
    if (fault === 'rateErrorPct') return { rateErrorPct: this.pick([undefined, -2.5, 2.1, 40]) }
    return { [fault]: this.pick([undefined, Number.NaN, -1, 0, 5, 900, 1500, 12_000, 1e9]) }
  }

  /** A wish that may be good, or wrong in any way. */
  private want(controller: Controller, facts: Facts): void {
    const { atMs } = this
    const isAlarm = this.wakeAtMs !== undefined && atMs > this.wakeAtMs - 2_000_000
    const action = isAlarm && this.chance(0.5) ? 'wake' : this.someAction()
    const { sound, limits, consent } = controller.state
    const next = Number.isNaN(sound.levelDbA) ? 40 : sound.levelDbA + this.pick([0, 0, 0, 1, 1, -1])
    const most = Math.min(limits.soundDbA, consent?.ceilings.soundDbA ?? 60)
    const usual = this.chance(0.9) ? Math.min(next, most) : next
    const levels = {
      click: usual,
      cue: usual,
      wake: this.pick([50, 60, 75]),
      lamp: this.pick([0, 1, 5, 10, 100, 300]),
      fade: this.pick([20, 30, 40, 50]),
      warmth: 25 + this.random.integer(17),
    }
    const durations = {
      click: 50,
      cue: 1500,
      wake: 30_000,
      lamp: 60_000,
      fade: 20_000,
      warmth: 9e5,
    }
    const actuators: Readonly<Record<Proposal['action'], Actuator>> = {
      click: 'sound',
      cue: 'cue',
      wake: this.pick(['sound', 'sound', 'light']),
      lamp: 'light',
      fade: 'sound',
      warmth: 'warmth',
    }
    const isOdd = this.chance(0.05)
    const odd = (of: readonly number[], usually: number): number =>
      isOdd && this.chance(0.3) ? this.pick(of) : usually
    const wish: Proposal = {
      kind: 'proposal',
      id: isOdd && this.chance(0.3) ? `w${this.wish}` : `w${++this.wish}`,
      atMs: odd([atMs - 5000, Number.NaN, 0], atMs),
      madeAtMs: odd([atMs - 2000, atMs - 2001, atMs + 9999, Number.NaN], atMs),
      startsAtMs: atMs + odd([-1, 2000, 2001, Number.NaN, 1e9], this.random.integer(500)),
      actuator: isOdd ? this.pick(['sound', 'light', 'cue', 'warmth']) : actuators[action],
      action,
      level: odd([-1, 0, 59, 60, 61, 75, 76, 200, Number.NaN], levels[action]),
      durationMs: odd([0, -1, 99, 101, 20_000, Number.NaN], durations[action]),
      flashHz: odd([0.5, 3, 50, Number.NaN], 0),
    }
    this.call(controller, wish, facts)
    if (this.chance(0.02 * this.trouble)) this.call(controller, wish, facts)
  }

  private someAction(): Proposal['action'] {
    if (this.chance(0.2))
      return this.pick(['lamp', 'lamp', 'fade', 'warmth', 'cue', 'click', 'wake'])
    return this.stage === 'rem' ? 'cue' : 'click'
  }
}

/** What goes wrong for seconds, and leaves the count of stable sleep as it is. */
const SHORT_FAULTS =
  'quiet unfit soundWakes gapMs rateErrorPct fullScaleDbA latencySdMs wallMs localMin bedtimeAtMs ' +
  'wakeAtMs nightsInRow sinceSilent sinceDistress'

/** What ends it. */
const LONG_FAULTS = 'aroused aroused aroused flat clipped stageAgeMs wake nrem deep rem'

const BAD_NIGHTS: readonly Facts[] = [
  { fullScaleDbA: undefined },
  { fullScaleDbA: 90 },
  { latencySdMs: 30 },
  { sinceSilent: 6 },
  { nightsInRow: 14 },
  { sinceDistress: 3 },
  { soundWakes: true },
  { cleanNights: 1 },
  { bedtimeAtMs: 7_200_000 },
]
