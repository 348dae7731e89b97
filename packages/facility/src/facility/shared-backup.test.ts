import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, POSTGRES_MISSING, type Postgres, startPostgres } from '#test/postgres.ts'
import type { DeviceId } from '../../../core/src/fleet/index.ts'
import type { DeskRun } from '../desk-run/desk-run.ts'
import { LastCredentials } from '../gate/last-credentials.ts'
import { SealingKeys } from '../log/sealing-keys.ts'
import { openPostgresStore } from '../store/postgres-store.ts'
import { backUp } from './backup.ts'

const KEY_TABLES = ['sealing_key', 'erased_key', 'box_piece', 'box_part']
const RUN = { snapshot: async () => undefined } as unknown as DeskRun

describe.skipIf(!hasPostgres)(`a backup of many machines (${POSTGRES_MISSING})`, () => {
  let [postgres, folder]: [Postgres | undefined, string] = [undefined, '']
  beforeAll(async () => {
    postgres = await startPostgres()
    folder = await mkdtemp(join(tmpdir(), 'nocturne-shared-backup-'))
  })
  afterAll(async () => {
    await postgres?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('is restored as CLUSTER says, with the newest keys: whoever was erased since stays so', async () => {
    const data = join(folder, 'data')
    await mkdir(data)
    await writeFile(join(data, 'grant-key'), 'k')
    const url = postgres!.database()
    const store = await openPostgresStore(url)
    const keys = await SealingKeys.open(store)
    const [stays, goes] = [await keys.made('bed-stays'), await keys.made('bed-goes')]
    const secret = Uint8Array.from(stays.key)
    await keys.made('bed-gone')
    await keys.destroy('bed-gone')
    const credentials = await LastCredentials.open(store)
    for (const bed of ['bed-stays', 'bed-goes']) await credentials.spend(bed as DeviceId, 1, 1000)
    await credentials.close()
    const made = await backUp(data, join(folder, 'backups'), 'one', { run: RUN, store, keys })
    await keys.destroy('bed-goes')
    const newest = keysOf(url)
    await store.close()

    const again = postgres!.database(join(made, 'store.sqlite'))
    const words = ['-d', again, '-q', '-1', '-v', 'ON_ERROR_STOP=1']
    const put = spawnSync('psql', words, { input: newest })
    expect([put.status, put.stderr.toString()]).toEqual([0, ''])
    const restored = await openPostgresStore(again)
    const kept = await SealingKeys.open(restored)
    expect(kept.devices()).toEqual(['bed-stays'])
    expect(kept.byId(stays.id)?.key).toEqual(secret)
    expect(kept.byId(goes.id)).toBeUndefined()
    expect(await (await LastCredentials.open(restored)).spend('bed-stays' as DeviceId, 1, 1)).toBe(
      true,
    )
    await restored.close()
  })
})

/** The newest copy of the keys, as CLUSTER says that it is made. */
function keysOf(url: string): string {
  const words = ['-d', url, '--data-only', ...KEY_TABLES.flatMap((table) => ['-t', table])]
  const made = spawnSync('pg_dump', words)
  if (made.status !== 0) throw new Error(made.stderr.toString())
  return made.stdout.toString()
}
