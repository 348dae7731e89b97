/** The nearest integer, of two the even one, as Python and NumPy round; NaN stays NaN. */
export function roundHalfEven(x: number): number {
  const near = Math.round(x)
  return near - x === 0.5 && near % 2 !== 0 ? near - 1 : near
}
