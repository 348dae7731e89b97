import { vi } from 'vitest'
import {
  decodePartitionRecord,
  type IncidentBook,
  type LadderState,
  ladderCeiling,
  PARTITIONS,
  placesOfFleet,
  type RolloutState,
  stratumOf,
} from '../packages/core/src/fleet/index.ts'
import { type Mode, modeRank } from '../packages/core/src/night/index.ts'
import type { Facility } from '../packages/facility/src/facility/index.ts'
import { StoryBed } from './story-bed.ts'
import { StoryTime } from './story-time.ts'
import { type Signed, StoryWitness } from './story-witness.ts'
import { type Answered, Caller, openTestFacility } from './test-facility.ts'

/** An incident, as the centre tells of it. */
export type ToldIncident = IncidentBook['incidents'][number]

const DAY_MS = 86_400_000
/** A whole round of the centre's ticks, ms: each partition has one in five seconds. */
const ROUND_MS = 5000
const PATIENCE_MS = 120_000
const DISTRICTS = ['harbour', 'hill', 'market', 'old-town']

/**
 * A town of beds under one centre on this machine: real sockets, log, store and front door; time
 * stands until the story goes on, and the centre's ticks are given while something is waited for.
 */
export class StoryTown {
  readonly time: StoryTime
  readonly witness: StoryWitness = new StoryWitness()
  readonly beds: StoryBed[] = []
  readonly facility: Facility
  /** The first operator, and a second. */
  readonly kaya: Caller
  readonly mira: Caller
  /** Sleepers who asked to stay natural. */
  readonly staying: Set<StoryBed> = new Set()
  isPulled = false
  stopped: number | undefined
  ladder: LadderState | undefined
  /** When each bed's consent was signed, unix ms. */
  readonly signedMs: Map<StoryBed, number> = new Map()

  private constructor(time: StoryTime, facility: Facility, kaya: Caller, mira: Caller) {
    this.time = time
    this.facility = facility
    this.kaya = kaya
    this.mira = mira
  }

  /** Opens the centre; intervals are given by the story from here on. */
  static async open(folder: string): Promise<StoryTown> {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const time = new StoryTime(Date.UTC(2026, 10, 27, 21))
    const limits = { bytesPerS: 4_194_304, burstBytes: 4_194_304 }
    const facility = await openTestFacility(folder, { clock: time.centreClock(), limits })
    const kaya = await Caller.admin(facility)
    return new StoryTown(time, facility, kaya, await kaya.second('mira'))
  }

  async close(): Promise<void> {
    await Promise.all(this.beds.map((bed) => bed.morning()))
    await this.facility.close()
    vi.useRealTimers()
  }

  /** Enrols beds, by HTTP as every device is. */
  async enrol(count: number): Promise<void> {
    const { time, witness } = this
    for (let from = 0; from < count; from += 20) {
      const some = Array.from({ length: Math.min(20, count - from) }, (_, i) => from + i)
      // Requests of one address are counted by the centre's time.
      time.skip(2000)
      const beds = some.map((k) => {
        const name = `bed-${String(k).padStart(3, '0')}`
        const chronotype = (['early', 'middle', 'late'] as const)[k % 3]!
        const cohort = { chronotype, age: '30-59', district: DISTRICTS[k % 4]! } as const
        // Up to two per cent slow or fast.
        const rate = 1 + 0.02 * (((k * 7) % 11) / 5 - 1)
        return StoryBed.at(this.facility.url, { name, cohort, time, witness, rate })
      })
      this.beds.push(...(await Promise.all(beds)))
    }
    for (const bed of this.beds) this.signedMs.set(bed, time.wallMs)
  }

  /** Waits until something holds, while the centre's ticks go on, or `still` stand. */
  async until(
    holds: () => boolean | Promise<boolean>,
    what: string,
    still: boolean = false,
  ): Promise<void> {
    const begun = performance.now()
    while (!(await holds())) {
      if (performance.now() - begun > PATIENCE_MS) throw new Error(`never: ${what}`)
      if (!still) vi.advanceTimersByTime(ROUND_MS)
      await new Promise((done) => setTimeout(done, still ? 5 : 25))
    }
  }

  /** What an operator reads. */
  get(path: string): Promise<Answered['value']> {
    this.time.skip(20)
    return this.kaya.get(path)
  }

  async rollout(): Promise<RolloutState> {
    const { rollouts } = await this.get('/v1/rollouts')
    return rollouts[0]
  }

  async incidents(): Promise<readonly ToldIncident[]> {
    return (await this.get('/v1/incidents')).incidents
  }

  /** Reads the way back. */
  async readLadder(): Promise<LadderState> {
    const { ladder } = await this.get('/v1/failsafe')
    this.ladder = ladder.startedMs === null ? undefined : ladder
    return ladder
  }

  /** Everybody is switched on; each sleeper, awake, asks for what was consented to. */
  async evening(): Promise<void> {
    for (const bed of this.beds) bed.evening()
    await this.until(() => {
      this.time.ring()
      return this.beds.every(({ isLive }) => isLive)
    }, 'all are there')
    for (const bed of this.beds) if (!this.staying.has(bed)) bed.wish()
    await this.pass(1000, 0)
  }

  /** Some time of the night passes, with a frame of everybody at its end, and its answers. */
  async pass(ms: number, stage = 2): Promise<void> {
    const { time, beds } = this
    time.skip(ms)
    for (const bed of beds) bed.frame(stage)
    time.ring()
    // A tick before the frames are there would renew grants by what was heard long ago.
    const isHeard = (): boolean => beds.every((bed) => bed.isCutOff || bed.isQuiet)
    await this.until(isHeard, 'all was heard', true)
  }

  /** Waits until each bed was told what it should be, by what was heard last. */
  async granted(): Promise<void> {
    const isOther = (bed: StoryBed): boolean => bed.ceiling !== this.ceilingOf(bed)
    const lags = (bed: StoryBed): boolean =>
      bed.ceiling !== 'natural' && this.witness.newest(bed.name)!.heardS < bed.saidS - 0.002
    let rounds = 0
    const isDone = async (): Promise<boolean> => {
      if (this.beds.some(isOther)) return false
      // What was renewed just before the last frames came is renewed after 15 s, by what was heard
      // meanwhile. With a frame of everybody in them, the same would be renewed too early again.
      if (++rounds % 20 === 0) this.#wait(16_000)
      return !this.beds.some(lags)
    }
    await this.until(isDone, 'each has its grant').catch((error: Error) => {
      const first = this.beds.filter((bed) => isOther(bed) || lags(bed)).slice(0, 3)
      const told = first.map((bed) => `${bed.name} ${bed.ceiling}, not ${this.ceilingOf(bed)}`)
      throw new Error(`${error.message}: ${told.join('; ')}`)
    })
  }

  /** Time passes in which nobody says more than that it lives. */
  #wait(ms: number): void {
    this.time.skip(ms)
    this.time.ring()
  }

  /** Two and a half minutes of sleep: with all of the town asleep that is more than a night. */
  async sleep(): Promise<void> {
    for (let k = 0; k < 3; k++) {
      await this.pass(50_000)
      await this.granted()
    }
  }

  /** Everybody is switched off, and a day goes by. */
  async day(): Promise<void> {
    await Promise.all(this.beds.map((bed) => bed.morning()))
    await this.until(() => this.facility.centre.run.online().length === 0, 'all have left')
    this.time.skip(DAY_MS)
  }

  /** A second passes, of which nothing is heard. */
  second(): void {
    this.#wait(1000)
  }

  /** Whether a bed that lost its connection has another; a moment passes when it has not. */
  isBack(bed: StoryBed): boolean {
    if (bed.isLive) return true
    this.time.skip(20)
    this.time.ring()
    return false
  }

  /** A sleeper signs another consent, now. */
  signs(bed: StoryBed, consent: Signed): void {
    bed.sign(consent)
    this.signedMs.set(bed, this.time.wallMs)
  }

  /** Waits for the next step of the way back, which persons order where nothing can be shown. */
  async climbed(): Promise<void> {
    const { cohorts } = this.ladder!
    const isOn = async (): Promise<boolean> => {
      const ladder = await this.readLadder()
      return ladder.cohorts > cohorts || ladder.nights > 0
    }
    await this.until(isOn, 'a night on this step')
    if (this.ladder!.cohorts > cohorts) return
    const { status, value } = await this.kaya.post('/v1/ladder', { do: 'resume' })
    if (status !== 202) throw new Error(`got ${status}, expected one who waits for a second`)
    await this.mira.post(`/v1/approvals/${value.waits.id}`, {})
    await this.until(async () => (await this.readLadder()).cohorts > cohorts, 'a step on')
  }

  /** The bytes that are served at a path. */
  async fetched(path: string): Promise<Buffer> {
    const { url, token } = this.kaya
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    return Buffer.from(await answer.arrayBuffer())
  }

  /** What the audit, whole, has to say of one kind of thing. */
  async audited(did: string): Promise<string[]> {
    const about: string[] = []
    for (let after = 0; ; ) {
      const { isWhole, head, lines } = await this.get(`/v1/audit?after=${after}&limit=1000`)
      if (!isWhole) throw new Error('the audit is not whole')
      for (const line of lines) if (line.did === did) about.push(line.about)
      after = lines.at(-1)?.seq ?? head.seq
      if (after >= head.seq) return about
    }
  }

  /** Every act in the log, once. */
  async acts(): Promise<{ device: string; boot: number; atS: number }[]> {
    const acts = new Map<string, { device: string; boot: number; atS: number }>()
    const all = Array.from({ length: PARTITIONS }, (_, part) => [part, 0] as const)
    for await (const { entry } of this.facility.centre.log.read(new Map(all))) {
      const read = decodePartitionRecord(entry)
      if (!read.ok || read.value.kind !== 'event' || read.value.event.kind !== 'act') continue
      const { device, boot, seq, event } = read.value
      acts.set(`${device} ${boot} ${seq}`, { device, boot, atS: event.atS })
    }
    return [...acts.values()]
  }

  /** The front door's counters, as Prometheus reads them. */
  async counters(): Promise<Record<'received' | 'durable' | 'rejected' | 'pending', number>> {
    const text = (await this.fetched('/metrics')).toString()
    const sum = (name: string): number => {
      const found = text.matchAll(new RegExp(`^nocturne_door_${name}(?:\\{.*\\})? (\\d+)$`, 'gm'))
      return [...found].reduce((total, [, value]) => total + Number(value), 0)
    }
    return {
      ...{ received: sum('received_total'), durable: sum('durable_total') },
      ...{ rejected: sum('rejected_total'), pending: sum('pending') },
    }
  }

  /** What a bed should be allowed, by all that the story knows. */
  ceilingOf(bed: StoryBed): Mode {
    const { ladder } = this
    if (this.isPulled || bed.release === this.stopped || this.staying.has(bed)) return 'natural'
    if (ladder === undefined) return bed.consent.mode
    const climber = { device: bed.name, consentHeardMs: this.signedMs.get(bed)! }
    const rung = ladderCeiling(ladder, { ...climber, staysNatural: false })
    return modeRank(rung) < modeRank(bed.consent.mode) ? rung : bed.consent.mode
  }

  /** Places in a rollout with a seed: as the centre gives them, each partition for itself. */
  places(seed: string): ReadonlyMap<string, number> {
    const candidates = this.beds.map(({ name: device, cohort, consent: { mode } }) => {
      return { device, stratum: stratumOf(cohort, mode) }
    })
    return placesOfFleet(candidates, seed)
  }
}
