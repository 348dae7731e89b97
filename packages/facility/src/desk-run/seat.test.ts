import { describe, expect, it } from 'vitest'
import { FairTurns } from '../gate/fair-turns.ts'
import { type Dropped, LogError, type LogPort } from '../log/log-port.ts'
import { Seat } from './seat.ts'

/** A log of which the test says when an append is durable. */
class SlowLog implements LogPort {
  readonly waiting: ((offset: number | LogError) => void)[] = []

  append(): Promise<number> {
    return new Promise((done, failed) =>
      this.waiting.push((offset) => (typeof offset === 'number' ? done(offset) : failed(offset))),
    )
  }
  async *read(): AsyncIterable<never> {}
  length = (): number => 0
  start = async (): Promise<number> => 0
  drop = async (): Promise<Dropped> => ({ records: 0, bytes: 0 })
  close = async (): Promise<void> => undefined
}

function seated(apply: (record: string, offset: number) => void) {
  const log = new SlowLog()
  const broken: number[] = []
  const turns = new FairTurns(
    10,
    () => performance.now(),
    () => true,
  )
  const seat = new Seat<string>({
    ...{ partition: 3, log, next: 7, turns, apply },
    broken: (_, offset) => broken.push(offset),
  })
  return { log, seat, broken }
}

const BYTE = [Uint8Array.of(0)]

describe('a seat at a partition', () => {
  it('takes records in the order of the log, whichever is told durable first', async () => {
    const taken: [string, number][] = []
    const { log, seat } = seated((record, offset) => taken.push([record, offset]))
    const appended = [seat.append(['a', 'b'], BYTE), seat.append(['c'], BYTE)]
    log.waiting[1]!(9)
    await appended[1]
    expect(taken).toEqual([])
    log.waiting[0]!(7)
    await appended[0]
    await seat.settled()
    expect(taken).toEqual([
      ['a', 7],
      ['b', 8],
      ['c', 9],
    ])
    expect(seat.applied).toBe(10)
  })

  it('leaves no gap where an append failed', async () => {
    const taken: string[] = []
    const { log, seat } = seated((record) => taken.push(record))
    const failed = seat.append(['a'], BYTE)
    log.waiting[0]!(new LogError('LOG_FULL', 'a full disk'))
    await expect(failed).rejects.toThrow('LOG_FULL')
    const next = seat.append(['b'], BYTE)
    log.waiting[1]!(7)
    await next
    await seat.settled()
    expect(taken).toEqual(['b'])
  })

  it('stands still at a record that its state cannot take, and goes on making durable', async () => {
    const { log, seat, broken } = seated((record) => {
      if (record === 'bad') throw new Error('cannot')
    })
    const bad = seat.append(['good', 'bad', 'good'], BYTE)
    log.waiting[0]!(7)
    await bad
    await seat.settled()
    const later = seat.append(['good'], BYTE)
    log.waiting[1]!(10)
    await later
    expect([seat.isBroken, seat.applied, broken]).toEqual([true, 8, [8]])
  })

  it('writes nothing once it was let go', async () => {
    const { log, seat } = seated(() => undefined)
    seat.letGo()
    await expect(seat.append(['a'], BYTE)).rejects.toThrow('LOG_FENCED')
    expect(log.waiting).toEqual([])
  })
})
