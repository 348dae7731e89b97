import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import type { SleepSpanH } from './performance-model.ts'
import { kssOfRun, lapsesOfRun, runPerformance } from './performance-run.ts'
import {
  circadianAlertness,
  THREE_PROCESS_INGRE14,
  threeProcess,
  ultradianAlertness,
} from './three-process.ts'
import { UNIFIED_FIPS, UNIFIED_RAMAKRISHNAN16, unifiedModel } from './unified-model.ts'

const GOLDEN = 'golden/circadian/fips'
const UNIFIED = 'data/sleep-loss/fips-unified'
const SCHEDULES = [
  'regular_8h_7d',
  'split_sleep_nap',
  'total_sleep_deprivation_88h',
  'chronic_restriction_4h',
  'night_shift_5',
]
const tpm = threeProcess(THREE_PROCESS_INGRE14)
const { values } = THREE_PROCESS_INGRE14

type Golden = {
  wake: number[]
  TPM: Record<'s' | 'c' | 'u' | 'w' | 'KSS', number[]>
  unified: Record<'s' | 'l' | 'c' | 'w' | 'fatigue', number[]>
}

function scheduleOf({ wake }: Golden): { timesH: Float64Array; sleeps: SleepSpanH[] } {
  const timesH = Float64Array.from(wake, (_, i) => 7 + i / 12)
  const sleeps: SleepSpanH[] = []
  for (let i = 1; i < wake.length; i++) {
    if (wake[i] === 1 || wake[i - 1] === 0) continue
    const end = wake.indexOf(1, i)
    sleeps.push({ onsetH: timesH[i]!, offsetH: end < 0 ? Infinity : timesH[end]! })
  }
  return { timesH, sleeps }
}

function furthest(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  return Math.max(...Array.from(ours, (value, i) => Math.abs(value - theirs[i]!)))
}

describe('performance over sleeps', () => {
  it('is the same however often it is asked', () => {
    const sleeps = [
      { onsetH: 23, offsetH: 31 },
      { onsetH: 50, offsetH: 54.5 },
    ]
    const fine = Float64Array.from({ length: 600 }, (_, i) => 8 + 0.1 * i)
    for (const model of [tpm, unifiedModel(UNIFIED_RAMAKRISHNAN16)]) {
      const often = runPerformance(model, sleeps, fine)
      const once = runPerformance(model, sleeps, Float64Array.of(8, fine[599]!))
      const width = model.stateNames.length
      for (let k = 0; k < width; k++) {
        expect(once.states[width + k]).toBeCloseTo(often.states[599 * width + k]!, 10)
      }
      expect(once.inertia[1]).toBeCloseTo(often.inertia[599]!, 10)
    }
  })

  it('keeps sleep inertia apart from sleepiness, which stays within 1..9', () => {
    const times = Float64Array.from({ length: 1000 }, (_, i) => 7 + i / 8)
    const run = runPerformance(tpm, [{ onsetH: 23, offsetH: 31 }], times)
    const { kss, inertiaKss } = kssOfRun(values, run)
    expect(inertiaKss[192]).toBeCloseTo(3.432, 3)
    expect(inertiaKss[192 + 32]).toBeLessThan(0.01)
    expect(inertiaKss[150]).toBeCloseTo(0, 12)
    expect(Math.max(...kss)).toBe(9)
    expect(kss[192]).toBeLessThan(6)
  })

  it('lets a person whose clock runs later be alert later', () => {
    const times = Float64Array.from({ length: 240 }, (_, i) => 7 + i / 10)
    const usual = runPerformance(tpm, [], times)
    const late = runPerformance(tpm, [], times, { clockLaterH: 3 })
    expect(late.circadian[30 + 60]).toBeCloseTo(usual.circadian[60]!, 10)
  })
})

describe.skipIf(!hasShared(GOLDEN))(`the models and FIPS (${SHARED_MISSING})`, () => {
  it.each(SCHEDULES)('has all processes of the three-process model to 1e-9: %s', (name) => {
    const golden = sharedJson<Golden>(`${GOLDEN}/${name}.json`)
    const { timesH, sleeps } = scheduleOf(golden)
    const run = runPerformance(tpm, sleeps, timesH, { awakeForH: 0 })
    const C = timesH.map((hour) => circadianAlertness(values, hour))
    const U = timesH.map((hour) => ultradianAlertness(values, hour))
    expect(furthest(C, golden.TPM.c)).toBeLessThan(1e-9)
    expect(furthest(U, golden.TPM.u)).toBeLessThan(1e-9)
    expect(furthest(run.inertia, golden.TPM.w)).toBeLessThan(1e-9)
    if (name === 'night_shift_5') return
    const line = run.states.map((S, i) => 10.6 - 0.6 * (S + C[i]! + U[i]! + run.inertia[i]!))
    expect(furthest(run.states, golden.TPM.s)).toBeLessThan(1e-9)
    expect(furthest(line, golden.TPM.KSS)).toBeLessThan(1e-9)
  })

  it('has no jump where a nap begins above the break level; FIPS drops by 0.066 there', () => {
    const golden = sharedJson<Golden>(`${GOLDEN}/night_shift_5.json`)
    const { timesH, sleeps } = scheduleOf(golden)
    const { states } = runPerformance(tpm, sleeps, timesH, { awakeForH: 0 })
    const nap = timesH.indexOf(57)
    expect(furthest(states.subarray(0, nap), golden.TPM.s.slice(0, nap))).toBeLessThan(1e-9)
    expect(states[nap]).toBeGreaterThan(values.bl)
    expect(states[nap]! - golden.TPM.s[nap]!).toBeCloseTo(0.066, 3)
    const gaps = states.map((S, i) => S - golden.TPM.s[i]!).subarray(nap)
    expect(gaps.every((gap, i) => gap < 0.0662 && (i === 0 || gap <= gaps[i - 1]! + 1e-9))).toBe(
      true,
    )
  })

  it.each(SCHEDULES)('has all of the unified model to 1e-9: %s', (name) => {
    const golden = sharedJson<Golden>(`${GOLDEN}/${name}.json`)
    const { timesH, sleeps } = scheduleOf(golden)
    const run = runPerformance(unifiedModel(UNIFIED_FIPS), sleeps, timesH, { awakeForH: 0 })
    const [S, L] = [0, 1].map((k) => timesH.map((_, i) => run.states[2 * i + k]!))
    const fatigue = S!.map((s, i) => s + run.circadian[i]!)
    expect(furthest(S!, golden.unified.s)).toBeLessThan(1e-9)
    expect(furthest(L!, golden.unified.l)).toBeLessThan(1e-9)
    expect(furthest(run.inertia, golden.unified.w)).toBeLessThan(1e-9)
    expect(furthest(fatigue, golden.unified.fatigue)).toBeLessThan(1e-9)
  })
})

describe.skipIf(!hasShared(UNIFIED))(`a simulation by FIPS as a table (${SHARED_MISSING})`, () => {
  it('is met to 1e-10 with the parameters of its file', () => {
    const told = readFileSync(sharedPath(`${UNIFIED}/simulation_unified_params.txt`), 'utf8')
    const numbers = new Map(
      told
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/) as [string, string]),
    )
    const of = (name: string): number => Number(numbers.get(name))
    const model = unifiedModel({
      ...UNIFIED_FIPS,
      values: {
        ...UNIFIED_FIPS.values,
        U0: of('U0'),
        phi: of('phi'),
        kappa: of('kappa'),
        tauS: of('tau_s'),
        tauW: of('tau_w'),
        tauLa: of('tau_la'),
        wc: of('wc'),
        wd: of('wd'),
      },
    })
    const lines = readFileSync(sharedPath(`${UNIFIED}/simulation_unified.csv`), 'utf8').trim()
    const rows = lines
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
    const timesH = Float64Array.from(rows, (_, i) => 4 + i / 12)
    const sleeps: SleepSpanH[] = []
    for (const [i, row] of rows.entries()) {
      if (row[2] === 'TRUE' || (i > 0 && rows[i - 1]![2] === 'FALSE')) continue
      const woke = rows.findIndex((r, j) => j > i && r[2] === 'TRUE')
      sleeps.push({ onsetH: timesH[i]!, offsetH: woke < 0 ? Infinity : timesH[woke - 1]! })
    }
    const start = { initialState: [of('S0'), of('L0')] }
    const run = runPerformance(model, sleeps, timesH, start)
    const column = (name: string): number[] => {
      const k = lines.slice(0, lines.indexOf('\n')).replaceAll('"', '').split(',').indexOf(name)
      return rows.map((row) => Number(row[k]))
    }
    expect(rows.length).toBe(2821)
    expect(
      furthest(
        timesH.map((_, i) => run.states[2 * i]!),
        column('s'),
      ),
    ).toBeLessThan(1e-10)
    expect(
      furthest(
        timesH.map((_, i) => run.states[2 * i + 1]!),
        column('l'),
      ),
    ).toBeLessThan(1e-10)
    const lapses = timesH.map((_, i) => run.states[2 * i]! + run.circadian[i]!)
    expect(furthest(lapses, column('lapses'))).toBeLessThan(1e-10)
    expect(
      furthest(
        lapsesOfRun(run),
        column('lapses').map((x) => Math.max(x, 0)),
      ),
    ).toBeLessThan(1e-10)
  })
})
