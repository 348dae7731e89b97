import { fail, ok, type Result } from '../../math/result.ts'
import type { RidgeWeights } from './ridge-fit.ts'

const MOST_TAPS = 1024
const LONGEST_LAG_S = 10

/**
 * Reads a personal predictor from JSON, as it is kept from night to night. A list of another length
 * than the others, a number that is none, or a time beyond 10 s is a problem.
 */
export function readRidge(text: string): Result<RidgeWeights, 'RIDGE_SHAPE'> {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return fail('RIDGE_SHAPE', 'predictor', 'no JSON', 'an object with lagsS, re and im')
  }
  if (typeof read !== 'object' || read === null) {
    return fail('RIDGE_SHAPE', 'predictor', 'no object', 'an object with lagsS, re and im')
  }
  const { aheadS, usualSd, learnedMin, lagsS, re, im } = read as Record<string, unknown>
  const taps = Array.isArray(lagsS) ? lagsS.length : 0
  for (const [name, list] of Object.entries({ lagsS, re, im })) {
    const good = Array.isArray(list) && list.length === taps && list.every(Number.isFinite)
    if (!good || taps === 0 || taps > MOST_TAPS) {
      return fail('RIDGE_SHAPE', name, 'no such list', `1 to ${MOST_TAPS} numbers, as many each`)
    }
  }
  if (!(lagsS as number[]).every((lag) => lag >= 0 && lag <= LONGEST_LAG_S)) {
    return fail('RIDGE_SHAPE', 'lagsS', 'a time out of range', `0 to ${LONGEST_LAG_S} s`)
  }
  for (const [name, value] of Object.entries({ aheadS, usualSd, learnedMin })) {
    if (typeof value !== 'number' || !(value >= 0 && value < 1e6)) {
      return fail('RIDGE_SHAPE', name, JSON.stringify(value) ?? 'nothing', 'a number from 0')
    }
  }
  return ok({ aheadS, usualSd, learnedMin, lagsS, re, im } as RidgeWeights)
}
