import { expect, test } from 'vitest'
import { ascii, writeTar } from '#test/model-files.ts'
import { looksLikeTar, readTar } from './tar.ts'

const archive = writeTar({
  'net_params.json': ascii('{"a": 1}'),
  'state.torch': new Uint8Array(700),
})

test('a tar archive opens into its files without copying them', () => {
  const files = readTar(archive)
  if (!files.ok) throw new Error(files.problem.got)
  expect([...files.value.keys()]).toEqual(['net_params.json', 'state.torch'])
  expect(files.value.get('net_params.json')).toEqual(ascii('{"a": 1}'))
  expect(files.value.get('state.torch')?.buffer).toBe(archive.buffer)
  expect(looksLikeTar(archive)).toBe(true)
  expect(looksLikeTar(ascii('tree'))).toBe(false)
})

test('a torn or altered archive is a problem that names the byte', () => {
  const torn = readTar(archive.subarray(0, 1600))
  expect(torn.ok ? '' : torn.problem.code).toBe('MODEL_TRUNCATED')
  const altered = archive.slice()
  altered[130] = 0x39
  const read = readTar(altered)
  expect(read.ok ? '' : read.problem.code).toBe('MODEL_FORMAT')
})
