/**
 * Seconds without the dust of binary fractions, to a nanosecond: 2.3457031 - 0.3945312 is
 * 1.9511719.
 */
export function tidySeconds(value: number): number {
  return Number(value.toFixed(9))
}
