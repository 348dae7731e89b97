import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { APPROVAL_MS, approve, ask, withdraw } from './approval.ts'
import { ApprovalBook } from './approval-book.ts'

const mira = { name: 'mira', role: 'safety-officer' } as const
const kaya = { name: 'kaya', role: 'safety-officer' } as const
const wish = { deed: 'name-operator', order: '{"name":"ren"}' } as const
const people = [mira, kaya]

describe('what waits for its second person (F85)', () => {
  it('outlives the process, with its number and the moment at which it is forgotten', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'nocturne-approvals-')), 'store.sqlite')
    const first = await openSqliteStore(path)
    const book = await ApprovalBook.open(first)
    await book.change((before) => ask(before, mira, wish, 1000, people))
    await first.close()
    const again = await openSqliteStore(path)
    const kept = await ApprovalBook.open(again)
    const waits = { ...wish, id: 1, by: 'mira', sinceMs: 1000 }
    expect(await kept.at(1000 + APPROVAL_MS - 1)).toEqual({ next: 2, pending: [waits] })
    expect((await kept.at(1000 + APPROVAL_MS)).pending).toEqual([])
    const late = await kept.change((before) => approve(before, kaya, 1, 1000 + APPROVAL_MS, people))
    expect(!late.ok && late.problem.code).toBe('NOT_PENDING')
    const done = await kept.change((before) => approve(before, kaya, 1, 2000, people))
    expect(done.ok && done.value.done).toEqual(wish)
    await again.close()
  })

  it('is approved once, whoever come at the same time and at whichever machine', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'nocturne-approvals-')), 'store.sqlite')
    const store = await openSqliteStore(path)
    const [here, there] = [await ApprovalBook.open(store), await ApprovalBook.open(store)]
    await here.change((before) => ask(before, mira, wish, 0, people))
    const answers = await Promise.all(
      [here, there, here, there].map((book) =>
        book.change((before) => approve(before, kaya, 1, 1, people)),
      ),
    )
    expect(answers.filter(({ ok }) => ok).length).toBe(1)
    await here.change((before) => ask(before, mira, wish, 2, people))
    expect((await there.at(2)).pending.map(({ id }) => id)).toEqual([2])
    await there.change((before) => withdraw(before, kaya, 2, 3))
    expect((await here.at(3)).pending).toEqual([])
    await store.close()
  })
})
