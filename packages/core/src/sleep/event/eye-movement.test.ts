import { readFileSync } from 'node:fs'
import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import { detectEyeMovements, type EyeMovement } from './eye-movement.ts'

const GOLDEN = 'golden/eeg/yasa_rem.json'
const COLUMNS: Record<string, keyof EyeMovement> = {
  Start: 'startS',
  Peak: 'peakS',
  End: 'endS',
  Duration: 'durationS',
  LOCAbsValPeak: 'leftPeakUv',
  ROCAbsValPeak: 'rightPeakUv',
  LOCAbsRiseSlope: 'leftRiseUvPerS',
  ROCAbsRiseSlope: 'rightRiseUvPerS',
  LOCAbsFallSlope: 'leftFallUvPerS',
  ROCAbsFallSlope: 'rightFallUvPerS',
}

/** The doubles of a NumPy array file inside an archive, in the order they are written. */
function numpyDoubles(archive: string, name: string): Float64Array {
  const bytes = unzipSync(readFileSync(sharedPath(archive)))[name]!
  const start = 10 + (bytes[8]! | (bytes[9]! << 8))
  return new Float64Array(bytes.slice(start).buffer)
}

describe.skipIf(!hasShared(GOLDEN))(`rapid eye movements of 14 minutes (${SHARED_MISSING})`, () => {
  const golden = sharedJson<{ events: Record<string, number[]> }>(GOLDEN)
  const data = numpyDoubles('golden/eeg/src/data_EOGs_REM_256Hz.npz', 'data.npy')
  const half = data.length / 2
  const left = data.subarray(0, half)
  const right = data.subarray(half)

  it('agree with YASA in all ten columns of all 241', () => {
    const events = detectEyeMovements(left, right, 256)
    expect(events).toHaveLength(241)
    for (const [column, key] of Object.entries(COLUMNS)) {
      const worst = golden.events[column]!.map((v, i) => Math.abs(v - events[i]![key]))
      expect(Math.max(...worst), column).toBeLessThan(1e-9)
    }
  })

  it('are none when both eyes say the same, and none where a channel is missing', () => {
    expect(detectEyeMovements(left, left, 256)).toEqual([])
    const holed = right.map((v, i) => (i > 256 * 300 ? Number.NaN : v))
    const late = detectEyeMovements(left, holed, 256).filter(({ peakS }) => peakS > 300)
    expect(late).toEqual([])
  })
})
