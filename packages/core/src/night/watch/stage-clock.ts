import type { LiveOpinion } from './live-stager.ts'

/** How long what has lasted, by the stager's word each second. */
export type StageClock = {
  /** Takes an opinion that is new. */
  take(opinion: LiveOpinion): void
  /** First sample of the first minute in which sleep was the likelier throughout; NaN before. */
  onset: number
  /** Seconds of N2 and N3 without a break of over 15 s, of N3 alone, of REM. */
  stableNremS: number
  n3S: number
  remS: number
  /** Mean P(R) of the last minute, and P(W) + P(N1) of the last 5 s; NaN unknown. */
  remMean: number
  lightMean: number
}

const [W, N1, N2, N3, R] = [0, 1, 2, 3, 4]
const EPOCH_S = 30
const ONSET_S = 60
const BREAK_S = 15
const REM_S = 60
const LIGHT_S = 5
/** The mean of P(R) from which it is REM; half of the seconds must be known. */
const LEAST_REM = 0.6

/** Counts opinions; those that did not come (a gap) break every run. */
export function stageClock(rateHz: number): StageClock {
  const rem = recentMean(REM_S, rateHz)
  const light = recentMean(LIGHT_S, rateHz)
  let [asleepS, otherS, lastAbout, firstAsleep] = [0, 0, NaN, NaN]
  const clock: StageClock = {
    ...{ onset: NaN, stableNremS: 0, n3S: 0, remS: 0, remMean: NaN, lightMean: NaN },
    take: ({ probabilities: p, about }) => {
      const stepS = Math.round((about - lastAbout) / rateHz)
      if (!(stepS <= BREAK_S)) {
        clock.stableNremS = clock.n3S = clock.remS = asleepS = otherS = 0
      }
      lastAbout = about
      const nrem = p[N2]! + p[N3]! > 0.5
      otherS = nrem ? 0 : otherS + 1
      clock.stableNremS =
        otherS > BREAK_S ? 0 : clock.stableNremS + (nrem || clock.stableNremS > 0 ? 1 : 0)
      clock.n3S = isTop(p, N3!) ? clock.n3S + 1 : 0
      countSleep(p[W]! < 0.5, about)
      clock.remMean = rem.add(about, p[R]!)
      clock.lightMean = light.add(about, p[W]! + p[N1]!)
      clock.remS = clock.remMean >= LEAST_REM ? clock.remS + 1 : 0
    },
  }
  const countSleep = (asleep: boolean, about: number): void => {
    if (asleepS === 0) firstAsleep = about - EPOCH_S * rateHz
    asleepS = asleep ? asleepS + 1 : 0
    if (Number.isNaN(clock.onset) && asleepS >= ONSET_S) clock.onset = firstAsleep
  }
  return clock
}

function isTop(p: ArrayLike<number>, stage: number): boolean {
  for (let k = 0; k < p.length; k++) if (p[k]! > p[stage]!) return false
  return true
}

type RecentMean = { add(about: number, value: number): number }

/** Mean of the values of the last so many seconds; NaN when under half of them came. */
function recentMean(seconds: number, rateHz: number): RecentMean {
  const values = new Float64Array(seconds)
  const places = new Float64Array(seconds).fill(Number.NEGATIVE_INFINITY)
  let next = 0
  return {
    add: (about, value) => {
      values[next] = value
      places[next] = about
      next = next + 1 === seconds ? 0 : next + 1
      let [sum, n] = [0, 0]
      for (let k = 0; k < seconds; k++) {
        if (places[k]! <= about - seconds * rateHz) continue
        sum += values[k]!
        n++
      }
      return 2 * n >= seconds ? sum / n : NaN
    },
  }
}
