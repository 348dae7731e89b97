import { createWatch, loadStarterStager, type Montage } from '@nocturne/core/night'
import { syntheticSleeper } from '@nocturne/core/sleep'

const RATE_HZ = 256
const HOURS = 0.5
/** Turns of the half hour; the first warms up. */
const TURNS = 4
const CHUNKS = [8, 32]

const LABELS = ['EEG Fpz-Cz', 'EEG F4-M1', 'EOG E1-M2', 'EOG E2-M2']
const ROLES = ['eeg', 'eeg', 'eog-left', 'eog-right'] as const

/**
 * What the watch costs for each piece of 4 channels at 256 Hz, staging included: microseconds at
 * the median and far out, nanoseconds a sample. `npm run bench -- watch`
 */
export async function benchWatch(): Promise<void> {
  const model = await loadStarterStager()
  const channels = LABELS.map((label, k) => ({ label, role: ROLES[k]! }))
  const montage: Montage = { rateHz: RATE_HZ, channels }
  const sleeper = syntheticSleeper({ seed: 3, hours: HOURS, rateHz: RATE_HZ, channels: LABELS })
  const columns = sleeper.next(HOURS * 3600)
  console.log('\n## Watch: one piece of 4 channels at 256 Hz, us\n')
  console.log('| samples | stager | p50 | p99 | p99.9 | ns a sample |')
  console.log('|---|---|---|---|---|---|')
  for (const stager of [undefined, model]) {
    for (const chunk of CHUNKS) {
      const times = pieceTimes(montage, columns, chunk, stager)
      const at = (q: number): string => times[Math.floor(q * (times.length - 1))]!.toFixed(1)
      const sample = (1000 * times[times.length >> 1]!) / chunk
      const name = stager === undefined ? 'none' : stager.identity.name
      console.log(
        `| ${chunk} | ${name} | ${at(0.5)} | ${at(0.99)} | ${at(0.999)} | ${sample.toFixed(0)} |`,
      )
    }
  }
}

/** Microseconds of every piece after the first turn, in order of size. */
function pieceTimes(
  montage: Montage,
  columns: readonly Float32Array[],
  chunk: number,
  stager: Awaited<ReturnType<typeof loadStarterStager>> | undefined,
): Float64Array {
  const watch = createWatch(montage, stager)
  const each = Math.floor(columns[0]!.length / chunk)
  const pieces = Array.from({ length: each }, (_, k) =>
    columns.map((column) => column.subarray(k * chunk, (k + 1) * chunk)),
  )
  const times = new Float64Array((TURNS - 1) * each)
  let next = 0
  for (let turn = 0; turn < TURNS; turn++) {
    for (let k = 0; k < each; k++) {
      const started = process.hrtime.bigint()
      watch.push(next, pieces[k]!)
      watch.facts()
      const took = Number(process.hrtime.bigint() - started) / 1000
      next += chunk
      if (turn > 0) times[(turn - 1) * each + k] = took
    }
  }
  return times.sort()
}
