import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callFleet } from '#test/fleet-call.ts'
import { runFleetDrill } from './fleet-drill.ts'

let home = ''
const runsOf = (out: string) =>
  (JSON.parse(out) as { runs: readonly { seed: number; digest: number }[] }).runs

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'nocturne-drill-'))
})
afterAll(() => rm(home, { recursive: true }))

describe('nocturne fleet drill', () => {
  it('tells a story, draws it, and passes', async () => {
    const picture = join(home, 'drill.svg')
    const { code, out } = await callFleet(runFleetDrill, [], { devices: '20', picture })
    expect(out).toContain('one person pulls the switch')
    expect(out).toContain('invariants  I1 to I9 held')
    expect(code).toBe(0)
    expect(await readFile(picture, 'utf8')).toContain('The failsafe, rehearsed')
  })

  it('runs storms over seeds, says how many were clean, and is one document of JSON', async () => {
    const options = { seeds: '3-4', devices: '8', hours: '0.05', workers: '1', json: true }
    const { code, out } = await callFleet(runFleetDrill, [], options)
    const runs = runsOf(out)
    expect(runs.map(({ seed }) => seed)).toEqual([3, 4])
    expect(code).toBe(0)
    const one = await callFleet(runFleetDrill, [], { ...options, seeds: '4' })
    expect(runsOf(one.out)[0]!.digest).toBe(runs[1]!.digest)
  })

  it('refuses what it cannot rehearse', async () => {
    for (const options of [{ devices: '2.5' }, { seeds: '9-3' }, { picture: 'a.gif' }]) {
      await expect(callFleet(runFleetDrill, [], options)).rejects.toThrow(/expected/)
    }
    await expect(callFleet(runFleetDrill, ['now'], {})).rejects.toThrow('got "now"')
  })
})
