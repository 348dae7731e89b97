import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callFleet } from '#test/fleet-call.ts'
import { loopBox } from '#test/loop-box.ts'
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
    expect(first.strata).toEqual([
      { stratum: 'late', all: 50, inRing: 5 },
      { stratum: 'early', all: 150, inRing: 15 },
    ])
    expect((await drawn('spring')).out).toBe((await drawn('spring')).out)
    expect(JSON.parse((await drawn('autumn')).out)).not.toEqual(first)
    await writeFile(at('twice.txt'), 'bed-1 a\nbed-1 a\n')
    const twice = callFleet(runFleetRollout, ['assign', at('twice.txt')], { seed: 'a' })
    await expect(twice).rejects.toThrow('line 2')
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
