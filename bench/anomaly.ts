import {
  beginCohortWatch,
  beginEDetector,
  type CohortTally,
  cohortWatchStep,
  driftBank,
  driftStep,
  eDetectorStep,
  emptyTally,
  eventsNeeded,
  FLEET_ARL,
  halfSpaceForest,
  halfSpaceStep,
  higherGains,
  LOOK_WEIGHTS,
  logEvidence,
  RATIOS,
  seriesDetector,
} from '@nocturne/core/fleet'
import { type Random, seededRandom, wallClockS } from '@nocturne/core/math'
import { hasShared, sharedPath } from '../test/shared.ts'
import { benchFaults } from './anomaly-faults.ts'
import { alarmsAsRecorded, bootstrapAlarms, delays, residualNights } from './anomaly-nights.ts'
import { middle } from './measure.ts'
import { NAB_PROFILES, type NabSeries, nabScoreAt, optimalNabScore, readNab } from './nab-score.ts'

const NIGHTS = 'data/sleep-eeg/sleep-edf-bandpower'
const NAB = 'data/anomalies/nab'
const YEARS = 60
const RUNS = 400
const FLEET_RUNS = 40
const SPLITS = 20

/**
 * The detectors of the fleet: false alarms and delays of L1 over recorded nights (target D1), a
 * fleet's shift and a ring's rate (target D2), the Numenta benchmark (target D3), and what each
 * costs.
 */
export async function benchAnomaly(): Promise<void> {
  if (hasShared(NIGHTS)) benchDrift()
  benchFaults()
  benchFleet()
  benchRate()
  if (hasShared(NAB)) benchNab()
  benchSpeed()
}

function benchDrift(): void {
  const nights = residualNights(sharedPath(NIGHTS))
  const early = nights.filter(({ person }) => person < 'SC403')
  const late = nights.filter(({ person }) => person >= 'SC403')
  console.log(
    '| D1: people | nights | alarms as recorded | bootstrap, device-years | alarms a year |',
  )
  console.log('|---|---|---|---|---|')
  for (const [name, some] of [
    ['SC400-402 (bounds chosen here)', early],
    ['SC403-406 (held out)', late],
  ] as const) {
    const { alarms, years } = bootstrapAlarms(some, YEARS, 7)
    const rate = (alarms / years).toFixed(3)
    console.log(
      `| ${name} | ${some.length} | ${alarmsAsRecorded(some)} | ${years.toFixed(0)} | ${rate} |`,
    )
  }
  console.log(
    '\n| D1: step, deviations | median frames | mean | 90 % | not found |\n|---|---|---|---|---|',
  )
  for (const sigma of [2, 3, 4, 5]) {
    const found = delays(late, sigma, RUNS, 3)
    const heard = found.filter((delay) => !Number.isNaN(delay)).sort((a, b) => a - b)
    const mean = heard.reduce((a, b) => a + b, 0) / heard.length
    const p90 = heard[Math.floor(0.9 * heard.length)]
    const missed = `${found.length - heard.length} of ${RUNS}`
    console.log(`| ${sigma} | ${middle(heard)} | ${mean.toFixed(2)} | ${p90} | ${missed} |`)
  }
}

/** Two releases in four strata and five districts, `shift` of a deviation in the new one. */
function fleetStep(random: Random, shift: number, people: number): CohortTally[] {
  return [1, 2].flatMap((release) =>
    ['a', 'b', 'c', 'd'].flatMap((cohort) =>
      [1, 2, 3, 4, 5].map((district) => {
        const tally = emptyTally({ release, cohort, district: `d${district}` })
        const n = (release === 2 ? people : 9 * people) / 20
        for (let c = 0; c < tally.n.length; c++) {
          const mean = release === 2 && c === 5 ? shift : 0
          tally.n[c] = n
          tally.sum[c] = mean * n + Math.sqrt(n) * random.normal()
          tally.squares[c] = n * (1 + mean * mean)
        }
        return tally
      }),
    ),
  )
}

function benchFleet(): void {
  console.log(
    '\n| D2: shift in the new release | devices in it | frames to the alarm: median | most |',
  )
  console.log('|---|---|---|---|')
  for (const [shift, people] of [
    [0.1, 10_000],
    [0.05, 10_000],
    [0.1, 1000],
  ] as const) {
    const random = seededRandom(11)
    const waits = Array.from({ length: FLEET_RUNS }, () => {
      let state = beginCohortWatch()
      for (let step = 0; step < 20; step++) {
        state = cohortWatchStep(state, fleetStep(random, 0, people)).state
      }
      for (let step = 1; step <= 1000; step++) {
        const next = cohortWatchStep(state, fleetStep(random, shift, people))
        if (next.alarms.some(({ metric }) => metric === 'remDensity')) return step
        state = next.state
      }
      return Number.POSITIVE_INFINITY
    })
    console.log(`| ${shift} | ${people} | ${middle(waits)} | ${Math.max(...waits)} |`)
  }
  const random = seededRandom(12)
  let [state, alarms] = [beginCohortWatch(), 0]
  for (let step = 0; step < 2880; step++) {
    const next = cohortWatchStep(state, fleetStep(random, 0, 10_000))
    alarms += next.alarms.length
    state = next.state
  }
  console.log(`\n${alarms} alarms in 2,880 steps (a day) in which nothing changed`)
}

function benchRate(): void {
  console.log(
    '\n| D2: rate ratio | share of the ring | events to the alarm: median | limit | ratio |',
  )
  console.log('|---|---|---|---|---|')
  const random = seededRandom(13)
  for (const [ratio, share] of [
    [3, 0.01],
    [3, 0.1],
    [2, 0.1],
    [5, 0.01],
  ] as const) {
    const p = (ratio * share) / (ratio * share + 1 - share)
    const waits = Array.from({ length: RUNS }, () => {
      let state = beginEDetector(RATIOS.length)
      for (let events = 1; ; events++) {
        const canaryEvents = random.uniform() < p ? 1 : 0
        const exposure = { canaryExposure: share, baselineExposure: 1 - share }
        const gains = higherGains({ canaryEvents, baselineEvents: 1 - canaryEvents, ...exposure })
        state = eDetectorStep(state, gains)
        if (logEvidence(state) >= Math.log(FLEET_ARL)) return events
      }
    })
    const limit = eventsNeeded(ratio, share, 1 / FLEET_ARL)
    const took = middle(waits)
    console.log(
      `| ${ratio} | ${share} | ${took} | ${limit.toFixed(0)} | ${(took / limit).toFixed(2)} |`,
    )
  }
}

function benchNab(): void {
  const corpus = readNab(sharedPath(NAB))
  const started = performance.now()
  const scores = scoresOf(corpus, LOOK_WEIGHTS)
  const seconds = (performance.now() - started) / 1000
  const rows = corpus.reduce((sum, { values }) => sum + values.length, 0)
  console.log(`\nD3: ${corpus.length} series, ${rows} rows in ${seconds.toFixed(1)} s`)
  console.log('| profile | all series, as the benchmark scores |\n|---|---|')
  for (const [name, profile] of Object.entries(NAB_PROFILES)) {
    console.log(`| ${name} | ${optimalNabScore(corpus, scores, profile).score.toFixed(1)} |`)
  }
  console.log('\n| D3: chosen on half of the series | there | on the other half |\n|---|---|---|')
  const names = corpus.map((series) => series.name)
  tellHalves('threshold', corpus, names, [scores])
  const some = [0.85, 1, 1.3]
  const weights = some.flatMap((a) => some.flatMap((b) => some.map((c) => [1, a, b, c])))
  const tried = weights.map((weight) => scoresOf(corpus, weight))
  tellHalves('weights and threshold', corpus, names, tried)
}

function scoresOf(corpus: readonly NabSeries[], weights: readonly number[]): Float64Array[] {
  const detector = seriesDetector(weights)
  return corpus.map(({ times, values }) => {
    let state = detector.begin()
    return Float64Array.from(values, (value, i) => {
      const judged = detector.step(state, { minute: (wallClockS(times[i]!) ?? 0) / 60, value })
      state = judged.state
      return judged.score
    })
  })
}

/** The best of some settings on half of the series, and what it is worth on the other half. */
function tellHalves(
  what: string,
  corpus: readonly NabSeries[],
  names: readonly string[],
  settings: readonly (readonly Float64Array[])[],
): void {
  let [inside, frozen, again] = [0, 0, 0]
  const { standard } = NAB_PROFILES
  for (let seed = 1; seed <= SPLITS; seed++) {
    const [a, b] = halves(names, seed)
    const of = <T>(items: readonly T[], places: readonly number[]): T[] =>
      places.map((i) => items[i]!)
    const found = settings.map((scores) => optimalNabScore(of(corpus, a), of(scores, a), standard))
    const best = found.reduce((top, next, i) => (next.score > found[top]!.score ? i : top), 0)
    const other = [of(corpus, b), of(settings[best]!, b)] as const
    inside += found[best]!.score / SPLITS
    frozen += nabScoreAt(...other, standard, found[best]!.threshold) / SPLITS
    again += optimalNabScore(...other, standard).score / SPLITS
  }
  console.log(`| ${what} | ${inside.toFixed(1)} | ${frozen.toFixed(1)} |`)
  console.log(`| ${what}; there the threshold anew | ${inside.toFixed(1)} | ${again.toFixed(1)} |`)
}

/** Two halves of the series, each with half of every category. */
function halves(names: readonly string[], seed: number): [number[], number[]] {
  const random = seededRandom(seed)
  const drawn = names
    .map((name, i) => ({ i, category: name.split('/')[0]!, at: random.uniform() }))
    .sort((a, b) => (a.category < b.category ? -1 : a.category > b.category ? 1 : a.at - b.at))
  const side = (odd: number): number[] =>
    drawn.filter((_, k) => (k + seed) % 2 === odd).map(({ i }) => i)
  return [side(0), side(1)]
}

function benchSpeed(): void {
  const random = seededRandom(5)
  const frames = Array.from({ length: 1000 }, () =>
    Float64Array.from({ length: 12 }, random.normal),
  )
  const memories = new Float64Array(12).fill(0.3)
  const bank = driftBank(1000)
  const forest = halfSpaceForest(12)
  const cost = (times: number, work: (i: number) => void): number => {
    for (let i = 0; i < 1000; i++) work(i)
    const started = performance.now()
    for (let i = 0; i < times; i++) work(i)
    return ((performance.now() - started) * 1e6) / times
  }
  const drift = cost(1_000_000, (i) => void driftStep(bank, i % 1000, frames[i % 1000]!, memories))
  const shape = cost(100_000, (i) => void halfSpaceStep(forest, frames[i % 1000]!))
  console.log('\n| detector | ns | a |\n|---|---|---|')
  console.log(`| L1 drift | ${(drift / 12).toFixed(1)} | number of a frame (20 bytes) |`)
  console.log(`| L2 half-space trees and tail | ${shape.toFixed(0)} | frame of 12 |`)
}
