/** Samples a logger's file may hold: eight months at five seconds, five years at thirty. */
const MAX_LOG_SAMPLES = 5_000_000

const FIRST_CAPACITY = 1024

/** A column of numbers that grows as rows come; doubles hold times, floats readings. */
export type GrowingColumn<T extends Float64Array | Float32Array> = {
  readonly size: () => number
  /** False when the column is full. */
  push(value: number): boolean
  /** What was pushed; a view, valid until the next push. */
  values(): T
}

/** Opens a column of doubles. */
export function growingDoubles(): GrowingColumn<Float64Array> {
  return growing((capacity) => new Float64Array(capacity))
}

/** Opens a column of floats. */
export function growingFloats(): GrowingColumn<Float32Array> {
  return growing((capacity) => new Float32Array(capacity))
}

function growing<T extends Float64Array | Float32Array>(
  make: (capacity: number) => T,
): GrowingColumn<T> {
  let held = make(FIRST_CAPACITY)
  let size = 0
  return {
    size: () => size,
    push(value) {
      if (size >= MAX_LOG_SAMPLES) return false
      if (size === held.length) {
        const larger = make(Math.min(MAX_LOG_SAMPLES, size * 2))
        larger.set(held)
        held = larger
      }
      held[size++] = value
      return true
    },
    values: () => held.subarray(0, size) as T,
  }
}
