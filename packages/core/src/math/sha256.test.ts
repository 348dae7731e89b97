import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ascii } from '#test/model-files.ts'
import { combinedHash, sha256 } from './sha256.ts'

test('a file is known by its SHA-256, at every length around a block', () => {
  expect(sha256(ascii('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255)
    expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
  }
})

test('an ensemble has one hash, whatever the order of its files', () => {
  const hashes = ['b', 'a', 'c'].map((text) => sha256(ascii(text)))
  expect(combinedHash(hashes)).toBe(combinedHash([...hashes].reverse()))
  expect(combinedHash(hashes)).not.toBe(combinedHash(hashes.slice(1)))
  expect(combinedHash(hashes.slice(1, 2))).toBe(hashes[1])
})
