import { describe, expect, it } from 'vitest'
import { type Durable, markOf, noteBirth, noteDurable, nothingDurable } from './watermark.ts'

function note(durable: Durable, boot: number, fromSeq: number, toSeq: number, now = boot): string {
  return noteDurable(durable, { boot, fromSeq, toSeq }, now)
}

describe('the watermark of a device', () => {
  it('moves over what came in a row and waits at a gap until it is filled (F16)', () => {
    const durable = nothingDurable()
    noteBirth(durable, [], 3)
    expect(markOf(durable)).toEqual({ boot: 3, seq: 0 })
    expect(note(durable, 3, 0, 2)).toBe('new')
    expect(note(durable, 3, 3, 5)).toBe('new')
    expect(markOf(durable)).toEqual({ boot: 3, seq: 2 })
    expect(note(durable, 3, 2, 3)).toBe('new')
    expect(markOf(durable)).toEqual({ boot: 3, seq: 5 })
  })

  it('knows what came before, below it and beyond a gap (F15)', () => {
    const durable = nothingDurable()
    noteBirth(durable, [], 1)
    expect(note(durable, 1, 0, 2)).toBe('new')
    expect(note(durable, 1, 0, 1)).toBe('known')
    expect(note(durable, 1, 4, 6)).toBe('new')
    expect(note(durable, 1, 4, 6)).toBe('known')
  })

  it('goes over what a device says at its birth that it holds no more (F16)', () => {
    const durable = nothingDurable()
    noteBirth(durable, [], 1)
    note(durable, 1, 0, 4)
    noteBirth(
      durable,
      [
        { boot: 1, fromSeq: 6, toSeq: 7 },
        { boot: 2, fromSeq: 1, toSeq: 3 },
      ],
      4,
    )
    expect(markOf(durable)).toEqual({ boot: 1, seq: 6 })
    note(durable, 1, 6, 8, 4)
    expect(markOf(durable)).toEqual({ boot: 2, seq: 1 })
    note(durable, 2, 1, 4, 4)
    expect(markOf(durable)).toEqual({ boot: 4, seq: 0 })
    noteBirth(durable, [{ boot: 4, fromSeq: 10, toSeq: 12 }], 4)
    expect(markOf(durable)).toEqual({ boot: 4, seq: 10 })
  })

  it('does not count what it cannot keep in mind, so that it comes again (F16)', () => {
    const durable = nothingDurable()
    noteBirth(durable, [], 1)
    const said = Array.from({ length: 80 }, (_, k) => note(durable, 1, 2 + 2 * k, 3 + 2 * k))
    expect(said.filter((word) => word === 'full').length).toBe(16)
    expect(note(durable, 1, 160, 161)).toBe('full')
    note(durable, 1, 0, 2)
    expect(markOf(durable)).toEqual({ boot: 1, seq: 3 })
  })
})
