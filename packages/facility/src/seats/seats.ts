import type { NatsConnection } from '@nats-io/transport-node'
import { Attendance, BEAT_MS, type Beat } from './attendance.ts'
import { Contests } from './contests.ts'
import { seatPlan } from './seat-plan.ts'

/** What seats are for, and what they ask of whoever sits there. */
export type SeatsOptions = {
  readonly connection: NatsConnection
  /** Begin of the subject that beats are told on. */
  readonly name: string
  readonly self: Omit<Beat, 'isLeaving'>
  /** Partitions 0 .. partitions - 1 are shared out. */
  readonly partitions: number
  /** Takes partitions on; resolves to those that are held then. The others are tried again. */
  hold(partitions: readonly number[]): Promise<readonly number[]>
  /** Lets partitions go; resolves when nothing of them is on its way any more. */
  release(partitions: readonly number[]): Promise<void>
  /** A node that was here before has our name: this one has to end. */
  taken?(): void
}

/** Time between two looks at who is there, ms. */
const LOOK_MS = 250
/** A node that is still there gets so long to let go before its partitions are taken on, ms. */
const HAND_OVER_MS = 1000

/**
 * The seats of one node: it tells the others that it is there, and holds those partitions that the
 * plan gives it. The plan only says who ought to; who may is decided by the fence in each
 * partition's log, so that two plans that differ for a while cost time and nothing else.
 */
export class Seats {
  readonly #options: SeatsOptions
  readonly #attendance: Attendance
  readonly #held = new Set<number>()
  readonly #contests = new Contests()
  #plan: readonly string[] = []
  #present = new Map<string, Beat>()
  #plannedAtMs = 0
  /** Who held each partition in the plan before, while they may still have to let go. */
  #before: readonly string[] = []
  #moving: Promise<void> | undefined
  #timers: NodeJS.Timeout[] = []
  #isLeaving = false

  constructor(options: SeatsOptions) {
    this.#options = options
    this.#attendance = new Attendance(options.self)
  }

  /** Begins to listen, and to be heard. */
  start(): void {
    const { connection } = this.#options
    connection.subscribe(this.#subject, {
      callback: (error, message) => {
        if (error === null) this.#hear(message.data)
      },
    })
    this.#beat()
    this.#timers = [
      setInterval(() => this.#beat(), BEAT_MS),
      setInterval(() => this.#look(), LOOK_MS),
    ]
  }

  /** Partitions that are held here now. */
  get held(): readonly number[] {
    return [...this.#held]
  }

  /** Nodes that are there, ours among them; empty while that is not known. */
  get nodes(): readonly Beat[] {
    return [...this.#present.values()]
  }

  /** Who ought to hold a partition; undefined while that is not known. */
  ownerOf(partition: number): Beat | undefined {
    const node = this.#plan[partition]
    return node === undefined ? undefined : this.#present.get(node)
  }

  /** Whether a partition is held here. */
  holds(partition: number): boolean {
    return this.#held.has(partition)
  }

  /** Another appends to a partition now: it is no longer held, and not taken again at once. */
  fenced(partition: number): void {
    if (this.#held.delete(partition)) this.#contests.lost(partition, performance.now())
  }

  /** Lets everything go and says so: the others take over at once. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#moving
    const held = this.held
    this.#held.clear()
    if (held.length > 0) await this.#options.release(held)
    this.#beat()
    await this.#options.connection.flush().catch(() => undefined)
  }

  get #subject(): string {
    return `${this.#options.name}.here`
  }

  #beat(): void {
    const { connection, self } = this.#options
    if (connection.isClosed()) return
    connection.publish(this.#subject, JSON.stringify({ ...self, isLeaving: this.#isLeaving }))
  }

  #hear(bytes: Uint8Array): void {
    const beat = readBeat(bytes)
    if (beat === undefined) return
    const isOurs = !this.#attendance.hear(beat, performance.now())
    // Of two, the one that came later has to go.
    if (isOurs && this.#held.size === 0) this.#options.taken?.()
  }

  #look(): void {
    const nowMs = performance.now()
    const present = this.#attendance.present(nowMs)
    if (present === undefined || this.#isLeaving) return
    const names = present.map(({ node }) => node)
    const before = [...this.#present.keys()]
    if (names.join() !== before.join()) {
      if (before.some((name) => !names.includes(name))) this.#contests.eased(nowMs)
      this.#before = this.#plan
      this.#plan = seatPlan(names, this.#options.partitions)
      this.#plannedAtMs = nowMs
    }
    this.#present = new Map(present.map((beat) => [beat.node, beat]))
    this.#moving ??= this.#move(nowMs).finally(() => {
      this.#moving = undefined
    })
  }

  /** Lets go of what is another's, and takes on what is ours. */
  async #move(nowMs: number): Promise<void> {
    const { self, release, hold } = this.#options
    const lost = this.held.filter((partition) => this.#plan[partition] !== self.node)
    for (const partition of lost) this.#held.delete(partition)
    if (lost.length > 0) await release(lost)
    const gained: number[] = []
    for (const [partition, node] of this.#plan.entries()) {
      if (node === self.node && this.#mayTake(partition, nowMs)) gained.push(partition)
    }
    if (gained.length === 0) return
    const held = new Set(await hold(gained).catch(() => []))
    for (const partition of gained) {
      if (held.has(partition)) this.#held.add(partition)
      // The bus is away, or another was faster: it is asked again a little later.
      else this.#contests.missed(partition, performance.now(), BEAT_MS)
    }
  }

  #mayTake(partition: number, nowMs: number): boolean {
    if (this.#held.has(partition)) return false
    if (!this.#contests.mayTake(partition, nowMs)) return false
    const before = this.#before[partition]
    const mustLetGo = before !== undefined && before !== this.#options.self.node
    const isWaited = nowMs - this.#plannedAtMs >= HAND_OVER_MS
    return !mustLetGo || isWaited || !this.#present.has(before)
  }
}

function readBeat(bytes: Uint8Array): Beat | undefined {
  try {
    const beat = JSON.parse(new TextDecoder().decode(bytes)) as Beat
    const words = [beat.node, beat.run, beat.door]
    const isBeat = words.every((word) => typeof word === 'string' && word.length < 256)
    return isBeat && typeof beat.isLeaving === 'boolean' ? beat : undefined
  } catch {
    return undefined
  }
}
