import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { type Mode, modeRank } from '../../night/governor/mode.ts'
import { CENTRE_MODE, type CentreModeInput, centreModeStep, WISH_WAITS_S } from './centre-mode.ts'

type Said = CentreModeInput extends infer I ? (I extends unknown ? Omit<I, 'nowS'> : never) : never

/** A device whose loop does what it is told, unless a test has it refuse. */
class Bed {
  state = CENTRE_MODE
  nowS = 0
  mode: Mode = 'natural'
  readonly words: string[] = []

  take(said: Said): void {
    const { state, word } = centreModeStep(this.state, { ...said, nowS: this.nowS } as never)
    this.state = state
    if (word === undefined) return
    this.words.push(word.say === 'ask' ? `ask ${word.to}` : word.say)
    this.mode = word.say === 'ask' ? word.to : word.say
    this.take({ kind: 'mode', mode: this.mode })
  }
}

describe('the mode of a device under a centre', () => {
  it('goes to natural when the grant no longer carries it, and no later grant raises it: its sleeper asks again (F26)', () => {
    const bed = new Bed()
    bed.take({ kind: 'ceiling', ceiling: 'control' })
    bed.take({ kind: 'wish', to: 'control' })
    expect(bed.mode).toBe('control')
    bed.take({ kind: 'ceiling', ceiling: 'natural' })
    expect(bed.mode).toBe('natural')
    bed.take({ kind: 'ceiling', ceiling: 'control' })
    bed.take({ kind: 'ceiling', ceiling: 'natural' })
    bed.take({ kind: 'ceiling', ceiling: 'control' })
    expect([bed.mode, bed.words]).toEqual(['natural', ['ask control', 'natural']])
    bed.take({ kind: 'wish', to: 'control' })
    expect(bed.mode).toBe('control')
  })

  it('goes from control to guidance where the grant still carries that, and raises nothing by it (F26)', () => {
    const bed = new Bed()
    bed.take({ kind: 'ceiling', ceiling: 'control' })
    bed.take({ kind: 'ceiling', ceiling: 'guidance' })
    expect([bed.mode, bed.words]).toEqual(['natural', []])
    bed.take({ kind: 'ceiling', ceiling: 'control' })
    bed.take({ kind: 'wish', to: 'control' })
    bed.take({ kind: 'ceiling', ceiling: 'guidance' })
    expect([bed.mode, bed.words]).toEqual(['guidance', ['ask control', 'guidance']])
    bed.take({ kind: 'ceiling', ceiling: 'control' })
    expect(bed.mode).toBe('guidance')
    bed.take({ kind: 'wish', to: 'control' })
    expect(bed.mode).toBe('control')
  })

  it('has an ask wait ten minutes for a grant, and no longer (F27)', () => {
    for (const [afterS, mode] of [
      [WISH_WAITS_S, 'control'],
      [WISH_WAITS_S + 1, 'natural'],
    ] as const) {
      const bed = new Bed()
      bed.take({ kind: 'wish', to: 'control' })
      expect(bed.mode).toBe('natural')
      bed.nowS = afterS
      bed.take({ kind: 'ceiling', ceiling: 'control' })
      expect(bed.mode).toBe(mode)
    }
  })

  it('has no ask wait in a sleeper who fell asleep or stopped the device (F27)', () => {
    for (const kind of ['asleep', 'stop'] as const) {
      const bed = new Bed()
      bed.take({ kind: 'wish', to: 'guidance' })
      bed.take({ kind })
      bed.take({ kind: 'ceiling', ceiling: 'control' })
      expect(bed.words).toEqual([])
    }
  })

  it('follows an ask as far as the grant goes, further with it for ten minutes, and down without one (F27)', () => {
    const bed = new Bed()
    bed.take({ kind: 'wish', to: 'control' })
    bed.take({ kind: 'ceiling', ceiling: 'guidance' })
    expect(bed.mode).toBe('guidance')
    bed.nowS = 30
    bed.take({ kind: 'ceiling', ceiling: 'control' })
    expect([bed.mode, bed.words]).toEqual(['control', ['ask guidance', 'ask control']])
    bed.take({ kind: 'wish', to: 'natural' })
    expect([bed.mode, bed.words.at(-1)]).toEqual(['natural', 'ask natural'])
    bed.take({ kind: 'ceiling', ceiling: 'guidance' })
    bed.take({ kind: 'ceiling', ceiling: 'control' })
    expect(bed.mode).toBe('natural')
  })

  it('follows no ask further when the mode fell since, by whomever (F26, F27)', () => {
    for (const fall of [
      { kind: 'ceiling', ceiling: 'natural' },
      { kind: 'mode', mode: 'natural' },
    ] as const) {
      const bed = new Bed()
      bed.take({ kind: 'wish', to: 'control' })
      bed.take({ kind: 'ceiling', ceiling: 'guidance' })
      bed.take(fall)
      bed.mode = 'natural'
      bed.take({ kind: 'ceiling', ceiling: 'control' })
      expect([bed.mode, bed.state.wish]).toEqual(['natural', undefined])
    }
  })

  it('is never above the grant, and rises by an ask of the last ten minutes only (F20, F26, F27)', () => {
    const modes = ['natural', 'guidance', 'control'] as const
    for (let seed = 1; seed <= 40; seed++) {
      const { uniform } = seededRandom(seed)
      const bed = new Bed()
      let askedS = Number.NEGATIVE_INFINITY
      for (let k = 0; k < 200; k++) {
        bed.nowS += uniform() * 200
        const before = bed.mode
        const mode = modes[Math.floor(uniform() * 3)]!
        const kind = (['wish', 'ceiling', 'ceiling', 'asleep', 'stop'] as const)[
          Math.floor(uniform() * 5)
        ]!
        if (kind === 'wish') {
          askedS = bed.nowS
          bed.take({ kind, to: mode })
        } else if (kind === 'ceiling') bed.take({ kind, ceiling: mode })
        else {
          bed.take({ kind })
          askedS = Number.NEGATIVE_INFINITY
        }
        expect(modeRank(bed.mode)).toBeLessThanOrEqual(modeRank(bed.state.ceiling))
        if (modeRank(bed.mode) > modeRank(before)) {
          expect(bed.nowS - askedS).toBeLessThanOrEqual(WISH_WAITS_S)
        }
      }
    }
  })
})
