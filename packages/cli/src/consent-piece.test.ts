import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource } from '@nocturne/core/signal'
import { DeviceFolder, PieceAsks } from '@nocturne/edge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import { callNocturne } from '#test/nocturne.ts'
import { toyHeader, toyInputs } from '#test/toy-loop.ts'
import { headerOf } from './box-reading.ts'

const HEADER = toyHeader()
const ASK = { fromMs: HEADER.startMs - 1000, toMs: HEADER.startMs + 20_000, aheadMs: 0 }
let home = ''

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nocturne-piece-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const consent = (...words: string[]) => callNocturne(['consent', ...words], { NOCTURNE_HOME: home })

/** A device that was asked, and the box of its night. */
async function askedDevice(): Promise<PieceAsks> {
  const folder = await DeviceFolder.open(join(home, 'device'))
  await folder.close()
  mkdirSync(join(home, 'boxes'))
  const [box] = boxOf(toyRecords(HEADER, toyInputs(60)))
  writeFileSync(join(home, 'boxes', '2026-01-01-23-00-00.box'), box!)
  writeFileSync(join(home, 'boxes', '2026-01-02-23-00-00.box'), 'no box at all')
  const asks = new PieceAsks(folder.path)
  for (const incident of ['i-1', 'i-2']) asks.hear({ incident, ...ASK })
  return asks
}

describe('nocturne consent piece', () => {
  it('lists what incidents ask for, and gives just that span by a signed yes (F57)', async () => {
    expect((await consent('piece')).out).toBe('nobody asks for a piece of a black box\n')
    const asks = await askedDevice()
    expect((await consent('piece')).out).toMatch(/i-1 {2}bed-.*asked\n/)
    await consent('new', '--allow', 'sound', '--conditions', 'none')
    const yes = await consent('piece', 'i-1', '--yes', '--json')
    expect([yes.code, yes.err]).toEqual([0, ''])
    expect(JSON.parse(yes.out)).toMatchObject({ incident: 'i-1', granted: true })
    const [ask] = asks.list()
    const given = asks.granted(ask!)!
    expect(given.consent).toMatchObject({ incident: 'i-1', fromMs: ASK.fromMs, toMs: ASK.toMs })
    const source = bytesSource(given.piece)
    expect((await headerOf([source], 'piece')).startMs).toBe(HEADER.startMs)
  })

  it('takes a no, asks for an answer, and hears none twice (F57)', async () => {
    const asks = await askedDevice()
    expect((await consent('piece', 'i-2')).err).toContain('expected --yes or --no')
    expect((await consent('piece', 'i-9', '--no')).err).toContain('expected i-1, i-2')
    expect((await consent('piece', 'i-2', '--no')).code).toBe(0)
    expect(asks.list().map(({ status }) => status)).toEqual(['asked', 'declined'])
    expect((await consent('piece', 'i-2', '--yes')).err).toContain('an answer before')
    const unsigned = await consent('piece', 'i-1', '--yes')
    expect([unsigned.code, unsigned.err]).toEqual([2, expect.stringContaining('no key')])
    expect(asks.list()[0]!.status).toBe('asked')
  })

  it('says with exit 1 that no box has anything of the span', async () => {
    const asks = await askedDevice()
    asks.hear({ incident: 'i-3', fromMs: 1000, toMs: 2000, aheadMs: 0 })
    const none = await consent('piece', 'i-3', '--yes')
    expect([none.code, none.out]).toEqual([1, expect.stringContaining('no box here has anything')])
  })
})
