import { describe, expect, it } from 'vitest'
import { spreadWindowS } from '../recovery/spread.ts'
import { LONGEST_STORM_S, runStorm, spreadComingBack } from './storm.ts'

const STORM = { devices: 100_000, handshakesPerS: 1000, powerWithinS: 5, doorOpensS: 0, seed: 5 }
const OURS = spreadComingBack(spreadWindowS(STORM.devices, STORM.handshakesPerS))

describe('a fleet that comes back all at once', () => {
  it('by spread windows asks once each, below what the door can do, and is back in 1.3 N/C (F70, F71)', () => {
    const seen = runStorm(STORM, OURS)
    expect(seen.peakOfferedPerS).toBeLessThanOrEqual(STORM.handshakesPerS)
    expect(seen.attemptsPerDevice).toBeLessThan(1.1)
    expect(seen.t99S).toBeLessThan((1.3 * STORM.devices) / STORM.handshakesPerS)
  })

  it('after a long outage of the centre too: the back-off is as wide as the fleet (F72)', () => {
    const seen = runStorm({ ...STORM, doorOpensS: 1200 }, OURS)
    expect(seen.peakOfferedPerS).toBeLessThanOrEqual(STORM.handshakesPerS)
    expect(seen.attemptsAtDoor).toBeLessThan(1.1)
    expect(seen.allS).toBeLessThan(2 * 300)
  })

  it('by a fixed retry hammers the door, which lets in its rate all the same (F73)', () => {
    const fixed = { name: 'fixed', firstWaitS: () => 0, nextWaitS: () => 5 }
    const seen = runStorm(STORM, fixed)
    expect(seen.peakOfferedPerS).toBeGreaterThan(10 * STORM.handshakesPerS)
    expect(seen.peakAdmittedPerS).toBeLessThanOrEqual(1.1 * STORM.handshakesPerS)
    expect(seen.attemptsPerDevice).toBeGreaterThan(5)
  })

  it('through a door that stays shut is never back, and that is told', () => {
    const seen = runStorm({ ...STORM, devices: 10, handshakesPerS: 0.0001 }, OURS)
    expect(seen.allS).toBe(Number.POSITIVE_INFINITY)
    expect(LONGEST_STORM_S).toBe(14_400)
  })

  it('comes again from its seed', () => {
    expect(runStorm(STORM, OURS)).toEqual(runStorm(STORM, OURS))
  })
})
