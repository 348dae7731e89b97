import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyBox } from '@nocturne/core/night'
import { afterAll, describe, expect, it } from 'vitest'
import { toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs } from '#test/toy-loop.ts'
import { openBoxFile } from './box-file.ts'
import { openBoxSources } from './box-sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-full-disk-'))
const mounted = mount('size=64k')
afterAll(() => {
  if (mounted) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
})
const MISSING = mounted ? '' : ': needs the right to mount a small disk, which is not here'

/** A disk of its own in memory; false where that is not allowed. */
function mount(options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0
}

async function readable(path: string): Promise<{ ok: boolean; records: number }> {
  const opened = await openBoxSources(path)
  if (!opened.ok) throw new Error(opened.problem.got)
  const summary = await verifyBox(opened.value.sources)
  await opened.value.close()
  if (!summary.ok) throw new Error(summary.problem.got)
  return summary.value
}

describe.skipIf(!mounted)(`A box on a real disk of 64 kB${MISSING}`, () => {
  it('stops acknowledging when it is full, and goes on when there is room (N89)', async () => {
    const path = join(folder, 'night.box')
    const box = await openBoxFile(path, { retryMs: 20 })
    const records = toyRecords(toyHeader(), toyInputs(240))
    for (const record of records) box.append(record)
    for (let k = 0; k < 500 && box.trouble === undefined; k++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(box.trouble).toMatchObject({ code: 'DISK_FULL' })
    expect(box.acknowledged).toBeLessThan(records.length)
    const full = await readable(path)
    expect(full.records).toBeGreaterThanOrEqual(box.acknowledged)
    expect(spawnSync('mount', ['-o', 'remount,size=4m', folder]).status).toBe(0)
    await box.flush()
    expect(box.trouble).toBeUndefined()
    expect(await box.close()).toBe(0)
    expect(await readable(path)).toMatchObject({ ok: true, records: records.length })
  })
})
