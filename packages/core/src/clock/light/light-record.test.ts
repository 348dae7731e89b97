import { describe, expect, test } from 'vitest'
import { describeProblem } from '../../math/result.ts'
import { readLightRecord } from './light-record.ts'

function problem(text: string): string {
  const read = readLightRecord(text)
  return read.ok ? 'read' : describeProblem(read.problem)
}

describe('a light file', () => {
  test('gives photopic lux, wake and the hour of its first sample', () => {
    const read = readLightRecord(
      '{"name":"x","dt_h":0.5,"t0_h":7,"light_lux":[0,150.5],"wake":[0,1]}',
    )
    expect(read.ok && read.value).toEqual({
      light: { unit: 'photopicLux', dtH: 0.5, lux: Float64Array.of(0, 150.5) },
      startH: 7,
      wake: Float64Array.of(0, 1),
    })
  })

  test('may be in melanopic EDI, and says so', () => {
    const read = readLightRecord('{"dt_h":0.5,"melanopic_edi_lux":[10]}')
    expect(read.ok && read.value.light.unit).toBe('melanopicEdiLux')
  })

  test('marks a gap by null, or by the NaN of Python', () => {
    const read = readLightRecord('{"dt_h":0.1,"light_lux":[1,null,NaN, NaN ,2]}')
    expect(read.ok && [...read.value.light.lux]).toEqual([1, NaN, NaN, NaN, 2])
  })

  test('is refused at the first bad value, by its index', () => {
    const lux = (values: string) => problem(`{"dt_h":0.1,"light_lux":[${values}]}`)
    expect(lux('5,-1,-2')).toBe(
      'light_lux[1]: got -1, expected a number from 0 to 200000, or null (LIGHT_VALUE)',
    )
    expect(lux('5,6,1e7')).toMatch(/^light_lux\[2\]: got 10000000/)
    expect(lux('"bright"')).toMatch(/^light_lux\[0\]: got "bright"/)
    expect(problem('{"dt_h":0.1,"light_lux":[1,1],"wake":[1,2]}')).toMatch(/^wake\[1\]: got 2/)
  })

  test('is refused with the form that is wanted when it has another', () => {
    expect(problem('lux: 5')).toMatch(/^light file: got text that is not JSON, expected {"dt_h"/)
    expect(problem('[1,2]')).toMatch(/not JSON/)
    expect(problem('{"dt_h":0.1}')).toMatch(/^light_lux: got nothing/)
    expect(problem('{"dt_h":0,"light_lux":[1]}')).toMatch(/^dt_h: got 0/)
    expect(problem('{"dt_h":0.1,"t0_h":"7","light_lux":[1]}')).toMatch(/^t0_h: got "7"/)
    expect(problem('{"dt_h":0.1,"light_lux":[]}')).toMatch(/0 samples/)
    expect(problem('{"dt_h":0.1,"light_lux":[1],"wake":[1,1]}')).toMatch(/^wake: got 2 samples/)
    expect(problem('{"dt_h":0.1,"light_lux":[1],"wake":1}')).toMatch(/^wake: got 1/)
  })
})
