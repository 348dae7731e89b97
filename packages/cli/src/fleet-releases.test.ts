import { webcrypto } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, readDocument, startTrust, verifyUpdate } from '@nocturne/core/fleet'
import { sha256 } from '@nocturne/core/math'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callFleet } from '#test/fleet-call.ts'
import { loopBox } from '#test/loop-box.ts'
import { runFleetReleases } from './fleet-releases.ts'

let home = ''
let folder = ''
let parameters = ''
let golden = ''

const DEVICE = { device: 'bed-1', hardware: 'box-1', code: '0.1.0' }

function call(verb: string, options: Record<string, string | boolean> = {}) {
  return callFleet(runFleetReleases, [verb, folder], options)
}

function sign(number: number, options: Record<string, string> = {}) {
  const usual = { release: parameters, golden, hardware: 'box-1,browser', code: '0.1.0' }
  return call('sign', { ...usual, number: String(number), ...options })
}

function publish(to: number) {
  return call('publish', { to: String(to), devices: 'bed-1,bed-2', hardware: 'box-1' })
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'nocturne-releases-'))
  folder = join(home, 'releases')
  parameters = join(home, 'next.json')
  const release = { name: 'next', version: '0.2.0', parameters: { least30sDeltaUv: 8 } }
  await writeFile(parameters, JSON.stringify(release))
  golden = join(home, 'golden.box')
  await writeFile(golden, await loopBox(0.1))
})

afterAll(() => rm(home, { recursive: true }))

describe('nocturne fleet releases', () => {
  it('makes keys once, private ones for their owner alone, and a root', async () => {
    expect((await call('keygen')).out).toContain('move ')
    for (const key of ['offline/root-1', 'offline/targets', 'online/director']) {
      const { mode } = await stat(join(folder, 'keys', `${key}.json`))
      expect(mode & 0o077).toBe(0)
    }
    await expect(call('keygen')).rejects.toThrow('its keys are not made again')
  })

  it('signs a release offline, publishes it online, and a device takes it', async () => {
    expect((await sign(1)).out).toContain('release 1 is signed: 1/parameters')
    expect((await publish(1)).out).toContain('release 1 for bed-1, bed-2')
    const taken = await call('verify', DEVICE)
    expect([taken.code, taken.out]).toEqual([0, 'bed-1 takes release 1\n'])
    const other = await call('verify', { ...DEVICE, device: 'bed-9', json: true })
    expect(other.code).toBe(1)
    expect(JSON.parse(other.out)).toMatchObject({ problem: { code: 'UPDATE_DEVICE' } })
    expect((await call('verify', { ...DEVICE, hardware: 'box-2' })).out).toContain(
      'UPDATE_HARDWARE',
    )
  })

  it('lists what is signed, and says that offline keys do not belong there', async () => {
    const { out } = await call('list')
    expect(out).toMatch(
      /^release 1\n {2}1\/parameters: \d+ bytes, for box-1 browser, program 0.1.0\n/,
    )
    expect(out).toContain('the offline keys lie in this folder: move them')
    expect(JSON.parse((await call('list', { json: true })).out)).toMatchObject({ version: 1 })
  })

  it('has a device refuse what was changed, and what was signed and not published', async () => {
    const file = join(folder, 'files', '1', 'parameters')
    const bytes = await readFile(file)
    await writeFile(file, '{}')
    expect((await call('verify', DEVICE)).out).toContain('UPDATE_CONTENT')
    await writeFile(file, bytes)
    await sign(2)
    expect((await call('verify', DEVICE)).out).toContain('UPDATE_MIX')
    await publish(2)
    expect((await call('verify', { ...DEVICE, running: '1' })).code).toBe(0)
  })

  it('has a failsafe signed by root too, or no device takes it (F36)', async () => {
    const failsafe = join(home, 'failsafe.bin')
    await writeFile(failsafe, 'natural')
    await sign(3, { failsafe })
    await publish(3)
    expect((await call('verify', DEVICE)).out).toContain('UPDATE_FAILSAFE')
    await sign(3, { failsafe, by: 'targets,root-1,root-3' })
    await publish(3)
    expect((await call('verify', DEVICE)).code).toBe(0)
  })

  it('gives a number to one set of bytes, and a release is one that can be read', async () => {
    const other = join(home, 'other.json')
    await writeFile(other, JSON.stringify({ name: 'x', version: '1', parameters: {} }))
    await expect(sign(1, { release: other })).rejects.toThrow('expected a new number')
    await writeFile(other, JSON.stringify({ name: 'x', version: '1', parameters: { none: 1 } }))
    await expect(sign(9, { release: other })).rejects.toThrow('unknown name')
    await expect(publish(8)).rejects.toThrow('expected a release that is signed')
    await expect(sign(9, { by: 'targets,mine' })).rejects.toThrow('got "mine"')
    await expect(call('sign')).rejects.toThrow('--number')
    await expect(callFleet(runFleetReleases, ['verify'])).rejects.toThrow('releases keygen|sign')
  })

  it('keeps with a release the night to try it on, and what comes of it (F37)', async () => {
    const { out } = await sign(4, { json: true } as never)
    const told = (JSON.parse(out) as { golden: { night: string; digest: string } }).golden
    expect(told.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(sha256(await readFile(join(folder, 'files', 'golden', told.night)))).toBe(told.night)
    await expect(
      call('sign', { number: '5', release: parameters, hardware: 'a', code: '1' }),
    ).rejects.toThrow('--golden')
  })

  it('puts a new key in the place of a lost one; the old signs nothing, devices follow the roots', async () => {
    const before = await readFile(join(folder, '1.root.json'))
    const stolen = await readFile(join(folder, 'keys', 'online', 'director.json'))
    await publish(4)
    await expect(call('rekey', { keys: 'root-1,root-2' })).rejects.toThrow('at most one root key')
    await expect(call('rekey', { keys: 'mine' })).rejects.toThrow('got "mine"')
    expect((await call('rekey', { keys: 'director,targets,root-2' })).out).toContain('root 2')
    expect((await call('verify', DEVICE)).out).toContain('UPDATE_SIGNATURES')
    await publish(4)
    expect((await call('verify', DEVICE)).out).toContain('bed-1 takes release 4')
    // A device that knows the first root comes to the second, and takes what its keys signed.
    const trust = startTrust(DEVICE, opened(before))
    const files = new Map<string, Uint8Array>()
    const bundle = {
      roots: [await readFile(join(folder, '2.root.json'))],
      ...{ timestamp: await document('timestamp'), snapshot: await document('snapshot') },
      ...{ targets: await document('targets'), director: await document('director') },
      files: files.set('4/parameters', await readFile(join(folder, 'files', '4', 'parameters'))),
    }
    const taken = await verifyUpdate(webcrypto.subtle, trust, bundle, Date.now())
    expect(taken).toMatchObject({ ok: true, value: { release: 4 } })
    await writeFile(join(folder, 'keys', 'online', 'director.json'), stolen)
    await publish(4)
    expect((await call('verify', DEVICE)).out).toContain('UPDATE_SIGNATURES')
    // The root key that was replaced is one of three again.
    expect((await call('rekey', { keys: 'root-3,director' })).out).toContain('root 3')
    await publish(4)
    expect((await call('verify', DEVICE)).code).toBe(0)
  })

  it('publishes for a ring by its file', async () => {
    const ring = join(home, 'ring.txt')
    await writeFile(ring, 'bed-1\nbed-7\n')
    await call('publish', { to: '4', devices: `@${ring}`, hardware: 'box-1' })
    expect((await call('verify', { ...DEVICE, device: 'bed-7' })).code).toBe(0)
    await writeFile(ring, 'bed 1\n')
    const published = call('publish', { to: '4', devices: `@${ring}`, hardware: 'box-1' })
    await expect(published).rejects.toThrow('got "bed 1"')
    await expect(call('publish', { to: '4', devices: '@none' })).rejects.toThrow('got no file none')
  })
})

function document(role: string): Promise<Buffer> {
  return readFile(join(folder, `${role}.json`))
}

function opened(bytes: Uint8Array): Document<'root'> {
  const read = readDocument('root', bytes)
  if (!read.ok) throw new Error(JSON.stringify(read.problem))
  return read.value
}
