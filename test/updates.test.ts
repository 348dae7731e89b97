import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shippedRelease } from '../packages/core/src/night/loop/index.ts'
import { FacilityProcess } from './facility-process.ts'
import { loopBox } from './loop-box.ts'
import { runNocturne } from './nocturne.ts'

let home = ''
let url = ''
let releases = ''
let facility: FacilityProcess | undefined

/** What somebody types, to its end: with the operator's token, in a home of its own. */
async function typed(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const token = readFileSync(join(home, 'facility', 'admin-token'), 'utf8').trim()
  return runNocturne(words, {
    ...{ NOCTURNE_HOME: home, NOCTURNE_FACILITY: url, NOCTURNE_FACILITY_TOKEN: token },
  })
}

async function done(...words: string[]): Promise<string> {
  const call = await typed(...words)
  if (call.code !== 0) throw new Error(`${words.join(' ')}\n${call.out}${call.err}`)
  return call.out
}

/** A short night of the one device, with updates; more of it where it has to hear something. */
function night(hours: number): Promise<{ code: number; out: string; err: string }> {
  const source = ['--source', 'synth:1', '--hours', String(hours), '--speed', '30']
  return typed('edge', '--facility', url, ...source, '--updates', '--frame-s', '1', '--json')
}

type Device = { readonly device: string; readonly release: number }

async function device(): Promise<Device> {
  const { devices } = JSON.parse(await done('fleet', 'devices', '--json')) as { devices: Device[] }
  return devices[0]!
}

/** The releases that a night ran under, by its black box. */
async function releasesOf({ out }: { readonly out: string }): Promise<string[]> {
  const { box } = JSON.parse(out) as { box: string }
  return (JSON.parse(await done('box', box, '--json')) as { releases: string[] }).releases
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'nocturne-updates-'))
  releases = join(home, 'releases')
  expect((await runNocturne(['fleet', 'releases', 'keygen', releases])).code).toBe(0)
  facility = await FacilityProcess.start(join(home, 'facility'), ['--releases', releases])
  url = facility.url
}, 120_000)

afterAll(async () => {
  await facility?.end('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

describe('a release on its way to one device', { timeout: 300_000 }, () => {
  it('is signed offline, chosen online, rehearsed, and goes to the staff first', async () => {
    const first = await night(0.05)
    expect([first.code, first.err]).toEqual([0, expect.stringContaining('enrolled')])
    const { device: name, release } = await device()
    expect(release).toBe(0)
    const [next, golden] = [join(home, 'next.json'), join(home, 'golden.box')]
    const parameters = { least30sDeltaUv: 8 }
    writeFileSync(next, JSON.stringify({ name: 'next', version: '0.2.0', parameters }))
    writeFileSync(golden, await loopBox(0.1))
    const kind = ['--hardware', 'bedside-box']
    const what = ['--number', '1', '--release', next, '--golden', golden]
    const code = ['--code', shippedRelease().version]
    await done('fleet', 'releases', 'sign', releases, ...what, ...kind, ...code)
    await done('fleet', 'releases', 'publish', releases, '--to', '1', '--devices', name, ...kind)
    await done('fleet', 'devices', 'staff', name)
    await done('fleet', 'rollout', 'open', 'spring', '--number', '1', '--after', '0')
    const report = join(home, 'report.json')
    writeFileSync(report, JSON.stringify({ passed: true }))
    for (const ring of ['twin', 'replay']) {
      await done('fleet', 'rollout', 'report', 'spring', '--ring', ring, '--report', report)
    }
  })

  it('is taken at the end of a night, tried on the golden night, and runs from the next on', async () => {
    const taking = await night(0.05)
    expect([taking.code, taking.err]).toEqual([0, expect.stringContaining('release 1 is running')])
    expect((await device()).release).toBe(1)
    expect(await releasesOf(taking)).toEqual([`nocturne ${shippedRelease().version}`])
    expect(await releasesOf(await night(0.02))).toEqual(['next 0.2.0'])
    expect((await device()).release).toBe(1)
  })

  it('is taken back within the night in which somebody stops it', async () => {
    const running = night(0.3)
    await new Promise((later) => setTimeout(later, 4000))
    await done('fleet', 'rollout', 'stop', 'spring')
    const { code, err } = await running
    expect(code).toBe(0)
    expect(err).toContain('release as shipped is')
    expect((await device()).release).toBe(0)
  })
})
