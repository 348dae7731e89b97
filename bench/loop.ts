import type { LoopEvent } from '../packages/core/src/night/loop/event.ts'
import type { LoopInput } from '../packages/core/src/night/loop/input.ts'
import { startNight, step } from '../packages/core/src/night/loop/night-loop.ts'
import { nightMontage } from '../packages/core/src/night/loop/night-montage.ts'
import type { LiveStagerModel } from '../packages/core/src/night/watch/live-stager.ts'
import { loadStarterStager } from '../packages/core/src/night/watch/starter-stager.ts'
import { syntheticSleeper } from '../packages/core/src/sleep/synthetic/sleeper.ts'
import { LOOP_START_MS, loopConsent, loopHeader } from '../test/made-up-loop.ts'

const RATE_HZ = 256
const PIECE = 8
const CHANNELS = ['EEG Fpz-Cz', 'EEG C4-M1', 'EOG E1-M2', 'EOG E2-M2']
/** The same night is run so many times; a step's own time is its least, the rest is the machine. */
const RUNS = 3
const HOURS = 1
const WEEK_H = 168
const HOUR_MS = 3_600_000
/**
 * Bursts of muscle that are put into the first channel: one a minute, loud enough to be a movement.
 */
const BURST_EVERY_S = 60
const BURST_S = 1.5

/**
 * What a step of the loop costs at 256 Hz x 4 channels, staging and all; how long a movement takes
 * to silence it; with `--week`, whether memory stays flat over a simulated week.
 */
export async function benchLoop(options: readonly string[]): Promise<void> {
  const stager = await loadStarterStager()
  const runs: Float64Array[] = []
  for (let k = 0; k < RUNS; k++) runs.push(timesOfNight(stager))
  const least = runs[0]!.map((_, i) => Math.min(...runs.map((times) => times[i]!))).sort()
  const at = (part: number): string => least[Math.floor(part * least.length)]!.toFixed(0)
  const mean = least.reduce((sum, us) => sum + us, 0) / least.length
  console.log(
    `loop: ${HOURS} h at ${RATE_HZ} Hz x ${CHANNELS.length} channels, ${least.length} steps of ${PIECE} samples, least of ${RUNS} runs`,
  )
  console.log(
    `  a step: mean ${mean.toFixed(1)} us, median ${at(0.5)}, p99 ${at(0.99)}, p99.9 ${at(0.999)}, worst ${at(0.999999)} us (asked p99.9 < 200)`,
  )
  const slowest = runs.map((times) => {
    const sorted = [...times].sort((a, b) => a - b)
    return sorted[Math.floor(0.999 * sorted.length)]!.toFixed(0)
  })
  console.log(`  p99.9 as the machine gave it, run by run: ${slowest.join(', ')} us`)
  benchMute(stager)
  if (options.includes('--week')) benchWeek(stager)
}

/** Time of each step of a night, us. */
function timesOfNight(stager: LiveStagerModel): Float64Array {
  const times: number[] = []
  runNight(stager, HOURS, (_input, _events, us) => times.push(us))
  return Float64Array.from(times)
}

type Told = (input: LoopInput, events: readonly LoopEvent[], us: number) => void

function runNight(
  stager: LiveStagerModel,
  hours: number,
  told: Told,
  bend: (column: Float32Array, first: number) => void = () => undefined,
): void {
  const montage = nightMontage(CHANNELS, RATE_HZ)
  if (!montage.ok) throw new Error('no montage')
  const sleeper = syntheticSleeper({ seed: 11, rateHz: RATE_HZ, hours, channels: CHANNELS })
  let state = startNight(loopHeader({ montage: montage.value.montage }), { stager })
  const take = (input: LoopInput): void => {
    const begun = performance.now()
    const [next, events] = step(state, input)
    const us = (performance.now() - begun) * 1000
    state = next
    if (input.kind === 'samples') told(input, events, us)
    for (const event of events) {
      if (event.kind !== 'command') continue
      take({ kind: 'actuator', atMs: input.atMs, leaseId: event.lease.id, effect: 'confirmed' })
    }
  }
  take({ kind: 'latency', atMs: 0, meanMs: 50, sdMs: 2 })
  take({ kind: 'consent', atMs: 0, consent: loopConsent(86_400_000), verified: true })
  take({ kind: 'mode', atMs: 0, to: 'control', awake: true, ask: 1 })
  let first = 0
  let beatMs = 0
  for (let block = sleeper.next(60); block[0]!.length > 0; block = sleeper.next(60)) {
    for (let i = 0; i < block[0]!.length; i += PIECE) {
      const columns = montage.value.from.map(({ index }) => block[index]!.slice(i, i + PIECE))
      bend(columns[0]!, first)
      const atMs = Math.floor(((first + PIECE) * 1000) / RATE_HZ)
      for (; beatMs <= atMs; beatMs += 1000) take({ kind: 'heartbeat', atMs: beatMs, token: 1 })
      take({ kind: 'samples', atMs, first, columns })
      first += PIECE
    }
  }
}

/** From the first sample of a burst of muscle to the moment the loop knows, ms of signal. */
function benchMute(stager: LiveStagerModel): void {
  const delays: number[] = []
  let waiting = Number.NaN
  let sign = 1
  const burst = (column: Float32Array, first: number): void => {
    for (let i = 0; i < column.length; i++) {
      const second = (first + i) / RATE_HZ
      const into = second % BURST_EVERY_S
      if (second < 600 || into >= BURST_S) continue
      if (into < 1 / RATE_HZ) waiting = first + i
      sign = -sign
      column[i]! += 90 * sign * (0.5 + 0.5 * Math.sin(second * 191))
    }
  }
  const told: Told = (input, events) => {
    if (input.kind !== 'samples' || Number.isNaN(waiting)) return
    if (!events.some((event) => event.kind === 'seen' && event.what === 'movement')) return
    delays.push(((input.first + PIECE - waiting) * 1000) / RATE_HZ)
    waiting = Number.NaN
  }
  runNight(stager, HOURS, told, burst)
  delays.sort((a, b) => a - b)
  const middle = delays[delays.length >> 1] ?? Number.NaN
  console.log(
    `  sample to silence: ${delays.length} bursts of muscle, median ${middle.toFixed(0)} ms, longest ${(delays.at(-1) ?? Number.NaN).toFixed(0)} ms of signal, the piece's own length in it (asked <= 250)`,
  )
}

/** Memory of a loop that runs for a week without a break, one channel at 128 Hz. */
function benchWeek(stager: LiveStagerModel): void {
  const rateHz = 128
  const piece = 16
  const header = loopHeader()
  let state = startNight(header, { stager })
  const day = Float32Array.from(
    { length: 600 * rateHz },
    (_, n) => 40 * Math.sin(n / 24) + 15 * Math.sin(n / 1.7 + n * n * 1e-7),
  )
  let beatMs = 0
  const heap: string[] = []
  for (let first = 0; first < WEEK_H * 3600 * rateHz; first += piece) {
    const atMs = Math.floor(((first + piece) * 1000) / rateHz)
    for (; beatMs <= atMs; beatMs += 1000)
      state = step(state, { kind: 'heartbeat', atMs: beatMs, token: 1 })[0]
    const at = first % day.length
    state = step(state, {
      kind: 'samples',
      atMs,
      first,
      columns: [day.subarray(at, at + piece)],
    })[0]
    if (atMs % (24 * HOUR_MS) !== 0) continue
    globalThis.gc?.()
    heap.push((process.memoryUsage().heapUsed / 2 ** 20).toFixed(1))
  }
  console.log(
    `  heap after each day of a week from ${new Date(LOOP_START_MS).toISOString()}: ${heap.join(', ')} MB${globalThis.gc ? '' : ' (without --expose-gc: what was not yet collected counts)'}`,
  )
}
