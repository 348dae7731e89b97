import { describe, expect, it } from 'vitest'
import { runOrdeal } from './ordeal.ts'

/** In the night ten thousand devices for four hours, which takes about half an hour. */
const SETTING =
  process.env.NOCTURNE_NIGHTLY !== undefined
    ? { seed: 2026, devices: 10_000, minutes: 240 }
    : { seed: 2026, devices: 200, minutes: 3 }

describe('a large fleet under every fault', () => {
  it('keeps I1 to I9 in every partition at once', { timeout: 28_800_000 }, () => {
    const { breach, counts, simulatedS } = runOrdeal(SETTING)
    expect(breach).toBe(undefined)
    expect(simulatedS).toBeGreaterThan(SETTING.minutes * 60)
    const { received, durable, rejected, lost } = counts
    expect(received).toBeGreaterThan(SETTING.devices * SETTING.minutes)
    // What still waits for the disk at the last moment is not counted as anything yet.
    expect(received - durable - rejected - lost).toBeLessThan(SETTING.devices)
    expect(received - durable - rejected - lost).toBeGreaterThanOrEqual(0)
  })
})
