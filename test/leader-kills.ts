import { setTimeout as pause } from 'node:timers/promises'
import { type JetStreamLog, openJetStreamLog } from '../packages/facility/src/log/jetstream-log.ts'
import { startNats } from './nats-servers.ts'

/** What killing leaders under load did. */
export type LeaderKills = {
  readonly kills: number
  /** Records whose append resolved, and how many a second while no leader was missing. */
  readonly acknowledged: number
  readonly perS: number
  /** Of those, how many a reader does not find at their offset. */
  readonly lost: number
  /** Records that a reader finds more than once. */
  readonly doubled: number
  /** Appends that were refused. */
  readonly refused: number
  /** Longest time without any acknowledgement around each kill, ms. */
  readonly gapsMs: readonly number[]
}

const STREAM = 'nocturne-log'
const PARTITIONS = 12
/** Records of an append, and bytes of a record. */
const TOGETHER = 50
const RECORD_BYTES = 72
/** Load before and after each kill, ms. */
const CALM_MS = 1500
const MOST_WAIT_MS = 60_000

/**
 * Three servers, every message held by all; 12 partitions are appended to without a pause. The
 * leader of the stream is killed (-9), and started again once the others acknowledge; so often.
 */
export async function killLeaders(kills: number): Promise<LeaderKills> {
  const servers = await startNats(3)
  try {
    const log = await openJetStreamLog(servers.bus, { replicas: 3, node: 'load', openMs: 60_000 })
    for (let partition = 0; partition < PARTITIONS; partition++) await log.takeOn(partition)
    const load = new Load(log)
    const gapsMs: number[] = []
    const perS: number[] = []
    const running = load.run()
    for (let kill = 0; kill < kills; kill++) {
      const calm = load.count
      await pause(CALM_MS)
      perS.push(((load.count - calm) * 1000) / CALM_MS)
      const leader = (await eventually(() => servers.leaderOf(STREAM)))!
      load.longestMs = 0
      await servers.kill(leader)
      const before = load.count
      await eventually(async () => load.count > before + 20 * TOGETHER)
      await pause(CALM_MS)
      gapsMs.push(Math.round(load.longestMs))
      await servers.start(leader)
      await eventually(() => servers.isCurrent(STREAM))
    }
    load.stop()
    await running
    const { lost, doubled } = await load.compare()
    const { count: acknowledged, refused } = load
    await log.close()
    const rate = Math.round(perS.reduce((sum, one) => sum + one, 0) / kills)
    return { kills, acknowledged, perS: rate, lost, doubled, refused, gapsMs }
  } finally {
    await servers.stop()
  }
}

class Load {
  refused = 0
  longestMs = 0
  count = 0
  readonly #log: JetStreamLog
  /** What was acknowledged: partition, offset of the first, number of the append. */
  readonly #kept: { partition: number; offset: number; ordinal: number }[] = []
  #ordinals = 0
  #lastMs = performance.now()
  #isOver = false

  constructor(log: JetStreamLog) {
    this.#log = log
  }

  async run(): Promise<void> {
    const partitions = Array.from({ length: 2 * PARTITIONS }, (_, index) => index % PARTITIONS)
    await Promise.all(partitions.map((partition) => this.#appendOn(partition)))
  }

  stop(): void {
    this.#isOver = true
  }

  async #appendOn(partition: number): Promise<void> {
    while (!this.#isOver) {
      const ordinal = ++this.#ordinals
      const entries = Array.from({ length: TOGETHER }, (_, index) => recordOf(ordinal, index))
      try {
        const offset = await this.#log.append(partition, entries)
        const nowMs = performance.now()
        this.longestMs = Math.max(this.longestMs, nowMs - this.#lastMs)
        this.#lastMs = nowMs
        this.count += TOGETHER
        this.#kept.push({ partition, offset, ordinal })
      } catch {
        this.refused++
        await pause(50)
      }
    }
  }

  /** Reads everything again, and compares. */
  async compare(): Promise<{ lost: number; doubled: number }> {
    const found = new Map<string, number>()
    const seen = new Map<string, number>()
    const all = Array.from({ length: PARTITIONS }, (_, partition) => [partition, 0] as const)
    for await (const { partition, offset, entry } of this.#log.read(new Map(all))) {
      const view = new DataView(entry.buffer, entry.byteOffset, entry.length)
      const record = `${view.getUint32(0)}.${view.getUint32(4)}`
      found.set(`${partition}:${offset}`, view.getUint32(0))
      seen.set(record, (seen.get(record) ?? 0) + 1)
    }
    let lost = 0
    for (const { partition, offset, ordinal } of this.#kept) {
      for (let index = 0; index < TOGETHER; index++) {
        if (found.get(`${partition}:${offset + index}`) !== ordinal) lost++
      }
    }
    return { lost, doubled: [...seen.values()].filter((times) => times > 1).length }
  }
}

function recordOf(ordinal: number, index: number): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, ordinal)
  view.setUint32(4, index)
  return bytes
}

/** Asks until the answer is there, or true. */
async function eventually<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const until = performance.now() + MOST_WAIT_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && (answer as unknown) !== false) return answer
    if (performance.now() > until) throw new Error('the cluster did not get well again')
    await pause(100)
  }
}
