import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { EventQueue } from './event-queue.ts'

describe('the virtual clock', () => {
  it('lets things happen in the order of time, and of planning where times are equal', () => {
    const queue = new EventQueue()
    const random = seededRandom(1)
    const seen: [number, number][] = []
    for (let i = 0; i < 5000; i++) {
      const at = random.integer(300)
      queue.at(at, () => seen.push([at, i]))
    }
    queue.run(1000)
    expect(seen).toHaveLength(5000)
    for (let i = 1; i < seen.length; i++) {
      const [[a, p], [b, q]] = [seen[i - 1]!, seen[i]!]
      expect(a < b || (a === b && p < q)).toBe(true)
    }
    expect([queue.nowMs, queue.done]).toEqual([1000, 5000])
  })

  it('stands at an event while it happens, and takes what is planned for the past at once', () => {
    const queue = new EventQueue()
    const seen: number[] = []
    queue.at(10, () => {
      queue.at(5, () => seen.push(queue.nowMs))
      queue.after(1, () => seen.push(queue.nowMs))
    })
    queue.at(11, () => seen.push(-queue.nowMs))
    queue.run(10)
    expect(seen).toEqual([10])
    queue.run(20)
    expect(seen).toEqual([10, -11, 11])
  })
})
