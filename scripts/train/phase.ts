import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { deepSleep } from '../../bench/deep-sleep.ts'
import { fitRidge } from '../../packages/core/src/night/phase/ridge-fit.ts'
import { butterworth } from '../../packages/core/src/signal/butterworth.ts'
import { sosFilter } from '../../packages/core/src/signal/iir.ts'

const FILE = fileURLToPath(
  new URL('../../packages/core/src/night/phase/generic-ridge.ts', import.meta.url),
)
const RATE_HZ = 100
const AHEAD_S = 0.05

/**
 * Makes the predictor of a first night out of made-up sleep alone: deep and shallow, as it is and
 * after the high-pass that many amplifiers have.
 */
export function trainGenericPhase(): void {
  const stretches = [1, 0.3].flatMap((signal) =>
    [0, 0.3, 0.5].map((highPassHz, k) => {
      const x = deepSleep({ seconds: 1200, rateHz: RATE_HZ, seed: 100 + k, signal })
      const scaled = x.map((v) => v / signal)
      if (highPassHz === 0) return scaled
      return Float32Array.from(sosFilter(scaled, butterworth(1, 'highpass', highPassHz, RATE_HZ)))
    }),
  )
  const weights = fitRidge(stretches, RATE_HZ, AHEAD_S)
  if (weights === undefined) throw new Error('nothing was learned')
  const list = (values: readonly number[]): string =>
    values.map((v) => Number(v.toPrecision(5))).join(', ')
  writeFileSync(
    FILE,
    `import type { RidgeWeights } from './ridge-fit.ts'

/**
 * The ridge predictor of a first night, before anything is learned of the sleeper: from made-up
 * sleep only. Made by \`npm run train -- phase\`; do not edit.
 */
export const GENERIC_RIDGE: RidgeWeights = {
  aheadS: ${AHEAD_S},
  usualSd: ${weights.usualSd.toPrecision(4)},
  learnedMin: 0,
  lagsS: [${list(weights.lagsS)}],
  re: [${list(weights.re)}],
  im: [${list(weights.im)}],
}
`,
  )
}
