import { describe, expect, it } from 'vitest'
import type { Flaw } from './flaw.ts'
import { daysBefore } from './history.ts'
import { SimFleet } from './sim-fleet.ts'

const DEVICES = 24
const UNTIL_MS = 420_000
const FLAWED: readonly Flaw[] = [
  'grant-from-receipt',
  'grant-outlives-clock',
  'grants-while-pulled',
]

/** What is found when a fleet whose centre dies, or whose switch is pulled, is looked at. */
function found(flaw: Flaw, isEveryLook: boolean) {
  const fleet = new SimFleet({ seed: 5, devices: DEVICES, handshakesPerS: 5, flaw })
  daysBefore(fleet, 3)
  const { queue } = fleet.sky
  if (flaw === 'grants-while-pulled') {
    const pull = { kind: 'pull', from: 'app', why: 'to see' } as const
    queue.at(200_000, () => fleet.order('kaya', { what: 'failsafe', do: pull }))
  } else queue.at(240_000, () => fleet.centre.die())
  while (fleet.nowMs < UNTIL_MS && fleet.witness.breach === undefined) {
    if (isEveryLook) for (const device of fleet.devices) fleet.witness.look(device)
    fleet.run(fleet.nowMs + 1000)
  }
  return { breach: fleet.witness.breach, digest: fleet.witness.digest }
}

describe('who watches a simulated fleet', () => {
  it.each(FLAWED)(
    'finds %s at the same moment as by looking at every device each second',
    (flaw) => {
      const seen = found(flaw, false)
      expect(seen).toEqual(found(flaw, true))
      expect(seen.breach?.invariant).toBe('I1')
    },
  )
})
