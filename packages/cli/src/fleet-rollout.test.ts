import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeskRig } from '#test/desk-rig.ts'
import { callFleet } from '#test/fleet-call.ts'
import { loopBox } from '#test/loop-box.ts'
import { type Cohort, type DeviceId, partitionOf, stratumOf } from '../../core/src/fleet/index.ts'
import { runFleetIncidents } from './fleet-incidents.ts'
import { runFleetRollout } from './fleet-rollout.ts'

let home = ''
let box = ''
const at = (name: string): string => join(home, name)

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'nocturne-rollout-'))
  box = at('night.box')
  await writeFile(box, await loopBox(0.5))
  const parameters = {
    good: {},
    same: { cueEveryS: 90 },
    suspect: { predictor: 1, cueEveryS: 90 },
  }
  for (const [name, changed] of Object.entries(parameters)) {
    await writeFile(at(`${name}.json`), JSON.stringify({ name, version: '1', parameters: changed }))
  }
})

afterAll(() => rm(home, { recursive: true }))

describe('nocturne fleet rollout', () => {
  it('rehearses a release on recorded nights: passed, and in what it decides otherwise (F40)', async () => {
    const same = await callFleet(runFleetRollout, ['rehearse', box], { release: at('good.json') })
    expect(same.code).toBe(0)
    expect(same.out).toContain('1 nights: 0 of')
    const options = { release: at('suspect.json'), report: at('report.json'), json: true }
    const other = await callFleet(runFleetRollout, ['rehearse', box, box], options)
    const report = JSON.parse(other.out) as { differences: number; nights: object[] }
    expect(report.differences).toBeGreaterThan(0)
    expect(report.nights.length).toBe(2)
    expect(await readFile(at('report.json'), 'utf8')).toBe(other.out)
  })

  it('does not pass a release on bytes that end in the middle of a night', async () => {
    const bytes = await readFile(box)
    await writeFile(at('torn.box'), bytes.subarray(0, bytes.length - 40))
    const torn = await callFleet(runFleetRollout, ['rehearse', at('torn.box')], {
      release: at('good.json'),
    })
    expect([torn.code, torn.out.includes('cannot be followed to its end')]).toEqual([1, true])
  })

  it('draws who is in a ring again, for everyone the same (F47)', async () => {
    const names = Array.from(
      { length: 200 },
      (_, k) => `bed-${k} ${k % 4 === 0 ? 'late' : 'early'}`,
    )
    await writeFile(at('devices.txt'), `# device stratum\n${names.join('\n')}\n`)
    const drawn = (seed: string) =>
      callFleet(runFleetRollout, ['assign', at('devices.txt')], { seed, share: '10', json: true })
    const first = JSON.parse((await drawn('spring')).out) as { devices: string[]; strata: object[] }
    const [late, early] = first.strata
    expect([late, early]).toMatchObject([
      { stratum: 'late', all: 50 },
      { stratum: 'early', all: 150 },
    ])
    // Each partition rounds for itself.
    expect(Math.abs(first.devices.length - 20)).toBeLessThan(12)
    expect((await drawn('spring')).out).toBe((await drawn('spring')).out)
    expect(JSON.parse((await drawn('autumn')).out)).not.toEqual(first)
    await writeFile(at('twice.txt'), 'bed-1 a\nbed-1 a\n')
    const twice = callFleet(runFleetRollout, ['assign', at('twice.txt')], { seed: 'a' })
    await expect(twice).rejects.toThrow('line 2')
  })

  it('draws of 1,000 devices just those to whom the desk of a centre gives the release (F47)', async () => {
    const rig = new DeskRig(256)
    const beds = Array.from({ length: 1000 }, (_, k) => {
      const name = `bed-${k}`
      const cohort: Cohort = {
        ...{ chronotype: k % 3 === 0 ? ('late' as const) : 'early', district: 'harbour' },
        age: k % 5 === 0 ? '60-on' : '30-59',
      }
      const bed = rig.bring(name, { cohort }, partitionOf(name as DeviceId))
      return { bed, line: `${name} ${stratumOf(cohort, 'control')}` }
    })
    rig.pass(1)
    const plan = { id: 'r2', release: 2, baseline: 1, seed: 'spring' }
    rig.order('kaya', { what: 'open-rollout', plan })
    const [held] = rig.desk.rollouts
    // Its ring of a tenth.
    rig.desk.rollouts = [{ ...held!, ring: 5, ringSinceMs: rig.atMs, revision: 9 }]
    rig.desk.isStale = true
    rig.pass(2)
    const told = beds.filter(({ bed }) => bed.updates.length > 0).map(({ bed }) => bed.device)
    await writeFile(at('fleet.txt'), `${beds.map(({ line }) => line).join('\n')}\n`)
    const options = { seed: 'spring', share: '10', json: true }
    const { out } = await callFleet(runFleetRollout, ['assign', at('fleet.txt')], options)
    const { devices } = JSON.parse(out) as { devices: string[] }
    expect(devices).toEqual(told)
    expect(Math.abs(told.length - 100)).toBeLessThan(30)
  })

  it('says beforehand how many nights it takes to know anything', async () => {
    const { out } = await callFleet(runFleetRollout, ['needs'], { devices: '10000', ratio: '3' })
    expect(out).toContain('10000 devices')
    expect(out).toMatch(/1 %: [\d.]+ (h|nights) to stop a release at 3 x/)
    await expect(callFleet(runFleetRollout, ['what'])).rejects.toThrow('rehearse BOX')
  })
})

describe('nocturne fleet incidents', () => {
  const pair = () => ({ good: at('good.json'), suspect: at('suspect.json') })

  it('explains a box: the first decision in which the suspect departs, and which parameter did it', async () => {
    const { code, out } = await callFleet(runFleetIncidents, ['explain', box], pair())
    expect(code).toBe(0)
    expect(out).toMatch(/first at \d\d:\d\d:\d\d/)
    expect(out).toContain('alone')
  })

  it('says that a release decides the same on these inputs', async () => {
    const options = { good: at('good.json'), suspect: at('same.json') }
    const { code, out } = await callFleet(runFleetIncidents, ['explain', box], options)
    expect([code, out.includes('the same decisions all along')]).toEqual([1, true])
    await expect(callFleet(runFleetIncidents, ['explain', box], {})).rejects.toThrow('--good')
  })

  it('writes the post-mortem of an exported incident, and of nothing else', async () => {
    const incident = {
      ...{ id: 'i-1', key: 'dream: release 2', status: 'open', metric: 'REM density', signals: 1 },
      ...{ openedMs: 0, evidence: [], cohorts: [], actions: [], pieces: [], timeline: [] },
    }
    await writeFile(at('incident.json'), JSON.stringify(incident))
    const { out } = await callFleet(runFleetIncidents, ['post-mortem', at('incident.json')])
    expect(out).toContain('# Incident i-1')
    for (const text of ['null', '{}', 'no']) {
      await writeFile(at('none.json'), text)
      const none = callFleet(runFleetIncidents, ['post-mortem', at('none.json')])
      await expect(none).rejects.toThrow('got no incident')
    }
  })
})
