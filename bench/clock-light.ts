/** Days, step (h) and samples of a person in the bench of the clock. */
export const DAYS = 30
export const DT_H = 0.1
export const SAMPLES = DAYS * 240

/**
 * Light of some people, row by row: 16 h a day by habits of their own, darkness otherwise. `every`
 * draws a new light for every sample, .5 to 1,800 lux, evenly in its logarithm (a table of 4,096
 * values); otherwise the day is one level of 150 lux.
 */
export function ownLight(people: number, seed: number, every = true): Float64Array {
  const lux = new Float64Array(people * SAMPLES)
  let word = (seed * 2654435761 + 12345) >>> 0
  for (let person = 0; person < people; person++) {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0
    const wakes = 60 + (word >>> 27)
    for (let day = 0; day < DAYS; day++) {
      const row = person * SAMPLES + day * 240
      for (let i = wakes; i < wakes + 140; i++) {
        word = (Math.imul(word, 1664525) + 1013904223) >>> 0
        lux[row + i] = every ? LEVELS[word >>> 20]! : 150
      }
    }
  }
  return lux
}

const LEVELS = Float64Array.from({ length: 4096 }, (_, i) => 0.5 * 2 ** ((i / 4096) * 11.8))
