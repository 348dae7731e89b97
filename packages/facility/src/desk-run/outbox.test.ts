import { describe, expect, it } from 'vitest'
import { Outbox } from './outbox.ts'

describe('an outbox', () => {
  it('sends together what came meanwhile, in order, and again what did not arrive', async () => {
    const sent: number[][] = []
    let fails = 1
    const outbox = new Outbox<number>(async (items) => {
      sent.push([...items])
      if (fails-- > 0) throw new Error('not now')
    })
    for (const item of [1, 2, 3]) outbox.push(item)
    await outbox.drained()
    expect(sent).toEqual([[1], [1, 2, 3]])
    expect(outbox.waiting).toBe(0)
  })

  it('gives up what waits when it is closed', async () => {
    const outbox = new Outbox<number>(() => Promise.reject(new Error('never')))
    outbox.push(1)
    outbox.close()
    await outbox.drained()
    expect(outbox.waiting).toBe(1)
  })
})
