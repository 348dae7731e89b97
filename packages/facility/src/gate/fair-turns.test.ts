import { describe, expect, it } from 'vitest'
import { FairTurns, type Worker } from './fair-turns.ts'

/** A thread on which each piece takes a while of a clock that only work moves. */
class Thread {
  nowMs = 0
  room = 100
  readonly done: string[] = []
  readonly turns: FairTurns

  constructor(turnMs: number) {
    const mayWork = (isLong: boolean): boolean => this.room >= (isLong ? 2 : 1)
    this.turns = new FairTurns(turnMs, () => this.nowMs, mayWork)
  }

  /** Somebody with some pieces of 1 ms; with more than one there is much to do. */
  worker(name: string, pieces: number): Worker {
    let left = pieces
    const work = (): boolean => {
      this.done.push(name)
      this.nowMs++
      return --left > 0
    }
    return {
      work,
      get isLong(): boolean {
        return left > 1
      },
    }
  }

  async loopTurn(): Promise<void> {
    await new Promise((done) => setImmediate(done))
  }
}

describe('fair turns (F19)', () => {
  it('work at once while the turn has time, and later in the order of asking', async () => {
    const thread = new Thread(2)
    for (const name of ['a', 'b', 'c', 'd', 'e']) thread.turns.ask(thread.worker(name, 1))
    expect([thread.done.join(''), thread.turns.waiting]).toEqual(['ab', 3])
    await thread.loopTurn()
    expect([thread.done.join(''), thread.turns.waiting]).toEqual(['abcd', 1])
    await thread.loopTurn()
    expect([thread.done.join(''), thread.turns.waiting]).toEqual(['abcde', 0])
  })

  it('put who has little before who has much, and give these a piece a turn all the same', async () => {
    const thread = new Thread(3)
    for (const name of ['X', 'Y', 'Z']) thread.turns.ask(thread.worker(name, 4))
    for (const name of ['a', 'b', 'c']) thread.turns.ask(thread.worker(name, 1))
    // X's first piece and two of the little ones use the turn up.
    expect(thread.done.join('')).toBe('Xab')
    for (const name of ['d', 'e', 'f', 'g']) thread.turns.ask(thread.worker(name, 1))
    await thread.loopTurn()
    expect(thread.done.join('')).toBe('XabcdeX')
    await thread.loopTurn()
    expect(thread.done.join('')).toBe('XabcdeXfgY')
    while (thread.turns.waiting > 0) await thread.loopTurn()
    // Whoever has one piece left has little.
    expect(thread.done.slice(10).join('')).toBe('ZXYXZYYZZ')
  })

  it('let only who has little go on while there is little room, and all after waking', async () => {
    const thread = new Thread(10)
    thread.room = 1
    thread.turns.ask(thread.worker('X', 2))
    thread.turns.ask(thread.worker('a', 1))
    thread.room = 0
    thread.turns.ask(thread.worker('b', 1))
    await thread.loopTurn()
    expect([thread.done.join(''), thread.turns.waiting]).toEqual(['a', 2])
    thread.room = 2
    thread.turns.wake()
    while (thread.turns.waiting > 0) await thread.loopTurn()
    expect(thread.done.join('')).toBe('abXX')
  })
})
