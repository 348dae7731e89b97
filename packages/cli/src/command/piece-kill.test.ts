import { webcrypto } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FacilityProcess } from '#test/facility-process.ts'
import { MadeUpDevice, until } from '#test/made-up-device.ts'
import { Caller } from '#test/test-facility.ts'
import { pieceMessages, signPieceConsent } from '../../../core/src/fleet/index.ts'
import { newDeviceKey } from '../../../edge/src/uplink/index.ts'

const PIECE = Uint8Array.from({ length: 150_000 }, (_, k) => k % 241)

let folder: string
let running: FacilityProcess | undefined
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-piece-kill-'))
})
afterAll(async () => {
  await running?.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

it('a centre that is killed between the parts of a black-box piece has the whole of it in the end, and no part is sent again (F94)', async () => {
  const sleeper = await newDeviceKey()
  const key = await newDeviceKey()
  const begun = async (boot: number) => {
    running = await FacilityProcess.start(folder)
    const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim()
    const { publicKey: sleeperKey } = sleeper
    const bed = await MadeUpDevice.at(running.url, 'bed-one', { key, sleeperKey, boot })
    await until(() => bed.link.session.isLive, 'it is live')
    return { bed, caller: new Caller(running.url, token) }
  }
  let { bed, caller } = await begun(1)
  await caller.post('/v1/incidents', { metric: 'odd' })
  const { incidents } = await caller.get('/v1/incidents')
  const incident = incidents[0].id as string
  const ask = { do: 'ask-piece', device: 'bed-one', fromMs: 1000, toMs: 61_000 }
  expect((await caller.post(`/v1/incidents/${incident}`, ask)).status).toBe(200)
  await until(() => bed.asks.length > 0, 'it is asked')
  const span = { incident, device: 'bed-one', fromMs: 1000, toMs: 61_000 }
  const yes = await signPieceConsent(webcrypto.subtle, span, sleeper.seed)
  const messages = pieceMessages(yes, PIECE)
  for (const [k, bytes] of messages.entries()) {
    bed.link.say({ kind: 'piece', bytes })
    await until(() => bed.pieces.length > 0, 'the part is over')
    expect(bed.pieces).toEqual([true])
    if (k === messages.length - 1) break
    // It was acknowledged, and that is all the centre has time for.
    await running!.end('SIGKILL')
    bed.link.cut()
    await bed.link.close()
    ;({ bed, caller } = await begun(k + 2))
  }
  let digest = ''
  await until(async () => {
    digest = (await caller.get(`/v1/incidents/${incident}`)).pieces[0].digest ?? ''
    return digest !== ''
  }, 'the incident knows of it')
  const answer = await fetch(`${caller.url}/v1/incidents/${incident}/pieces/${digest}`, {
    headers: { authorization: `Bearer ${caller.token}` },
  })
  expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), PIECE)).toBe(0)
  await bed.link.close()
}, 180_000)
