import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { bytesOfBase64 } from '../../math/base64.ts'
import { sha256 } from '../../math/sha256.ts'
import { stageWearable, stageWearableFeatures, WEARABLE_CARD } from './wearable.ts'
import {
  activityFeature,
  clockProxy,
  heartRateFeature,
  type TimedSeries,
} from './wearable-features.ts'
import { WATCH } from './wearable-weights.ts'

/** `spans` of [minutes, value], one sample every 15 s. */
function turns(...spans: readonly (readonly [number, number])[]): TimedSeries {
  const values = spans.flatMap(([minutes, value]) => new Array<number>(minutes * 4).fill(value))
  return {
    timesS: Float64Array.from(values, (_, i) => i * 15),
    values: Float64Array.from(values),
  }
}

describe('a night on the wrist', () => {
  it('is awake while the wrist moves and asleep while it is still', async () => {
    const night = await stageWearable({ activityCounts: turns([60, 120], [240, 0], [40, 150]) })
    const share = (from: number, to: number): number =>
      night.asleep.slice(from, to).filter(Boolean).length / (to - from)
    expect(share(10, 100)).toBeLessThan(0.2)
    expect(share(160, 560)).toBeGreaterThan(0.9)
    expect(share(620, 670)).toBeLessThan(0.2)
  })

  it('gives four probabilities an epoch that sum to one, with or without heart rate', async () => {
    const activityCounts = turns([30, 40], [90, 0])
    const heartRateBpm = turns([30, 72], [90, 55])
    for (const input of [{ activityCounts }, { activityCounts, heartRateBpm }]) {
      const { probabilities, stages } = await stageWearable(input)
      expect(stages).toHaveLength(239)
      for (let e = 0; e < stages.length; e++) {
        const sum = probabilities.subarray(e * 4, e * 4 + 4).reduce((a, b) => a + b, 0)
        expect(sum).toBeCloseTo(1, 5)
      }
    }
  })

  it('has nothing to say of nothing', async () => {
    const empty = { timesS: new Float64Array(0), values: new Float64Array(0) }
    expect((await stageWearable({ activityCounts: empty })).stages).toHaveLength(0)
  })

  it('ships the weights that its card names', () => {
    expect(sha256(bytesOfBase64(WATCH))).toBe(WEARABLE_CARD.hash)
  })
})

const RAW = 'data/wearables/walch-one-night-raw'

describe.skipIf(!hasShared(RAW))(
  `the features of one Apple Watch night (${SHARED_MISSING} when skipped)`,
  () => {
    const column = (name: string, at = 0): Float64Array => {
      const text = readFileSync(sharedPath(`${RAW}/5383425_${name}.out`), 'utf8').trim()
      return Float64Array.from(text.split('\n'), (line) => Number(line.split(/[ ,]+/)[at]))
    }
    const series = (name: string): TimedSeries => ({
      timesS: column(name),
      values: column(name, 1),
    })
    // The published rows begin with the second epoch.
    const hours = column('time_feature')
    const startsS = hours.map((h) => h * 3600 + 30)
    // The raw files are cut at the first and last epoch, the features were made before the cut.
    const inside = (e: number): boolean => e > 30 && e < startsS.length - 30

    it('equal the published activity, to .005 counts', () => {
      const published = column('count_feature')
      activityFeature(series('cleaned_counts'), startsS).forEach((value, e) => {
        if (inside(e)) expect(Math.abs(value - published[e]!), `epoch ${e}`).toBeLessThan(5e-3)
      })
    })

    it('equal the published heart-rate restlessness, to .0004', () => {
      const published = column('hr_feature')
      heartRateFeature(series('cleaned_hr'), startsS).forEach((value, e) => {
        if (inside(e)) expect(Math.abs(value - published[e]!), `epoch ${e}`).toBeLessThan(4e-4)
      })
    })

    it('equal the published clock proxy, to 1e-6', () => {
      const published = column('cosine_feature')
      hours.forEach((h, e) => {
        expect(Math.abs(clockProxy(h) - published[e]!)).toBeLessThan(1e-6)
      })
    })

    it('stage the night from raw counts and heart rate as from the published features', async () => {
      const raw = await stageWearable({
        activityCounts: series('cleaned_counts'),
        heartRateBpm: series('cleaned_hr'),
      })
      const labels = column('psg_labels')
      const published = await stageWearableFeatures(
        column('count_feature'),
        column('hr_feature'),
        hours,
      )
      let same = 0
      let right = 0
      published.asleep.forEach((asleep, e) => {
        same += Number(asleep === raw.asleep[Math.round(startsS[e]! / 30)])
        right += Number(asleep === labels[e]! > 0)
      })
      expect(same / labels.length).toBeGreaterThan(0.98)
      expect(right / labels.length).toBeGreaterThan(0.9)
    })
  },
)
