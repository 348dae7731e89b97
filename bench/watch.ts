import { createWatch, loadStarterStager, type Montage } from '@nocturne/core/night'
import { syntheticSleeper } from '@nocturne/core/sleep'

const RATE_HZ = 256
const HOURS = 0.5
/** Turns of the half hour; the first warms up. */
const TURNS = 6
const CHUNKS = [8, 32]

const LABELS = ['EEG Fpz-Cz', 'EEG F4-M1', 'EOG E1-M2', 'EOG E2-M2']
const ROLES = ['eeg', 'eeg', 'eog-left', 'eog-right'] as const

/**
 * What the watch costs for each piece of 4 channels at 256 Hz, staging included: microseconds at
 * the median and far out, nanoseconds a sample. `quiet` takes of each piece the quickest of five
 * turns: what the watch itself costs where other programs want the same core. `npm run bench --
 * watch`
 */
export async function benchWatch(): Promise<void> {
  const model = await loadStarterStager()
  const channels = LABELS.map((label, k) => ({ label, role: ROLES[k]! }))
  const montage: Montage = { rateHz: RATE_HZ, channels }
  const sleeper = syntheticSleeper({ seed: 3, hours: HOURS, rateHz: RATE_HZ, channels: LABELS })
  const columns = sleeper.next(HOURS * 3600)
  console.log('\n## Watch: one piece of 4 channels at 256 Hz, us\n')
  console.log(
    '| samples | stager | p50 | p99 | p99.9 | quiet p50 | p99 | p99.9 | max | ns a sample |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|---|')
  for (const stager of [undefined, model]) {
    for (const chunk of CHUNKS) {
      const { all, quiet } = pieceTimes(montage, columns, chunk, stager)
      const at = (times: Float64Array, q: number): string =>
        times[Math.floor(q * (times.length - 1))]!.toFixed(1)
      const sample = (1000 * quiet[quiet.length >> 1]!) / chunk
      const cells = [
        ...[chunk, stager?.identity.name ?? 'none'],
        ...[0.5, 0.99, 0.999].map((q) => at(all, q)),
        ...[0.5, 0.99, 0.999, 1].map((q) => at(quiet, q)),
        sample.toFixed(0),
      ]
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
}

/** Microseconds of every piece after the first turn, and the quickest of each, by size. */
function pieceTimes(
  montage: Montage,
  columns: readonly Float32Array[],
  chunk: number,
  stager: Awaited<ReturnType<typeof loadStarterStager>> | undefined,
): { all: Float64Array; quiet: Float64Array } {
  const watch = createWatch(montage, stager)
  const each = Math.floor(columns[0]!.length / chunk)
  const pieces = Array.from({ length: each }, (_, k) =>
    columns.map((column) => column.subarray(k * chunk, (k + 1) * chunk)),
  )
  const all = new Float64Array((TURNS - 1) * each)
  const quiet = new Float64Array(each).fill(Infinity)
  let next = 0
  for (let turn = 0; turn < TURNS; turn++) {
    for (let k = 0; k < each; k++) {
      const started = process.hrtime.bigint()
      watch.push(next, pieces[k]!)
      watch.facts()
      const took = Number(process.hrtime.bigint() - started) / 1000
      next += chunk
      if (turn === 0) continue
      all[(turn - 1) * each + k] = took
      quiet[k] = Math.min(quiet[k]!, took)
    }
  }
  return { all: all.sort(), quiet: quiet.sort() }
}
