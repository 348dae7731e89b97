import { describe, expect, it } from 'vitest'
import { readLoggerFile } from '../../../../../test/logger-file.ts'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '../../../../../test/shared.ts'
import { cos } from '../../math/elementary.ts'
import { type ClockBins, clockBins } from './clock-bins.ts'
import { cosinor } from './cosinor.ts'
import { epochsOfSeries, type RegularEpochs } from './regular-epochs.ts'
import { interdailyStability, intradailyVariability, restActivity } from './rest-activity-rhythm.ts'

const GOLDEN = 'golden/circadian/actigraphy/pyactigraphy_awd.json'
const ZOO = 'data/light-activity/pyactigraphy/data'
const isHere = hasShared(GOLDEN) && hasShared(ZOO)

type Peer = {
  readonly n: number
  readonly IS_1h_raw: number
  readonly IV_1h_raw: number
  readonly L5_raw: number
  readonly M10_raw: number
  readonly RA_raw: number
  readonly cosinor_fixed24h: { readonly Amplitude: number; readonly Mesor: number }
}

function activityOf(file: string): RegularEpochs {
  const record = readLoggerFile(sharedPath(`${ZOO}/${file}`))
  if (!record.ok) throw new Error(record.problem.got)
  return epochsOfSeries(record.value.series[0]!, 60, 'sum')!
}

/** Sums over hours that begin at `originMs`, those of the broken first and last hour as well. */
function hourSums({ startMs, values }: RegularEpochs, originMs = 0): ClockBins {
  const hourOf = (i: number): number => Math.floor((startMs - originMs + i * 60_000) / 3_600_000)
  const firstBin = hourOf(0)
  const means = new Float64Array(hourOf(values.length - 1) - firstBin + 1)
  for (const [i, value] of values.entries()) means[hourOf(i) - firstBin]! += value
  return { firstBin, binS: 3600, means }
}

describe.skipIf(!isHere)(`measures of the rhythm${isHere ? '' : ` (${SHARED_MISSING})`}`, () => {
  const peers = isHere
    ? Object.entries(sharedJson<{ results: Record<string, Peer> }>(GOLDEN).results)
    : []

  it('IS of clock hours is .4523 and .5805 after Witting and Van Someren', () => {
    const ours = peers.map(([file]) => interdailyStability(hourSums(activityOf(file))))
    expect(ours[0]).toBeCloseTo(0.4523, 4)
    expect(ours[4]).toBeCloseTo(0.5805, 4)
  })

  it('IS and IV are those of pyActigraphy but for its n - 1 in each variance', () => {
    for (const [file, peer] of peers) {
      const epochs = activityOf(file)
      // Its hours begin with the first sample.
      const hours = hourSums(epochs, epochs.startMs)
      const bias = hours.means.length / (hours.means.length - 1)
      // It takes the average day about its own mean, not the mean of the hours.
      expect(interdailyStability(hours)).toBeCloseTo(peer.IS_1h_raw * (23 / 24) * bias, 3)
      expect(intradailyVariability(hours)).toBeCloseTo(peer.IV_1h_raw * bias, 8)
    }
  })

  it('L5, M10 and RA are those of pyActigraphy', () => {
    for (const [file, peer] of peers) {
      const ours = restActivity(clockBins(activityOf(file), 'UTC', 60))!
      expect(ours.l5).toBeCloseTo(peer.L5_raw, 4)
      expect(ours.m10).toBeCloseTo(peer.M10_raw, 4)
      expect(ours.relativeAmplitude).toBeCloseTo(peer.RA_raw, 6)
    }
  })

  it('the cosinor is right on the two files on which pyActigraphy stays at its start value', () => {
    const amplitudes = peers.map(([file]) => cosinor(activityOf(file), 'UTC')!.amplitude)
    expect(amplitudes[0]).toBeCloseTo(135.65, 2)
    expect(amplitudes[1]).toBeCloseTo(179.83, 2)
    peers.slice(2).forEach(([file, peer], i) => {
      expect(amplitudes[i + 2]).toBeCloseTo(peer.cosinor_fixed24h.Amplitude, 2)
      expect(cosinor(activityOf(file), 'UTC')!.mesor).toBeCloseTo(peer.cosinor_fixed24h.Mesor, 2)
    })
  })
})

/** Two weeks of 10-minute epochs of a cosine that peaks at 15:00 UTC. */
function wave(days: number, missing: (i: number) => boolean = () => false): RegularEpochs {
  const values = Float64Array.from({ length: days * 144 }, (_, i) => {
    return missing(i) ? Number.NaN : 100 + 40 * cos(((i / 6 - 15) * Math.PI) / 12)
  })
  return { startMs: Date.parse('2024-06-03T00:00:00Z'), epochS: 600, values }
}

describe('a rhythm', () => {
  it('that never varies from day to day has IS 1 and a small IV', () => {
    const hours = clockBins(wave(7), 'UTC', 3600)
    expect(interdailyStability(hours)).toBeCloseTo(1, 9)
    expect(intradailyVariability(hours)).toBeCloseTo(0.0682, 3)
  })

  it('has its peak at the hour it has on the clock of the zone', () => {
    const fitted = cosinor(wave(7), 'Europe/Berlin')!
    expect(fitted.acrophaseH).toBeCloseTo(17, 6)
    expect(fitted.mesor).toBeCloseTo(100, 9)
    expect(fitted.amplitude).toBeCloseTo(40, 9)
    expect(fitted.r2).toBeCloseTo(1, 9)
    expect(restActivity(clockBins(wave(7), 'Europe/Berlin', 600))).toMatchObject({
      l5OnsetH: 2.5,
      m10OnsetH: 12,
    })
  })

  it('is not moved by hours that are missing', () => {
    const holes = wave(7, (i) => i % 144 > 100 && i % 288 < 144)
    expect(cosinor(holes, 'UTC')!.amplitude).toBeCloseTo(40, 9)
    const days = wave(7, (i) => i >= 288 && i < 432)
    expect(interdailyStability(clockBins(days, 'UTC', 3600))).toBeCloseTo(1, 9)
  })

  it('of too little is not measured', () => {
    expect(interdailyStability(clockBins(wave(1), 'UTC', 3600))).toBeNaN()
    expect(intradailyVariability(clockBins(wave(1), 'UTC', 3600))).toBeNaN()
    expect(
      restActivity(
        clockBins(
          wave(3, (i) => i % 144 < 12),
          'UTC',
          3600,
        ),
      ),
    ).toBeUndefined()
    expect(
      cosinor(
        wave(3, () => true),
        'UTC',
      ),
    ).toBeUndefined()
    expect(
      cosinor(
        wave(3, (i) => i > 1),
        'UTC',
      ),
    ).toBeUndefined()
  })
})
