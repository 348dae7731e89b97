import { describe, expect, it } from 'vitest'
import { canonicalBytes, canonicalText } from './canonical.ts'

describe('canonical bytes', () => {
  it('names are sorted at every level and there is no white space', () => {
    const value = { b: [1, { z: true, a: false }], a: 'x', B: 0 }
    expect(canonicalText(value)).toBe('{"B":0,"a":"x","b":[1,{"a":false,"z":true}]}')
  })

  it('the same value in another order of writing has the same bytes', () => {
    expect(canonicalBytes('p', { a: 1, b: 2 })).toEqual(canonicalBytes('p', { b: 2, a: 1 }))
  })

  it('everything outside printable ASCII, and quote and backslash, is \\uXXXX in lower case', () => {
    expect(canonicalText('a"\\\né\u{1f600}\x7f~ ')).toBe(
      '"a\\u0022\\u005c\\u000a\\u00e9\\ud83d\\ude00\\u007f~ "',
    )
  })

  it('minus zero is zero', () => expect(canonicalText(-0)).toBe('0'))

  it('a fraction, NaN or a number above 2^53 - 1 has no canonical form', () => {
    for (const value of [0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(() => canonicalText(value)).toThrow('no whole number')
    }
  })

  it('nothing is nested deeper than eight', () => {
    let deep: readonly unknown[] = []
    for (let i = 0; i < 9; i++) deep = [deep]
    expect(() => canonicalText(deep as never)).toThrow('nested deeper')
  })

  it('the purpose is a line of its own: a signature for one purpose is none for another', () => {
    expect([...canonicalBytes('ab', 1)]).toEqual([97, 98, 10, 49])
  })
})
