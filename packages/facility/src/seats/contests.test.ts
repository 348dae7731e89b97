import { expect, it } from 'vitest'
import { Contests } from './contests.ts'

/** How long a partition that was lost at `atMs` is left to the other, s. */
function waitS(contests: Contests, atMs: number): number {
  contests.lost(7, atMs)
  let waitedS = 0
  while (!contests.mayTake(7, atMs + waitedS * 1000)) waitedS++
  return waitedS
}

it('who loses a partition again and again asks for it ever more seldom, at least once a minute', () => {
  const contests = new Contests()
  let nowMs = 1000
  const waits = Array.from({ length: 6 }, () => {
    const waitedS = waitS(contests, nowMs)
    nowMs += waitedS * 1000 + 500
    return waitedS
  })
  expect(waits).toEqual([5, 10, 20, 40, 60, 60])
})

it('two who contend for one take it from each other ever more seldom, and at last once a minute', () => {
  const [one, other] = [new Contests(), new Contests()]
  const takenS: number[] = []
  let holder = one
  for (let ms = 0; ms < 1_200_000; ms += 250) {
    const asker = holder === one ? other : one
    if (!asker.mayTake(7, ms)) continue
    holder.lost(7, ms)
    holder = asker
    takenS.push(ms / 1000)
  }
  const lastS = takenS.filter((s) => s > 600)
  expect(lastS.length).toBeLessThanOrEqual(2 * (600 / 60) + 1)
  expect(takenS.length).toBeLessThan(45)
})

it('when a contender is gone nothing is left alone for longer than 5 s', () => {
  const contests = new Contests()
  const waits = [0, 5000, 15_000].map((atMs) => waitS(contests, atMs))
  expect(waits).toEqual([5, 10, 20])
  contests.lost(7, 35_000)
  contests.lost(8, 35_000)
  contests.eased(36_000)
  expect(contests.mayTake(8, 40_000)).toBe(true)
  expect(contests.mayTake(7, 40_999)).toBe(false)
  expect(contests.mayTake(7, 41_000)).toBe(true)
  expect(waitS(contests, 41_000)).toBe(60)
})

it('what was held in peace for over two minutes is asked for as if for the first time', () => {
  const contests = new Contests()
  expect([waitS(contests, 0), waitS(contests, 5500)]).toEqual([5, 10])
  expect(waitS(contests, 15_500 + 120_001)).toBe(5)
})

it('what could not be had is asked for when its time is over, others at once; contests stay counted', () => {
  const contests = new Contests()
  contests.missed(7, 0, 1000)
  expect([7, 8].map((partition) => contests.mayTake(partition, 999))).toEqual([false, true])
  expect(contests.mayTake(7, 1000)).toBe(true)
  expect(waitS(contests, 1000)).toBe(5)
  contests.missed(7, 6000, 1000)
  expect(waitS(contests, 7000)).toBe(10)
})
