import { assert } from './assert.ts'
import { log } from './elementary.ts'

/** A stream of random numbers that a seed determines to the last bit, in every engine. */
export type Random = {
  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number
  /** Standard normal: mean 0, standard deviation 1. */
  normal(): number
  /** Uniform integer in 0 .. n - 1, n from 1 to 2^32. */
  integer(n: number): number
}

/**
 * Random numbers from a seed (any finite number; its fraction counts too). The generator is
 * xoshiro128** (Blackman and Vigna, ACM TOMS 47, 2021), its state filled by a splitmix of the
 * seed's 64 bits; normals come by Marsaglia's polar method. Not for secrets.
 */
export function seededRandom(seed: number): Random {
  assert(Number.isFinite(seed), `seed ${seed} is not a finite number`)
  const next = xoshiro(seed)
  const uniform = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992
  let spare = 0
  let hasSpare = false
  const normal = (): number => {
    if (hasSpare) {
      hasSpare = false
      return spare
    }
    for (;;) {
      const u = 2 * uniform() - 1
      const v = 2 * uniform() - 1
      const s = u * u + v * v
      if (s >= 1 || s === 0) continue
      const factor = Math.sqrt((-2 * log(s)) / s)
      spare = v * factor
      hasSpare = true
      return u * factor
    }
  }
  const integer = (n: number): number => {
    assert(n >= 1 && n <= 4294967296 && Number.isInteger(n), `integer(${n}): n is 1 to 2^32`)
    const limit = 4294967296 - (4294967296 % n) // no number is favoured
    let r = next()
    while (r >= limit) r = next()
    return r % n
  }
  return { uniform, normal, integer }
}

function xoshiro(seed: number): () => number {
  const words = new Uint32Array(new Float64Array([seed === 0 ? 0 : seed]).buffer)
  let mix = (words[0]! ^ Math.imul(words[1]!, 0x9e3779b1)) >>> 0
  const fill = (): number => {
    mix = (mix + 0x9e3779b9) | 0
    let z = mix ^ (mix >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
  let a = fill()
  let b = fill() ^ words[1]!
  let c = fill() ^ words[0]!
  let d = fill() | 1
  return () => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return scrambled >>> 0
  }
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k))
}
