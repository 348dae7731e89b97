import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type History, PARAMETERS } from '@nocturne/core/night'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loopHeader } from '#test/made-up-loop.ts'
import type { Arguments } from './command.ts'
import { nightArm } from './night-arm.ts'
import { shelveTrial } from './trial-shelf.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-arm-'))
const before = process.env.NOCTURNE_HOME
beforeAll(async () => {
  process.env.NOCTURNE_HOME = folder
  await shelveTrial('autumn', { control: 'muted', perBlock: 1, nights: 12 }, 0)
  await shelveTrial('blocks', { control: 'muted', perBlock: 1, nights: 12, blockMin: 10 }, 0)
  await shelveTrial('phases', { control: 'random-phase', perBlock: 1, nights: 12 }, 0)
})
afterAll(() => {
  if (before === undefined) delete process.env.NOCTURNE_HOME
  else process.env.NOCTURNE_HOME = before
  rmSync(folder, { recursive: true })
})

const words = (options: Readonly<Record<string, string>>): Arguments =>
  ({ positionals: [], text: (name: string) => options[name], flag: () => false }) as Arguments

describe('a night of a sealed trial', () => {
  it('sounds in one night of a block and is muted in the other, both told as sealed (N80, N81)', async () => {
    const arms = await Promise.all(
      ['1', '2'].map((night) => nightArm(words({ trial: 'autumn', night }))),
    )
    expect(arms.map(({ mutedAt }) => mutedAt(0)).sort()).toEqual([false, true])
    expect(arms.map(({ told }) => told)).toEqual(['sealed', 'sealed'])
    const [a, b] = arms.map((arm) => arm.headed(loopHeader()))
    expect(Object.keys(a!)).toEqual(Object.keys(b!))
    expect({ ...a, seed: 0 }).toEqual({ ...b, seed: 0 })
    expect(a!.release.parameters.evokedTargetUv).toBe(PARAMETERS.evokedTargetUv.to)
    expect(arms.map(({ sealed }) => sealed?.length)).toEqual([32, 32])
  })

  it('has one block of each pair muted, in a night that is told as sealed and not silent (N81, N82)', async () => {
    const arm = await nightArm(words({ trial: 'blocks', night: '3' }))
    expect([arm.told, arm.silent, arm.sealed?.length]).toEqual(['sealed', false, 32])
    for (let pair = 0; pair < 24; pair++) {
      const [a, b] = [1, 11].map((minute) => arm.mutedAt((20 * pair + minute) * 60_000))
      expect([a, b].sort()).toEqual([false, true])
    }
    expect(arm.headed(loopHeader()).aim).toEqual({ kind: 'target' })
  })

  it('waits for a night without sound after six in a row where each night has blocks with it (N68)', async () => {
    const arm = await nightArm(words({ trial: 'blocks' }))
    const after = (sinceSilent: number) => () =>
      arm.headed(loopHeader({ history: { sinceSilent } })).history?.sinceSilent
    expect(after(5)()).toBe(5)
    expect(after(6)).toThrow('6 nights in a row with sound, expected one without first (rule N68)')
  })

  it('keeps the rule of silent nights by its draw, which the log of nights cannot see (N68)', async () => {
    const since = async (trial: string, sinceSilent?: number): Promise<number | undefined> => {
      const history: History = sinceSilent === undefined ? {} : { sinceSilent }
      const arm = await nightArm(words({ trial }))
      return arm.headed(loopHeader({ history })).history?.sinceSilent
    }
    expect([await since('autumn', 9), await since('autumn', 2)]).toEqual([5, 2])
    expect([await since('autumn'), await since('phases', 9)]).toEqual([undefined, 9])
  })

  it('waits for two free nights after fourteen in a row (N69)', async () => {
    const arm = await nightArm(words({ trial: 'autumn' }))
    const after = (nightsInRow: number) => () =>
      arm.headed(loopHeader({ history: { nightsInRow } }))
    expect(after(13)).not.toThrow()
    expect(after(14)).toThrow('expected two nights without first (rule N69)')
  })

  it('is stim unless said; sham is muted and says so', async () => {
    expect(await nightArm(words({}))).toMatchObject({ told: 'stim', silent: false })
    expect(await nightArm(words({ arm: 'sham' }))).toMatchObject({ told: 'sham', silent: true })
    await expect(nightArm(words({ arm: 'off' }))).rejects.toThrow('expected stim or sham')
  })
})
