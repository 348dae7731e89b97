import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import type { LogPort } from '../log/log-port.ts'
import { LogError } from '../log/log-port.ts'

/** Upper bounds of the classes of time, s. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** Times in classes, as Prometheus counts them. */
export class Times {
  readonly #counts = BOUNDS.map(() => 0)
  #count = 0
  #sum = 0

  add(seconds: number): void {
    this.#count++
    this.#sum += seconds
    const place = BOUNDS.findIndex((bound) => seconds <= bound)
    if (place >= 0) this.#counts[place]!++
  }

  /** The lines of a histogram of that name. */
  lines(name: string): string[] {
    let below = 0
    const classes = this.#counts.map((count, i) => {
      below += count
      return `${name}_bucket{le="${BOUNDS[i]}"} ${below}`
    })
    return [
      `# TYPE ${name} histogram`,
      ...classes,
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      ...[`${name}_sum ${this.#sum}`, `${name}_count ${this.#count}`],
    ]
  }
}

/** What a centre counts beside its front door. */
export class Meters {
  readonly logTimes: Times = new Times()
  readonly answers: Map<number, number> = new Map()
  readonly logFailures: Map<string, number> = new Map()
  readonly loop: IntervalHistogram
  logRecords = 0
  logBytes = 0
  /** What of the log was dropped as old. */
  droppedRecords = 0
  droppedBytes = 0
  /** The disk of the data folder, as it was at the last look. */
  disk: { readonly freeBytes: number; readonly sizeBytes: number } | undefined
  /** States that could not be written down, each time that it was tried. */
  unwrittenStates = 0
  grants = 0
  watchers = 0

  constructor() {
    this.loop = monitorEventLoopDelay({ resolution: 10 })
    this.loop.enable()
  }

  answered(status: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
  }

  /** The same log, counted. */
  around(log: LogPort): LogPort {
    return {
      append: (partition, entries) => this.#timed(entries, () => log.append(partition, entries)),
      read: (from) => log.read(from),
      length: (partition) => log.length(partition),
      start: (partition) => log.start(partition),
      drop: async (past) => {
        const dropped = await log.drop(past)
        this.droppedRecords += dropped.records
        this.droppedBytes += dropped.bytes
        return dropped
      },
      close: () => log.close(),
    }
  }

  async #timed(entries: readonly Uint8Array[], append: () => Promise<number>): Promise<number> {
    const begun = performance.now()
    try {
      const offset = await append()
      this.logTimes.add((performance.now() - begun) / 1000)
      this.logRecords += entries.length
      for (const entry of entries) this.logBytes += entry.length
      return offset
    } catch (error) {
      const code = error instanceof LogError ? error.code : 'LOG_FAILED'
      this.logFailures.set(code, (this.logFailures.get(code) ?? 0) + 1)
      throw error
    }
  }

  close(): void {
    this.loop.disable()
  }
}
