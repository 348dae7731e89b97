import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FacilityProcess } from '#test/facility-process.ts'
import { MadeUpDevice, until } from '#test/made-up-device.ts'
import { hasNats, NATS_MISSING, type NatsServers, startNats } from '#test/nats-servers.ts'
import { hasPostgres, POSTGRES_MISSING, type Postgres, startPostgres } from '#test/postgres.ts'
import { Caller } from '#test/test-facility.ts'
import { openPostgresStore, type StorePort } from '../../../facility/src/store/index.ts'

const isHere = hasNats && hasPostgres
const missing = hasNats ? POSTGRES_MISSING : NATS_MISSING
/** Where anything of a device lies that is not sealed. */
const TABLES = ['sealing_key', 'device_row', 'box_piece', 'box_part']

describe.skipIf(!isHere)(`erasing on many machines${isHere ? '' : `, ${missing}`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-erase-kill-'))
  const machines: FacilityProcess[] = []
  let bus: NatsServers
  let postgres: Postgres
  let url: string
  let store: StorePort

  beforeAll(async () => {
    ;[bus, postgres] = await Promise.all([startNats(), startPostgres()])
    url = postgres.database()
    store = await openPostgresStore(url)
  })
  afterAll(async () => {
    await Promise.all(machines.map((machine) => machine.end('SIGKILL')))
    await store?.close()
    await Promise.all([bus?.stop(), postgres?.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  async function start(node: string): Promise<FacilityProcess> {
    const machine = await FacilityProcess.startNode(folder, node, { bus: bus.bus, store: url })
    machines.push(machine)
    return machine
  }

  it('is ended by whoever comes next when every machine died in the middle of it (F81, F95)', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const token = readFileSync(join(folder, 'a', 'admin-token'), 'utf8').trim()
    const bed = await MadeUpDevice.at(a.url, 'bed-one')
    await until(() => bed.link.session.isLive, 'live')
    bed.frame()
    const [callA, callB] = [new Caller(a.url, token), new Caller(b.url, token)]
    const path = '/v1/devices/bed-one'
    await until(async () => (await callB.call('GET', path)).status === 200, 'its row is there')
    const left = async (): Promise<string[]> => {
      const found: string[] = []
      for (const table of TABLES) {
        const rows = await store.all(`SELECT device FROM ${table} WHERE device = 'bed-one'`)
        if (rows.length > 0) found.push(table)
      }
      return found
    }
    expect(await left()).toEqual(['sealing_key', 'device_row'])
    // Nothing of keys and rows can be changed while this lasts, though all else goes on.
    const erased = store.transaction(async (within) => {
      await within.run('LOCK TABLE sealing_key, device_row IN EXCLUSIVE MODE')
      const answer = callB.post(path, { do: 'erase' }).catch(() => undefined)
      await until(async () => (await callA.post(path, { do: 'staff' })).status === 404, 'recorded')
      expect(await left()).toEqual(['sealing_key', 'device_row'])
      await Promise.all([a.end('SIGKILL'), b.end('SIGKILL')])
      await answer
    })
    await erased
    await bed.link.close()
    expect(await left()).toEqual(['sealing_key', 'device_row'])
    const c = await start('c')
    await until(async () => (await left()).length === 0, 'all of it is gone')
    expect((await new Caller(c.url, token).call('GET', path)).status).toBe(404)
  }, 180_000)
})
