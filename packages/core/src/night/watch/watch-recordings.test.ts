import { readFileSync } from 'node:fs'
import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { dreamsFolder, readDreams } from '#test/dreams.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import {
  eventAgreement,
  pooledEventAgreement,
  unionOfEvents,
} from '../../sleep/event/event-agreement.ts'
import { detectEyeMovements } from '../../sleep/event/eye-movement.ts'
import { detectSlowWaves } from '../../sleep/event/slow-wave.ts'
import type { LiveStagerModel } from './live-stager.ts'
import type { Montage } from './montage.ts'
import type { EventSeen } from './seen.ts'
import { loadStarterStager } from './starter-stager.ts'
import { createWatch } from './watch.ts'

function watched(
  montage: Montage,
  columns: readonly Float32Array[],
  model?: LiveStagerModel,
): EventSeen[] {
  const watch = createWatch(montage, model)
  const seen: EventSeen[] = []
  for (let at = 0; at < columns[0]!.length; at += 256) {
    const pieces = columns.map((column) => column.subarray(at, at + 256))
    watch.push(at, pieces)
    for (const event of watch.events) if (event.kind === 'seen') seen.push(event)
  }
  return seen
}

const folder = dreamsFolder()

describe.skipIf(folder === undefined)(`half hours of four patients (${SHARED_MISSING})`, () => {
  const excerpts = folder === undefined ? [] : readDreams(folder)
  const seen: EventSeen[][] = []
  beforeAll(async () => {
    const model = await loadStarterStager()
    for (const { samples, rateHz } of excerpts) {
      const montage: Montage = { rateHz, channels: [{ label: 'Cz-A1', role: 'eeg' }] }
      seen.push(watched(montage, [Float32Array.from(samples)], model))
    }
  }, 240_000)

  it('have the spindles of their experts, within .6 s of the first expert mark', () => {
    const delays: number[] = []
    const parts = excerpts.map(({ rateHz, experts }, k) => {
      const spindles = seen[k]!.filter(({ what }) => what === 'spindle-end').map(
        ({ from, to }) => ({
          startS: from / rateHz,
          durationS: (to - from) / rateHz,
        }),
      )
      const called = seen[k]!.filter(({ what }) => what === 'spindle')
      const union = unionOfEvents(experts)
      for (const { startS, durationS } of union) {
        const at = called
          .map(({ sample }) => sample / rateHz)
          .find((t) => t > startS - 0.1 && t < startS + durationS + 0.2)
        if (at !== undefined) delays.push(at - startS)
      }
      return eventAgreement(spindles, union)
    })
    expect(pooledEventAgreement(parts).f1).toBeGreaterThan(0.62)
    delays.sort((a, b) => a - b)
    expect(delays[delays.length >> 1]).toBeLessThan(0.63)
  })

  it('have nine in ten of the slow waves that YASA finds in hindsight', () => {
    let [found, all] = [0, 0]
    excerpts.forEach(({ samples, rateHz }, k) => {
      const waves = seen[k]!.filter(({ what }) => what === 'slow-wave').map(({ at }) => at / rateHz)
      for (const { negPeakS } of detectSlowWaves(samples, rateHz)) {
        all++
        if (waves.some((at) => Math.abs(at - negPeakS) < 0.25)) found++
      }
    })
    expect(all).toBeGreaterThan(300)
    expect(found / all).toBeGreaterThan(0.85)
  })

  it('move no more often in N2 and N3 than ten times an hour', () => {
    let [moves, seconds] = [0, 0]
    excerpts.forEach(({ rateHz, hypnogram }, k) => {
      const deep = (s: number): boolean => /N2|N3/.test(hypnogram.stages[Math.floor(s / 5)] ?? '?')
      for (const { what, sample } of seen[k]!) {
        if (what === 'movement' && deep(sample / rateHz)) moves++
      }
      seconds += 5 * hypnogram.stages.filter((stage) => /N2|N3/.test(stage)).length
    })
    expect(moves / (seconds / 3600)).toBeLessThan(10)
  })
})

const EYES = 'golden/eeg/src/data_EOGs_REM_256Hz.npz'

describe.skipIf(!hasShared(EYES))(`fourteen minutes of REM (${SHARED_MISSING})`, () => {
  it('have most of the eye movements that YASA finds in hindsight, and no eye signal', () => {
    const bytes = unzipSync(readFileSync(sharedPath(EYES)))['data.npy']!
    const start = 10 + (bytes[8]! | (bytes[9]! << 8))
    const data = new Float64Array(bytes.slice(start).buffer)
    const [left, right] = [data.subarray(0, data.length / 2), data.subarray(data.length / 2)]
    const roles = ['eeg', 'eog-left', 'eog-right'] as const
    const montage = { rateHz: 256, channels: roles.map((role) => ({ label: role, role })) }
    const seen = watched(
      montage,
      [left, left, right].map((x) => Float32Array.from(x)),
    )
    const called = seen.filter(({ what }) => what === 'eye-movement').map((e) => e.sample / 256)
    const truth = detectEyeMovements(left, right, 256).map(({ peakS }) => peakS)
    const near = (a: number, peakS: number): boolean => a > peakS - 0.1 && a < peakS + 0.6
    const found = truth.filter((peakS) => called.some((a) => near(a, peakS)))
    const rightly = called.filter((a) => truth.some((peakS) => near(a, peakS)))
    expect(found.length / truth.length).toBeGreaterThan(0.7)
    expect(rightly.length / called.length).toBeGreaterThan(0.75)
    expect(seen.filter(({ what }) => what === 'lrlr')).toEqual([])
  })
})
