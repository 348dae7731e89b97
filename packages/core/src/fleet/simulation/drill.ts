import { modeRank } from '../../night/governor/mode.ts'
import type { DeskEffect } from '../desk/desk-effect.ts'
import type { FailsafeState } from '../failsafe/failsafe.ts'
import { COHORT_SHARES, type LadderState, ladderCeiling } from '../recovery/ladder.ts'
import { RINGS } from '../rollout/plan.ts'
import type { RolloutState } from '../rollout/state.ts'
import { countModes, type DrillMoment, type DrillSample, DrillWatch } from './drill-watch.ts'
import type { Breach } from './flaw.ts'
import { daysBefore, ROLLOUT } from './history.ts'
import { workIncidents } from './operators.ts'
import type { SimDevice } from './sim-device.ts'
import { consentIdOf, DISTRICTS, SimFleet } from './sim-fleet.ts'

/** What is rehearsed; the same setting gives the same drill. */
export type DrillSetting = {
  readonly seed: number
  /** 20 to 100,000. */
  readonly devices: number
  /** Length of the night, h, 1 to 12. */
  readonly hours: number
}

/** What a drill showed; times in s, counts of devices; undefined = it did not happen. */
export type DrillReport = DrillSetting & {
  readonly handshakesPerS: number
  readonly ring: string
  /** Devices that ran the bad release when it began to be bad. */
  readonly canaries: number
  /** From the first bad dream to the stop, and what stopped it. */
  readonly stoppedAfterS: number | undefined
  readonly stoppedBy: string
  /** Release that the incident named. */
  readonly suspect: number | undefined
  readonly aboveAtPull: number
  readonly naturalAfterS: number | undefined
  readonly spreadS: number
  /** Most connections that the door let in in a second after the centre came back. */
  readonly peakPerS: number
  readonly backAfterS: number | undefined
  /** From the lift until 99 of 100 of those who may be are in guidance. */
  readonly guidanceAfterS: number | undefined
  readonly consentedAgain: number
  /** Of those, how many the way back lets into control the next night. */
  readonly controlNextNight: number
  readonly moments: readonly DrillMoment[]
  readonly samples: readonly DrillSample[]
  readonly events: number
  readonly digest: number
  readonly breach: Breach | undefined
  /** No invariant broke, and everything of the story came about within its bound. */
  readonly passed: boolean
}

const MINUTE_MS = 60_000
/** The release is bad from this share of the night on, and somebody stops it by hand after that. */
const BAD_FROM = 0.2
const BY_HAND_FROM = 0.5
/** Devices from which the ring of 1 % is large enough to show anything. */
const LARGE = 2000
/** A sleeper under the bad release has a bad dream in so many minutes, on average. */
const BAD_DREAM_EVERY_MIN = 15
const BAD_RESTLESSNESS = 3
const SAMPLE_MS = 10_000
const CONSENT_AGAIN_SHARE = 0.3
const NATURAL_S = 90
/**
 * A district is cut off for so long when the switch is pulled, and that is looked at closely, ms.
 */
const CUT_OFF_MS = 150_000
const CLOSELY_MS = 100
const USUALLY_MS = 1000

/**
 * The failsafe rehearsed on a simulated fleet with the real sessions and reducers: a quiet evening,
 * a release that turns bad in its ring, the stop, the incident, the switch pulled, a centre that
 * dies meanwhile, the spread way back, two persons who lift it, guidance, and the first step to
 * control for those who consent again. `progress` hears a share of the night.
 */
export function runDrill(setting: DrillSetting, progress?: (share: number) => void): DrillReport {
  const drill = new Drill(setting, progress)
  return drill.run()
}

class Drill {
  readonly #setting: DrillSetting
  readonly #progress: ((share: number) => void) | undefined
  readonly #fleet: SimFleet
  readonly #watch: DrillWatch
  readonly #endMs: number
  readonly #handshakesPerS: number
  #rollout: RolloutState | undefined
  #ladder: LadderState | undefined
  #failsafe: FailsafeState | undefined
  #canaries: readonly SimDevice[] = []
  #aboveAtPull = 0
  #peakPerS = 0
  readonly #again = new Set<SimDevice>()

  constructor(setting: DrillSetting, progress: ((share: number) => void) | undefined) {
    const { seed, devices, hours } = setting
    this.#setting = setting
    this.#progress = progress
    this.#handshakesPerS = Math.max(5, devices / 20)
    this.#fleet = new SimFleet({
      ...{ seed, devices, handshakesPerS: this.#handshakesPerS },
      hear: (effect) => this.#hear(effect),
    })
    this.#watch = new DrillWatch(this.#fleet, SAMPLE_MS)
    this.#endMs = hours * 60 * MINUTE_MS
  }

  run(): DrillReport {
    this.#quietEvening()
    this.#badRelease()
    this.#failsafeIsPulled()
    this.#centreDies()
    this.#switchIsLifted()
    this.#wayBack()
    return this.#report()
  }

  #quietEvening(): void {
    const isLarge = this.#setting.devices >= LARGE
    daysBefore(this.#fleet, isLarge ? 2 : 3)
    this.#pass(BAD_FROM * this.#endMs)
    const { ring = 0 } = this.#rollout ?? {}
    const { control, guidance } = countModes(this.#fleet)
    this.#watch.note(
      'evening',
      `a quiet evening: ${control} in control, ${guidance} in guidance, release 2 in the ring of ${RINGS[ring]!.name}`,
    )
  }

  #badRelease(): void {
    const { devices, random, sky } = this.#fleet
    this.#canaries = devices.filter(({ self }) => self.release === 2)
    this.#watch.note('bad', `release 2 turns bad on ${this.#canaries.length} devices: bad dreams`)
    const dream = (): void => {
      for (const device of devices) {
        if (device.self.release !== 2) continue
        device.restlessness = BAD_RESTLESSNESS
        if (random.uniform() * BAD_DREAM_EVERY_MIN > 1) continue
        device.tell({ kind: 'awakening', from: 'R', atS: device.nowS })
        device.tell({ kind: 'dream', vividness: 9, adverse: true, atS: device.nowS })
      }
      if (!this.#isStopped()) sky.queue.after(MINUTE_MS, dream)
    }
    dream()
    this.#until(BY_HAND_FROM * this.#endMs, () => this.#isStopped())
    if (!this.#isStopped()) {
      const stop = { what: 'rollout', rollout: ROLLOUT, do: { kind: 'stop' } } as const
      this.#fleet.order('kaya', stop)
      this.#until(this.#fleet.nowMs + MINUTE_MS, () => this.#isStopped())
    }
    for (const device of devices) device.restlessness = 1
    this.#pass(this.#fleet.nowMs + 3 * MINUTE_MS)
  }

  #failsafeIsPulled(): void {
    const { sky, devices } = this.#fleet
    const { control, guidance } = countModes(this.#fleet)
    this.#aboveAtPull = control + guidance
    sky.heldUntilMs[0] = sky.queue.nowMs + CUT_OFF_MS
    const pull = { kind: 'pull', from: 'cli', why: 'a drill' } as const
    this.#fleet.order('kaya', { what: 'failsafe', do: pull })
    const from = `${this.#aboveAtPull} above natural, a district of ${DISTRICTS} cannot be reached`
    this.#watch.note('pulled', `one person pulls the switch: ${from}`)
    const isNatural = (): boolean => countModes(this.#fleet).natural === devices.length
    this.#until(this.#fleet.nowMs + 2 * NATURAL_S * 1000, isNatural, CLOSELY_MS)
    if (isNatural()) this.#watch.note('all-natural', `all ${devices.length} are natural`)
    this.#pass(Math.max(sky.heldUntilMs[0]!, this.#fleet.nowMs) + MINUTE_MS)
  }

  #centreDies(): void {
    const { centre, devices } = this.#fleet
    centre.die()
    this.#watch.note('centre-dead', 'the centre itself dies, as it may')
    this.#pass(this.#fleet.nowMs + 4 * MINUTE_MS)
    centre.start()
    this.#watch.note('centre-back', 'the centre is back, and says what its log says: pulled')
    const isBack = (): boolean => centre.live >= devices.length
    const bound = this.#fleet.nowMs + (Math.max(300, 2 * this.#fleet.spreadS) + 120) * 1000
    let before = centre.admitted
    while (this.#fleet.nowMs < bound && !isBack() && this.#isWhole()) {
      this.#fleet.run(this.#fleet.nowMs + 1000)
      this.#peakPerS = Math.max(this.#peakPerS, centre.admitted - before)
      before = centre.admitted
    }
    if (isBack()) this.#watch.note('all-back', `all ${devices.length} are connected again`)
  }

  #switchIsLifted(): void {
    this.#lift('kaya')
    this.#lift('kaya')
    this.#pass(this.#fleet.nowMs + 2000)
    if (this.#failsafe?.granting === false) {
      this.#watch.note('refused', 'the same person twice is one person: still pulled')
    }
    this.#lift('mira')
    this.#until(this.#fleet.nowMs + MINUTE_MS, () => this.#failsafe?.granting === true)
    if (this.#failsafe?.granting !== true) return
    this.#watch.note('lifted', `two persons lift it: guidance, epoch ${this.#failsafe.epoch}`)
    workIncidents(this.#fleet)
    const may = this.#fleet.devices.filter(({ self, wish }) => {
      return Math.min(modeRank(self.consent), modeRank(wish)) > 0
    })
    const isBack = (): boolean => {
      return may.filter(({ mode }) => mode !== 'natural').length >= 0.99 * may.length
    }
    this.#until(this.#fleet.nowMs + 10 * MINUTE_MS, isBack)
    if (isBack()) this.#watch.note('guidance', `99 of 100 of ${may.length} are in guidance again`)
  }

  #wayBack(): void {
    const { devices, random, centre } = this.#fleet
    for (const device of devices) {
      if (!device.isOn || random.uniform() >= CONSENT_AGAIN_SHARE) continue
      device.consent(consentIdOf(device.index, 1), 'control')
      this.#again.add(device)
    }
    this.#watch.note('consent', `${this.#again.size} sleepers consent to control again`)
    this.#pass(Math.max(this.#endMs, this.#fleet.nowMs + 5 * MINUTE_MS))
    const day = 24 * 60 * MINUTE_MS
    for (let k = 0; k < 3; k++) {
      centre.desk.tellDesk({ kind: 'tick', atMs: centre.nowMs + day + k * MINUTE_MS })
    }
    this.#fleet.run(this.#fleet.nowMs + 1000)
    const cohorts = this.#ladder?.cohorts ?? 0
    const words = `the way back is at ${cohorts} of ${COHORT_SHARES.length} cohorts the next night`
    this.#watch.note('next-night', `${words}: ${this.#controlNextNight()} of them in control`)
  }

  #controlNextNight(): number {
    const ladder = this.#ladder
    if (ladder === undefined || ladder.startedMs === Number.NEGATIVE_INFINITY) return 0
    const now = { consentHeardMs: this.#fleet.centre.nowMs, staysNatural: false }
    return [...this.#again].filter(
      ({ id }) => ladderCeiling(ladder, { device: id, ...now }) === 'control',
    ).length
  }

  #lift(operator: string): void {
    const lift = { kind: 'lift', why: 'a drill' } as const
    this.#fleet.order(operator, { what: 'failsafe', do: lift })
  }

  #hear(effect: DeskEffect): void {
    if (effect.kind !== 'row') return
    const { table, key, value } = effect.row
    if (table === 'fleet' && key === 'failsafe') this.#failsafe = value as FailsafeState
    if (table === 'fleet' && key === 'ladder') this.#ladder = value as LadderState
    if (table === 'incident' && this.#watch.atS('bad') !== undefined) this.#hearIncident()
    if (table !== 'rollout') return
    const wasStopped = this.#isStopped()
    this.#rollout = value as RolloutState
    if (wasStopped || !this.#isStopped() || this.#watch.atS('bad') === undefined) return
    this.#watch.note('stopped', `release 2 is stopped ${this.#stoppedBy()}`)
  }

  #hearIncident(): void {
    if (this.#watch.atS('incident') !== undefined) return
    for (const { id, detector, suspect } of this.#fleet.incidents.values()) {
      const named = suspect === undefined ? 'no release' : `release ${suspect.release}`
      this.#watch.note('incident', `incident ${id} of ${detector} names ${named}`)
      return
    }
  }

  #isStopped(): boolean {
    return this.#rollout?.status === 'stopped'
  }

  #stoppedBy(): string {
    const reason = this.#rollout?.stop?.reason
    return reason === undefined ? '' : `by ${reason.by}`
  }

  #isWhole(): boolean {
    return this.#fleet.witness.breach === undefined
  }

  #pass(untilMs: number): void {
    this.#until(untilMs, () => false)
  }

  /** Lets time pass until something is so, looking every so often, or until a true time, ms. */
  #until(untilMs: number, isSo: () => boolean, everyMs = USUALLY_MS): void {
    while (this.#fleet.nowMs < untilMs && !isSo() && this.#isWhole()) {
      this.#fleet.run(Math.min(untilMs, this.#fleet.nowMs + everyMs))
      this.#progress?.(Math.min(1, this.#fleet.nowMs / this.#endMs))
    }
  }

  #report(): DrillReport {
    const { witness, sky, spreadS } = this.#fleet
    if (this.#isWhole()) this.#fleet.centre.desk.checkReplay()
    const between = (from: DrillMoment['what'], to: DrillMoment['what']): number | undefined => {
      const [a, b] = [this.#watch.atS(from), this.#watch.atS(to)]
      return a === undefined || b === undefined ? undefined : b - a
    }
    const suspects = [...this.#fleet.incidents.values()].map(({ suspect }) => suspect?.release)
    const times = {
      stoppedAfterS: between('bad', 'stopped'),
      naturalAfterS: between('pulled', 'all-natural'),
      backAfterS: between('centre-back', 'all-back'),
      guidanceAfterS: between('lifted', 'guidance'),
    }
    const isTold = Object.values(times).every((time) => time !== undefined)
    const isSoon = (times.naturalAfterS ?? NATURAL_S + 1) <= NATURAL_S
    return {
      ...this.#setting,
      ...{ handshakesPerS: this.#handshakesPerS, ring: RINGS[this.#rollout?.ring ?? 0]!.name },
      ...{ canaries: this.#canaries.length, stoppedBy: this.#stoppedBy() },
      suspect: suspects.find((release) => release !== undefined),
      ...times,
      ...{ aboveAtPull: this.#aboveAtPull, spreadS, peakPerS: this.#peakPerS },
      ...{ consentedAgain: this.#again.size, controlNextNight: this.#controlNextNight() },
      ...{ moments: this.#watch.moments, samples: this.#watch.samples },
      ...{ events: sky.queue.done, digest: witness.digest, breach: witness.breach },
      passed: witness.breach === undefined && isTold && isSoon,
    }
  }
}
