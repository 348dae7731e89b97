import { expect, it } from 'vitest'
import { roundHalfEven } from './rounding.ts'

it('halves go to the even neighbour, everything else to the nearest', () => {
  const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map((x) => roundHalfEven(x) + 0)
  expect(halves).toEqual([-2, -2, 0, 0, 2, 2])
  expect([2.49, 2.51, -2.51, 7, NaN].map(roundHalfEven)).toEqual([2, 3, -3, 7, NaN])
})
