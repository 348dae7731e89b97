import { higherGains, logMeanExp } from '../packages/core/src/fleet/anomaly/rate-gain.ts'
import { eventsNeeded } from '../packages/core/src/fleet/rollout/rate-evidence.ts'
import { type Random, seededRandom } from '../packages/core/src/math/random.ts'

/** Adverse events per device-night, looks (one an hour) and days. */
const RATE = 0.02
const LOOKS = 14 * 24
const LEVEL = 0.001
/** Runs of our rule when the release is no worse, of it when it is, and of the peers. */
const NULL_RUNS = 10_000
const RUNS = 1000
const PEER_RUNS = 400

type Group = {
  readonly canary: number
  readonly baseline: number
  readonly ratios: readonly number[]
}

const GROUPS: readonly Group[] = [
  { canary: 100, baseline: 900, ratios: [1, 3, 5, 10] },
  { canary: 1000, baseline: 9000, ratios: [1, 1.5, 2, 3, 5, 10] },
  { canary: 10_000, baseline: 90_000, ratios: [1, 1.5, 2, 3] },
]

/** A rule that is told of each hour's events and says when it would stop. */
type Rule = {
  stops(look: number, canary: readonly number[], baseline: readonly number[]): boolean
  /** Events of the last hour, in an order by lot, after which it would have stopped at the latest. */
  within?(random: Random, canary: number, baseline: number): readonly [number, number]
}

type Found = {
  readonly share: number
  readonly hours: number
  readonly events: number
  readonly all: number
}

/**
 * Stop rules of a rollout on simulated fleets, looked at every hour for 14 days: how often each
 * stops a release that is no worse, and how soon one that is. `--runs N` for the null of ours.
 */
export async function benchRollout(options: readonly string[]): Promise<void> {
  const at = options.indexOf('--runs')
  const nullRuns = at < 0 ? NULL_RUNS : Number(options[at + 1])
  console.log(
    `rollout: ${RATE} adverse events per device-night, ${LOOKS} hourly looks, alpha ${LEVEL}; e-process ${nullRuns} runs at ratio 1 and ${RUNS} else, peers ${PEER_RUNS}`,
  )
  console.log(
    '  groups           ratio | e-process                     | z > 2.33        | MWU 98 %, 6 h   | > 2x, >= 3',
  )
  for (const group of GROUPS) {
    for (const ratio of group.ratios) {
      const ours = simulate(group, ratio, ratio === 1 ? nullRuns : RUNS, () => eProcess(group))
      const z = simulate(group, ratio, PEER_RUNS, () => repeatedZ(group))
      const mwu = simulate(group, ratio, PEER_RUNS, () => mannWhitney(group))
      const twice = simulate(group, ratio, PEER_RUNS, () => threshold(group))
      const cells = [z, mwu, twice].map((found) => cell(found).padEnd(15))
      const names = `${group.canary} v ${group.baseline}`.padEnd(16)
      console.log(
        `  ${names} ${String(ratio).padEnd(5)} | ${ourCell(ours, group, ratio).padEnd(29)} | ${cells.join(' | ')}`,
      )
    }
  }
  benchRestless()
}

function cell({ share, hours }: Found): string {
  const percent = `${(100 * share).toFixed(1)} %`
  return share === 0 ? percent : `${percent}, ${hours} h`
}

/** Beside hours: events of both arms until the stop, as a multiple of the information limit. */
function ourCell(found: Found, { canary, baseline }: Group, ratio: number): string {
  if (ratio === 1) return `${(100 * found.share).toFixed(2)} % false`
  const limit = eventsNeeded(ratio, canary / (canary + baseline), LEVEL)
  return `${cell(found)}, ${found.events} ev, ${(found.all / limit).toFixed(2)} x limit`
}

function simulate(group: Group, ratio: number, runs: number, rule: () => Rule): Found {
  const hours: number[] = []
  const events: number[] = []
  const all: number[] = []
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(run * 7919 + group.canary + ratio)
    const [canary, baseline] = [[], []] as [number[], number[]]
    const one = rule()
    for (let look = 1; look <= LOOKS; look++) {
      canary.push(poisson(random, (group.canary * RATE * ratio) / 24))
      baseline.push(poisson(random, (group.baseline * RATE) / 24))
      if (!one.stops(look, canary, baseline)) continue
      hours.push(look)
      const last = [canary.pop()!, baseline.pop()!] as const
      const [c, b] = one.within?.(random, ...last) ?? last
      events.push(sum(canary) + c)
      all.push(sum(canary) + sum(baseline) + c + b)
      break
    }
  }
  const share = hours.length / runs
  return { share, hours: median(hours), events: median(events), all: median(all) }
}

/** The rule of the rollout: the mean of likelihood ratios against 1 / alpha. */
function eProcess({ canary, baseline }: Group): Rule {
  const exposure = { canaryExposure: canary, baselineExposure: baseline }
  const one = higherGains({ ...exposure, canaryEvents: 1, baselineEvents: 0 })
  const other = higherGains({ ...exposure, canaryEvents: 0, baselineEvents: 1 })
  const logs = one.map(() => 0)
  const enough = -Math.log(LEVEL)
  const add = (c: number, b: number): boolean => {
    for (let j = 0; j < logs.length; j++) logs[j]! += c * one[j]! + b * other[j]!
    return logMeanExp(logs) >= enough
  }
  return {
    stops: (_look, c, b) => add(c.at(-1)!, b.at(-1)!),
    within: (random, c, b) => {
      add(-c, -b)
      let [c1, b1] = [0, 0]
      for (let left = c + b; left > 0; left--) {
        const isCanary = random.uniform() * left < c - c1
        if (isCanary) c1++
        else b1++
        if (add(isCanary ? 1 : 0, isCanary ? 0 : 1)) break
      }
      return [c1, b1]
    },
  }
}

/** Events in the canary arm against a binomial, at 1 % one-sided, each hour anew. */
function repeatedZ({ canary, baseline }: Group): Rule {
  const w = canary / (canary + baseline)
  let [c, b] = [0, 0]
  return {
    stops: (_look, cs, bs) => {
      c += cs.at(-1)!
      b += bs.at(-1)!
      const n = c + b
      return n > 0 && (c - w * n) / Math.sqrt(n * w * (1 - w)) > 2.33
    },
  }
}

/** As Kayenta judges, nearly: hourly rates by Mann-Whitney, and a ratio of means above 1.25. */
function mannWhitney({ canary, baseline }: Group): Rule {
  return {
    stops: (look, cs, bs) => {
      if (look < 12 || look % 6 !== 0) return false
      const mean = [sum(cs) / canary, sum(bs) / baseline]
      if (!(mean[0]! > 1.25 * mean[1]!)) return false
      return (
        rankZ(
          cs.map((n) => n / canary),
          bs.map((n) => n / baseline),
        ) > 2.326
      )
    },
  }
}

function threshold({ canary, baseline }: Group): Rule {
  let [c, b] = [0, 0]
  return {
    stops: (_look, cs, bs) => {
      c += cs.at(-1)!
      b += bs.at(-1)!
      return c >= 3 && c > (2 * b * canary) / baseline
    },
  }
}

/** Normal approximation of the Mann-Whitney U, ties with their mean rank. */
function rankZ(a: readonly number[], b: readonly number[]): number {
  const both = [...a.map((x) => [x, 1] as const), ...b.map((x) => [x, 0] as const)]
  both.sort((x, y) => x[0] - y[0])
  let [ranks, ties] = [0, 0]
  for (let i = 0; i < both.length; ) {
    let j = i
    while (j < both.length && both[j]![0] === both[i]![0]) j++
    const t = j - i
    ties += t * t * t - t
    for (let k = i; k < j; k++) if (both[k]![1] === 1) ranks += (i + j + 1) / 2
    i = j
  }
  const [n, m] = [a.length, b.length]
  const all = n + m
  const u = ranks - (n * (n + 1)) / 2
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)))
  return variance > 0 ? (u - (n * m) / 2) / Math.sqrt(variance) : 0
}

/**
 * What a few restless sleepers do: 400 devices, 40 of them with the release, three in a hundred
 * with an event on 6 nights of 10 and the others on one of 100, for 30 nights, ratio 1.
 */
function benchRestless(): void {
  const runs = 2000
  const stops = { first: 0, all: 0 }
  for (let seed = 0; seed < runs; seed++) {
    for (const which of ['first', 'all'] as const) if (restless(seed, which)) stops[which]++
  }
  const percent = (n: number): string => `${((100 * n) / runs).toFixed(2)} %`
  console.log(
    `  restless sleepers, ratio 1: false stops ${percent(stops.first)} by each device's first event, ${percent(stops.all)} by all events (${runs} runs)`,
  )
}

function restless(seed: number, which: 'first' | 'all'): boolean {
  const random = seededRandom(seed)
  const rates = Array.from({ length: 400 }, () => (random.uniform() < 0.03 ? 0.6 : 0.01))
  const hadOne = rates.map(() => false)
  const logs = higherGains({
    ...{ canaryEvents: 0, baselineEvents: 0, canaryExposure: 1, baselineExposure: 1 },
  })
  for (let night = 0; night < 30; night++) {
    const counts = { canaryEvents: 0, baselineEvents: 0, canaryExposure: 0, baselineExposure: 0 }
    for (const [k, rate] of rates.entries()) {
      if (which === 'first' && hadOne[k]) continue
      const arm = k < 40 ? 'canary' : 'baseline'
      counts[`${arm}Exposure`]++
      if (random.uniform() >= rate) continue
      counts[`${arm}Events`]++
      hadOne[k] = true
    }
    if (counts.canaryExposure === 0 || counts.baselineExposure === 0) continue
    for (const [j, gain] of higherGains(counts).entries()) logs[j]! += gain
    if (logMeanExp(logs) >= -Math.log(LEVEL)) return true
  }
  return false
}

/** Poisson numbers by Knuth's products, in pieces that do not underflow. */
function poisson(random: Random, mean: number): number {
  let n = 0
  for (let rest = mean; rest > 0; rest -= 30) {
    const least = Math.exp(-Math.min(rest, 30))
    for (let product = random.uniform(); product > least; product *= random.uniform()) n++
  }
  return n
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function median(values: number[]): number {
  values.sort((a, b) => a - b)
  return values[values.length >> 1] ?? Number.NaN
}
