import { describe, expect, it } from 'vitest'
import { callNocturne } from '#test/nocturne.ts'

describe('nocturne fleet', () => {
  it('hands each part its own words, without the name of the part', async () => {
    const needs = await callNocturne(['fleet', 'rollout', 'needs', '--devices', '10000', '--json'])
    expect([needs.code, needs.err]).toEqual([0, ''])
    expect(JSON.parse(needs.out)).toBeTypeOf('object')
  })

  it('refuses a part that is none, and an option that belongs to another part', async () => {
    const none = await callNocturne(['fleet', 'failsave'])
    expect([none.code, none.out]).toEqual([2, ''])
    expect(none.err).toContain(
      'expected fleet status|devices|incidents|releases|rollout|failsafe|ladder|drill|approvals|tokens|page|audit|nab',
    )
    const stray = await callNocturne(['fleet', 'nab', 'DIR', '--devices', '3'])
    expect([stray.code, stray.err]).toEqual([
      2,
      'nocturne fleet: --devices: got it with fleet nab, expected --scores\n',
    ])
  })

  it('tells in its help whose each option is', async () => {
    const help = await callNocturne(['fleet', '--help'])
    expect(help.code).toBe(0)
    expect(help.out).toMatch(/--scores OUT +nab: /)
    expect(help.out).toMatch(/--release FILE +releases: .* · rollout: /)
  })
})
