import { resolve } from 'node:path'
import { PI } from '../packages/core/src/math/elementary.ts'
import { shippedRelease } from '../packages/core/src/night/loop/release.ts'
import { cecht } from '../packages/core/src/night/phase/cecht.ts'
import { fixedStep } from '../packages/core/src/night/phase/fixed-step.ts'
import { GENERIC_RIDGE } from '../packages/core/src/night/phase/generic-ridge.ts'
import { phaseError } from '../packages/core/src/night/phase/phase.ts'
import { phaseLockedLoop } from '../packages/core/src/night/phase/phase-locked-loop.ts'
import type { PhasePredictor } from '../packages/core/src/night/phase/predictor.ts'
import { ridge } from '../packages/core/src/night/phase/ridge.ts'
import { fitRidge, type RidgeWeights } from '../packages/core/src/night/phase/ridge-fit.ts'
import { stateSpace } from '../packages/core/src/night/phase/state-space.ts'
import { dreamsFolder, readDreams } from '../test/dreams.ts'
import { deepSleep } from './deep-sleep.ts'
import {
  deepStretches,
  type Heard,
  heard,
  LATENCY_S,
  oracle,
  type PhaseCase,
  phaseCase,
  plain,
  shipped,
  TARGET_RAD,
} from './phase-run.ts'

/** State-space is sure below this spread; a ridge below so many times its usual one. */
const SURE_STATE_SPACE_RAD = 0.3
const SURE_RIDGE = 1.25
const SYNTHETIC = [
  { seed: 1, signal: 1 },
  { seed: 3, signal: 1 },
  { seed: 1, signal: 0.6 },
  { seed: 2026, signal: 1 },
  { seed: 1127, signal: 0.6 },
] as const
/** The reference has no sound while 4 s of signal are smaller, at any size of wave. */
const LEAST_RMS_UV = 35
const DEGREES = 180 / PI

/** What each way of foretelling made of one recording, by its name in the table. */
type Rows = ReadonlyMap<string, Heard>

/**
 * Every way of foretelling the phase of slow waves, on made-up deep sleep and the DREAMS excerpts
 * of a folder (`--data DIR`, else those of the shared material): where sounds would have been heard
 * against where they should have been.
 */
export async function benchPhase(options: readonly string[] = []): Promise<void> {
  const at = options.indexOf('--data')
  const folder = at < 0 ? dreamsFolder() : resolve(options[at + 1] ?? '.')
  const { mostPhaseSdDeg, leastAmplitudeUv } = shippedRelease().parameters
  console.log(
    [
      '',
      `Target -30 deg (0 = positive peak), ${1000 * LATENCY_S} ms to the ear, sounds at least 1 s`,
      'apart. Truth: .4-1.8 Hz both ways and Hilbert, of the whole recording. Made-up: only while 4 s have',
      `a root mean square of ${LEAST_RMS_UV} uV. "own": ridge weights fitted before what is judged, on the`,
      'first 15 min (made-up) or the first third of the deep sleep (excerpts); every row is judged on',
      'the rest. "ours": what a night runs, all of it causal but for the stages: predictors learn and',
      'are chosen by their own error, bias taken off; night one knows nothing of the sleeper before',
      'the first sample, a later night begins with "own". Generic weights are of made-up sleep of',
      `other seeds. "as shipped": below ${mostPhaseSdDeg} deg of measured spread and at least ${leastAmplitudeUv} uV;`,
      '"sure": state-space below .3 rad; ridge below 1.25 times its usual spread.',
    ].join('\n'),
  )
  for (const { seed, signal } of SYNTHETIC) {
    const x = deepSleep({ seconds: 3600, rateHz: 100, seed, signal })
    const options = { deepAt: () => true, learnPart: 0.25, leastRmsUv: LEAST_RMS_UV }
    const name = `made-up N3, 1 h, seed ${seed}${signal === 1 ? '' : `, waves x ${signal}`}`
    tell(name, rowsOf(phaseCase(name, x, 100, options)))
  }
  if (folder === undefined) console.log('\nno excerpts: ../shared is not here, and no --data')
  else benchExcerpts(folder)
  tellCost()
}

function benchExcerpts(folder: string): void {
  const together = new Map<string, Heard>()
  for (const { number, samples, rateHz, hypnogram } of readDreams(folder)) {
    const { stages, epochS } = hypnogram
    const deepAt = (s: number): boolean => /^N[23]$/.test(stages[Math.floor(s / epochS)] ?? '?')
    const name = `DREAMS excerpt ${number}, scored N2 and N3, ${rateHz} Hz`
    const rows = rowsOf(
      phaseCase(name, samples, rateHz, { deepAt, learnPart: 1 / 3, leastRmsUv: 0 }),
    )
    tell(name, rows)
    for (const [row, { phases, minutes }] of rows) {
      const before = together.get(row) ?? { phases: [], minutes: 0 }
      const both = [...before.phases, ...phases]
      together.set(row, { phases: both, minutes: before.minutes + minutes })
    }
  }
  tell('DREAMS, all excerpts together', together)
}

function rowsOf(one: PhaseCase): Rows {
  const { rateHz } = one
  const rows = new Map<string, Heard>()
  const single = (name: string, predictor: PhasePredictor, mostSdRad?: number): void => {
    const { all, sure } = heard(one, plain(predictor, mostSdRad ?? Number.NaN))
    rows.set(name, all)
    if (mostSdRad !== undefined) rows.set(`${name}, sure`, sure)
  }
  single('fixed step', fixedStep(rateHz))
  single('phase-locked loop', phaseLockedLoop(rateHz))
  single('cecHT as published', cecht(rateHz, true))
  single('cecHT, frequency followed', cecht(rateHz))
  single('state-space', stateSpace(rateHz), SURE_STATE_SPACE_RAD)
  single('ridge, generic', ridge(GENERIC_RIDGE, rateHz))
  const own = fitRidge(deepStretches(one), rateHz, LATENCY_S)
  if (own !== undefined) single('ridge, own', ridge(own, rateHz), SURE_RIDGE * own.usualSd)
  ours('ours, night one', undefined)
  if (own !== undefined) ours('ours, a later night', own)
  single('acausal oracle', oracle(one))
  return rows

  function ours(name: string, personal: RidgeWeights | undefined): void {
    const { mostPhaseSdDeg, leastAmplitudeUv } = shippedRelease().parameters
    const gate = { mostSdRad: mostPhaseSdDeg / DEGREES, leastUv: leastAmplitudeUv }
    const { all, sure } = heard(one, shipped(rateHz, gate, personal))
    rows.set(`${name}, every wave`, all)
    rows.set(`${name}, as shipped`, sure)
  }
}

function tell(title: string, rows: Rows): void {
  console.log(`\n${title}\n`)
  const table = [...rows].map(([name, { phases, minutes }]) => {
    const e = phaseError(
      phases,
      phases.map(() => TARGET_RAD),
    )
    return [
      name,
      (e.biasRad * DEGREES).toFixed(1),
      (e.circularSdRad * DEGREES).toFixed(1),
      e.resultant.toFixed(3),
      (100 * e.upHalf).toFixed(1),
      (e.n / minutes).toFixed(1),
      String(e.n),
    ]
  })
  const head = ['', 'bias, deg', 'circular SD, deg', 'R', '% up-half', 'sounds/min', 'n']
  const wide = head.map((h, k) => Math.max(h.length, ...table.map((row) => row[k]!.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((c, k) => (k === 0 ? c.padEnd(wide[k]!) : c.padStart(wide[k]!))).join(' | ')} |`
  const rule = wide.map((w, k) => (k === 0 ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`))
  console.log([line(head), line(rule), ...table.map(line)].join('\n'))
}

/** CPU of each predictor for one sample of the working rate, and of all that a night runs. */
function tellCost(): void {
  const x = deepSleep({ seconds: 1200, rateHz: 100, seed: 9 })
  const own = plain(ridge(GENERIC_RIDGE, 100), Number.NaN)
  const ways: [string, { push(x: number, deep: boolean): void; predictor: PhasePredictor }][] = [
    ['fixed step', plain(fixedStep(100), Number.NaN)],
    ['phase-locked loop', plain(phaseLockedLoop(100), Number.NaN)],
    ['cecHT', plain(cecht(100), Number.NaN)],
    ['state-space', plain(stateSpace(100), Number.NaN)],
    ['ridge', own],
    ['ours: five, learning and choosing', shipped(100, { mostSdRad: 1, leastUv: 0 })],
  ]
  console.log('\nCPU per sample of 100 Hz, phase foretold at each\n')
  for (const [name, follower] of ways) {
    const before = process.cpuUsage()
    for (const v of x) {
      follower.push(v, true)
      follower.predictor.phaseAt(LATENCY_S)
    }
    const { user } = process.cpuUsage(before)
    console.log(`- ${name}: ${((1000 * user) / x.length).toFixed(0)} ns`)
  }
}
