import { appendFile, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { type AuditEntry, readAudit } from './audit-chain.ts'
import { AuditLog } from './audit-log.ts'

const entry = (did: string): AuditEntry => ({
  atMs: 1000,
  who: 'mira',
  did,
  about: 'device bed-0001',
  outcome: 'done',
})

async function audited(count: number): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'nocturne-audit-')), 'audit.jsonl')
  const log = await AuditLog.open(path)
  if (!log.ok) throw new Error(log.problem.code)
  await Promise.all(Array.from({ length: count }, (_, i) => log.value.add(entry(`deed ${i}`))))
  await log.value.close()
  return path
}

async function opened(path: string): Promise<AuditLog> {
  const log = await AuditLog.open(path)
  if (!log.ok) throw new Error(log.problem.code)
  return log.value
}

describe('F88: the audit is only ever added to', () => {
  it('chains its lines, in the order in which they were added, and goes on after a restart', async () => {
    const path = await audited(20)
    const again = await AuditLog.open(path)
    if (!again.ok) throw new Error(again.problem.code)
    const line = await again.value.add(entry('after'))
    await again.value.close()
    const read = readAudit(await readFile(path, 'utf8'))
    expect(read.ok && read.value.map(({ did }) => did).slice(18)).toEqual([
      'deed 18',
      'deed 19',
      'after',
    ])
    expect(again.value.head).toEqual({ seq: 21, hash: line.hash })
  })

  it('finds a line that was changed, removed, doubled or moved, and names it', async () => {
    const rows = (await readFile(await audited(6), 'utf8')).trimEnd().split('\n')
    const broken: [number, string[]][] = [
      [3, rows.with(2, rows[2]!.replace('deed 2', 'deed 9'))],
      [4, rows.toSpliced(3, 1)],
      [5, rows.toSpliced(4, 0, rows[3]!)],
      [1, rows.toReversed()],
    ]
    for (const [line, changed] of broken) {
      const read = readAudit(`${changed.join('\n')}\n`)
      expect(!read.ok && [read.problem.code, read.problem.where]).toEqual([
        'AUDIT_CHAIN',
        `audit line ${line}`,
      ])
    }
  })

  it('cuts off a torn last line and refuses to go on after any other flaw', async () => {
    const path = await audited(3)
    await appendFile(path, '{"seq":4,"atMs":10')
    const torn = await AuditLog.open(path)
    expect(torn.ok && torn.value.head.seq).toBe(3)
    if (torn.ok) await torn.value.close()
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('mira', 'ren!'))
    const changed = await AuditLog.open(path)
    expect(!changed.ok && changed.problem.code).toBe('AUDIT_CHAIN')
  })

  it('tells any page of itself without reading the rest, followed on both of its sides', async () => {
    const log = await opened(await audited(700))
    for (const [after, limit] of [
      [0, 5],
      [250, 20],
      [512, 100],
      [690, 50],
      [700, 10],
    ] as const) {
      const page = await log.page(after, limit)
      const seqs = page.ok ? page.value.map(({ seq }) => seq) : [page.problem.code]
      const due = Array.from({ length: Math.min(limit, 700 - after) }, (_, k) => after + k + 1)
      expect(seqs).toEqual(due)
    }
    await log.close()
  })

  it('finds, while it is used, what somebody changed, cut off, put behind or put in its place', async () => {
    const path = await audited(300)
    const log = await opened(path)
    const text = await readFile(path, 'utf8')
    const rows = text.trimEnd().split('\n')
    const forged = rows.with(99, rows[99]!.replace('mira', 'ren!')).join('\n')
    const told = async (after: number): Promise<string> => {
      const page = await log.page(after, 10)
      return page.ok ? 'whole' : `${page.problem.code} ${page.problem.where}`
    }
    await writeFile(path, `${forged}\n`)
    expect([await told(95), await told(280)]).toEqual(['AUDIT_CHAIN audit line 100', 'whole'])
    // A chain that is whole in itself, and is not the one that was written.
    const other = await audited(301)
    await rename(other, path)
    expect(await told(290)).toMatch(/^AUDIT_/)
    await writeFile(path, rows.slice(0, 299).join('\n'))
    expect(await told(290)).toBe('AUDIT_CHAIN audit line 300')
    await writeFile(path, `${text}{`)
    expect(await told(290)).toBe('AUDIT_LINE audit line 301')
    await rm(path)
    expect(await told(290)).toBe('AUDIT_CHAIN audit line 257')
    await log.close()
  })

  it('takes away the half line that a full disk left before it writes the next', async () => {
    const path = await audited(3)
    const log = await opened(path)
    const probe = await open(path)
    const handle = Object.getPrototypeOf(probe) as typeof probe
    await probe.close()
    const full = vi.spyOn(handle, 'appendFile').mockImplementationOnce(async () => {
      await appendFile(path, '{"seq":4,"at')
      throw new Error('ENOSPC')
    })
    await expect(log.add(entry('too much'))).rejects.toThrow('ENOSPC')
    full.mockRestore()
    const before = await log.page(0, 10)
    expect(before.ok && before.value.length).toBe(3)
    await log.add(entry('later'))
    const after = await log.page(2, 10)
    expect(after.ok && after.value.map(({ did }) => did)).toEqual(['deed 2', 'later'])
    await log.close()
    const again = await opened(path)
    expect(again.head.seq).toBe(4)
    await again.close()
  })
})
