import { expect, it } from 'vitest'
import { runStorm } from './storm-lanes.ts'

it('a seed that the simulation fails on is told, and its worker goes on with the next', async () => {
  const told: string[] = []
  const { signal } = new AbortController()
  const seeds = [1, 2, 3]
  await runStorm(
    { seeds, setting: { devices: 2 ** 53, minutes: 1 }, workers: 1, signal },
    {
      share: () => undefined,
      ended: async (seed) => void told.push(`${seed} ended`),
      failed: (seed, why) => told.push(`${seed} ${why.split(':')[0]}`),
      died: (seed, how) => told.push(`${seed} ${how}`),
    },
  )
  expect(told).toEqual(seeds.map((seed) => `${seed} Error`))
})
