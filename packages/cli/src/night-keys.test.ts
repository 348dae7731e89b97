import { PassThrough } from 'node:stream'
import type { Mode } from '@nocturne/core/night'
import type { NightWord } from '@nocturne/edge'
import { describe, expect, it } from 'vitest'
import { hearKeys } from './night-keys.ts'

type Said = NightWord | { readonly askFor: Mode }

async function typed(
  mode: Mode,
  lines: readonly string[],
  isTTY = true,
): Promise<[Said[], string]> {
  const keys = Object.assign(new PassThrough(), { isTTY })
  const said: Said[] = []
  let told = ''
  const night = {
    say: (word: NightWord): void => void said.push(word),
    askFor: (to: Mode): void => void said.push({ askFor: to }),
  }
  const tell = (text: string): void => {
    told += text
  }
  const close = hearKeys(night, mode, { tell }, keys)
  for (const line of lines) keys.write(`${line}\n`)
  await new Promise((done) => setImmediate(done))
  close()
  return [said, told]
}

describe('the keys of a night', () => {
  it('s stops, n lowers, and only the whole word awake asks for the mode again (N19, N55)', async () => {
    const [said, told] = await typed('control', ['', 'a', 'aw', 'awake!', 'y', 's', 'n', ' awake '])
    expect(said).toEqual([
      { kind: 'stop', by: 'button' },
      { kind: 'mode', to: 'natural', awake: true, ask: 0 },
      { askFor: 'control' },
    ])
    expect(told).toContain('awake asks for control again')
  })

  it('a night that is natural anyway offers no other mode', async () => {
    expect((await typed('natural', []))[1]).not.toContain('awake')
  })

  it('hear nothing where no person types', async () => {
    expect(await typed('control', ['awake', 's'], false)).toEqual([[], ''])
  })
})
