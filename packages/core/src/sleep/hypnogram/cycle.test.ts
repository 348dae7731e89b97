import { describe, expect, it } from 'vitest'
import type { Stage } from '../stage/stage.ts'
import { cycles } from './cycle.ts'
import type { Hypnogram } from './hypnogram.ts'

/** `2x40 Rx12` is forty epochs of N2 and twelve of R. */
function night(recipe: string): Hypnogram {
  const names: Record<string, Stage> = { W: 'W', '1': 'N1', '2': 'N2', '3': 'N3', R: 'R', '?': '?' }
  const stages = recipe.split(' ').flatMap((part) => {
    const [stage, n] = part.split('x')
    return new Array<Stage>(Number(n)).fill(names[stage!]!)
  })
  return { epochS: 30, stages }
}

describe('NREM-REM cycles', () => {
  it('are 15 min of NREM sleep and the REM period after it', () => {
    const found = cycles(night('Wx10 2x100 Rx20 2x100 Rx30 Wx10'))
    expect(found.map(({ start, end, remStart }) => [start, remStart, end])).toEqual([
      [10, 110, 130],
      [130, 230, 260],
    ])
    expect(found[1]).toMatchObject({ nremMin: 50, remMin: 15, complete: true })
  })

  it('keep a REM period in one piece until 15 min of NREM sleep come between', () => {
    expect(cycles(night('2x100 Rx12 2x29 Rx12')).length).toBe(1)
    expect(cycles(night('2x100 Rx12 2x30 Rx12')).length).toBe(2)
  })

  it('need 5 min of REM, except in the first and the last', () => {
    expect(cycles(night('2x100 Rx3 2x60 Rx3')).length).toBe(2)
    expect(cycles(night('2x100 Rx12 2x60 Rx9 2x60 Rx3')).length).toBe(2)
    expect(cycles(night('2x100 Rx12 2x60 Rx10 2x60 Rx3')).length).toBe(3)
  })

  it('end with one without REM when 15 min of NREM sleep are left', () => {
    const found = cycles(night('2x100 Rx12 2x30'))
    expect(found.length).toBe(2)
    expect(found[1]).toMatchObject({ complete: false, remMin: 0 })
    expect(cycles(night('2x100 Rx12 2x29')).length).toBe(1)
  })

  it('divide a first NREM period over 120 min where N3 pauses for 12 min', () => {
    const skipped = night('2x40 3x80 2x30 3x80 2x60 Rx20')
    const found = cycles(skipped)
    expect(found.map(({ start, skippedRem }) => [start, skippedRem])).toEqual([
      [0, true],
      [150, false],
    ])
    expect(cycles(skipped, { splitSkipped: false }).length).toBe(1)
    expect(cycles(night('2x40 3x80 2x20 3x80 2x60 Rx20')).length).toBe(1)
  })

  it('are none in a night without sleep', () => {
    expect(cycles(night('Wx100 ?x10'))).toEqual([])
  })
})
