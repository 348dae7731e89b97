import { describe, expect, it } from 'vitest'
import { clockDocument, clockTimeOf } from './clock-document.ts'
import { readClockDocument } from './clock-document-reader.ts'
import { fitOfNights } from './clock-fit.ts'
import type { FitNight } from './fit-night.ts'
import { populationPosterior } from './population-sleeper.ts'
import { posteriorOf } from './posterior-draws.ts'

const NIGHT: FitNight = {
  day: 20_000,
  zoneH: 0,
  bedH: -1,
  onsetH: -0.75,
  offsetH: 7,
  weekday: true,
  provenance: 'reported',
}
const fit = fitOfNights([NIGHT], 'UTC', { records: [] })
const document = clockDocument(fit)

describe('the document of a fit', () => {
  it('has the fields that other programs rely on', () => {
    const { tauH, phase, sleepNeedH, lightSensitivity, ledger, nights, ensemble } = document
    for (const interval of [tauH, sleepNeedH, lightSensitivity]) {
      expect(interval.lo80).toBeLessThan(interval.median)
      expect(interval.median).toBeLessThan(interval.hi80)
    }
    expect(phase.cbtmin.median).toEqual({
      hours: expect.any(Number),
      text: expect.stringMatching(/^\d\d:\d\d$/),
    })
    expect(ledger[0]).toMatchObject({ evidence: 'habit', moved: { tauMin: expect.any(Number) } })
    expect(nights).toBe(1)
    expect(ensemble[0]).toMatchObject({ model: 'jewett99', cbtmin: { text: expect.any(String) } })
  })

  it('is read back as the posterior it came from', () => {
    const read = readClockDocument(JSON.parse(JSON.stringify(document)))
    if (!read.ok) throw new Error(read.problem.where)
    const posterior = posteriorOf(fit)
    expect(read.value.draws).toHaveLength(posterior.draws.length)
    expect(read.value.atMs).toBe(posterior.atMs)
    expect(read.value.draws[7]!.tauH).toBeCloseTo(posterior.draws[7]!.tauH, 4)
    expect(read.value.draws[7]!.state[0]).toBeCloseTo(posterior.draws[7]!.state[0]!, 7)
  })

  it.each([
    [null, 'document'],
    [{ ...document, zone: 'Nowhere/City' }, 'zone'],
    [{ ...document, draws: [] }, 'draws'],
    [{ ...document, draws: [{ ...document.draws[0], tauH: '24' }] }, 'draws[0].tauH'],
    [{ ...document, draws: [{ ...document.draws[0], state: [1] }] }, 'draws[0].state'],
    [{ ...document, draws: [{ ...document.draws[0], model: 'clockwork' }] }, 'draws[0].model'],
  ])('is refused with the place of the fault (%#)', (broken, where) => {
    expect(readClockDocument(broken)).toMatchObject({
      ok: false,
      problem: { code: 'CLOCK_DOCUMENT', where },
    })
  })

  it('writes hours before midnight and after as clock times', () => {
    expect(clockTimeOf(-3.2)).toEqual({ hours: 20.8, text: '20:48' })
    expect(clockTimeOf(25.5)).toEqual({ hours: 1.5, text: '01:30' })
    expect(clockTimeOf(-0.001)).toMatchObject({ text: '00:00' })
  })
})

describe('a person of whom only the usual hours are known', () => {
  const atMs = Date.UTC(2026, 10, 26, 12)
  const posterior = populationPosterior({ onsetH: 23.2, offsetH: 7 }, 'Europe/Berlin', atMs)

  it('is the population: equal sleepers of three models whose states hold for this waking', () => {
    const models = new Set(posterior.draws.map(({ model }) => model))
    expect([...models].sort()).toEqual(['forger99', 'hannay19', 'jewett99'])
    expect(posterior.atMs).toBeLessThanOrEqual(atMs)
    expect(atMs - posterior.atMs).toBeLessThan(24 * 3_600_000)
    const sum = posterior.draws.reduce((total, { weight }) => total + weight, 0)
    expect(sum).toBeCloseTo(1, 12)
  })

  it('has no sleep need but that of everyone', () => {
    const needs = posterior.draws.map(({ sleepNeedH }) => sleepNeedH)
    expect(new Set(needs).size).toBe(1)
    expect(needs[0]).toBeCloseTo(8.1, 9)
  })
})
