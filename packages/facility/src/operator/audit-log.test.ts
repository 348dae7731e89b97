import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type AuditEntry, AuditLog, readAudit } from './audit-log.ts'

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
})
