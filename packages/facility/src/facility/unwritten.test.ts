import { mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MadeUpDevice } from '#test/made-up-device.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import { DESK_PARTITION } from '../../../core/src/fleet/index.ts'
import { CentreClock } from '../desk-run/centre-clock.ts'

it('tells of a state that cannot be written down, calls for it after an hour, and writes all others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-unwritten-'))
  const said: unknown[] = []
  let aheadMs = 0
  const clock = new CentreClock(
    () => Date.now() + aheadMs,
    () => performance.now() + aheadMs,
  )
  const facility = await openTestFacility(folder, {
    ...{ clock, journal: (level, what, facts) => level === 'error' && said.push([what, facts]) },
  })
  try {
    const { centre } = facility
    const metrics = async (): Promise<string> => {
      const { token } = await Caller.admin(facility)
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${facility.url}/metrics`, { headers })).text()
    }
    const device = await MadeUpDevice.at(facility.url, 'bed-one')
    await centre.run.file(true)
    const desk = `${DESK_PARTITION}.snapshot`
    await mkdir(join(folder, 'snapshots', desk))
    await expect(centre.backup()).rejects.toThrow()
    await expect(centre.backup()).rejects.toThrow()
    expect((await readdir(join(folder, 'snapshots'))).length).toBe(2)
    const why = expect.any(String)
    expect(said).toEqual([['a state was not written down', { partition: DESK_PARTITION, why }]])
    expect(await metrics()).toContain('nocturne_states_unwritten_total 2\n')
    expect(centre.troubles()).toEqual([])
    aheadMs = 3_600_000
    expect(centre.troubles()).toContain(
      `states that could not be written down for an hour: ${DESK_PARTITION}`,
    )
    await rmdir(join(folder, 'snapshots', desk))
    await centre.backup()
    expect(centre.troubles().join()).not.toContain('could not be written')
    await device.link.close()
  } finally {
    await facility.close()
    await rm(folder, { recursive: true, force: true })
  }
})
