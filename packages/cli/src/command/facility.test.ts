import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callNocturne } from '#test/nocturne.ts'
import { openTestFacility } from '#test/test-facility.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-facility-words-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function call(...words: string[]) {
  return callNocturne(['facility', '--data', join(folder, 'data'), '--no-app', ...words])
}

describe('nocturne facility', () => {
  it('says in one line what it cannot be started with, and makes nothing', async () => {
    await writeFile(join(folder, 'cert.pem'), 'x')
    for (const [words, told] of [
      [['--tls-cert', join(folder, 'cert.pem')], 'expected both or none'],
      [['--open-enrolment', 'yes', '--host', '0.0.0.0', '--plain'], 'expected a loopback address'],
      // What devices say and prove would be read by whoever is on the way.
      [['--host', '0.0.0.0'], '--host: got 0.0.0.0 without TLS, expected --tls-cert'],
      [['--open-enrolment', 'maybe'], 'expected yes or no'],
      [['--origin', 'https://here.example/page'], 'without a path'],
      [['--port', '65535'], 'expected a number from 0 to 65534'],
      [['--log', 'loud'], 'expected json or text'],
      [['--backup-every', '0'], 'expected a number from 0.01'],
    ] as const) {
      const { code, err, out } = await call(...words)
      expect([code, out, err.trimEnd().split('\n').length, words]).toEqual([2, '', 1, words])
      expect(err).toContain(told)
    }
  })

  it('names the folder that another facility holds, and the port that is in use', async () => {
    const facility = await openTestFacility(join(folder, 'data'))
    try {
      const held = await call('--port', '0')
      expect([held.code, held.err]).toEqual([2, expect.stringContaining('another facility holds')])
      const { port } = new URL(facility.url)
      const taken = await callNocturne([
        ...['facility', '--data', join(folder, 'other'), '--no-app', '--port', port],
      ])
      expect([taken.code, taken.err]).toEqual([2, expect.stringContaining('in use')])
    } finally {
      await facility.close()
    }
  })

  it('is told of with an example', async () => {
    const { code, out } = await call('--help')
    expect(code).toBe(0)
    expect(out).toContain('nocturne facility --data ./facility --port 4610')
  })
})
