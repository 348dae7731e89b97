import { expect, it } from 'vitest'
import { callNocturne } from '#test/nocturne.ts'

it('a recording that is not there is named once, in one line', async () => {
  for (const spec of ['no-such-night.edf', './no-such-night.edf', 'lsl:', 'serial:/dev/no-such']) {
    const { code, err } = await callNocturne(['loop', spec, '--rehearse', 'natural', '--box', 'x'])
    expect(code, err).toBe(2)
    expect(err.trimEnd().split('\n').length).toBe(1)
    expect(err.split(spec).length, err).toBe(2)
  }
})
