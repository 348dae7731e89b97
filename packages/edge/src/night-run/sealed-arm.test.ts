import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type BoxRecord,
  boxParts,
  conductOf,
  type LoopEvent,
  type NightDraw,
  type NightMontage,
  openedArm,
  recordsOf,
  sealedArm,
} from '@nocturne/core/night'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEEP, LOOP_HZ, loopConsent, loopHeader } from '#test/made-up-loop.ts'
import { deepSleep } from '../../../../bench/deep-sleep.ts'
import { openBoxFile } from '../box-file/box-file.ts'
import { openBoxSources } from '../box-file/box-sources.ts'
import type { Source } from '../source/source.ts'
import { type CarriedSound, FileActor } from './actor.ts'
import { NightRun } from './night-run.ts'
import type { NightTally } from './night-tally.ts'

const MINUTES = 7
const SEED = '5'.repeat(64)
const NIGHT = 3
const folder = mkdtempSync(join(tmpdir(), 'nocturne-arm-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Deep sleep that is played in pieces of a sixteenth of a second. */
function madeUp(): Source {
  const x = deepSleep({ seconds: MINUTES * 60, rateHz: LOOP_HZ, seed: 9 })
  const piece = LOOP_HZ / 16
  return {
    description: {
      ...{ name: 'made up', rateHz: LOOP_HZ, live: false },
      channels: [{ label: 'Fpz-Cz', unit: 'uV' }],
    },
    async *chunks() {
      for (let first = 0; first < x.length; first += piece) {
        const atMs = Math.floor(((first + piece) * 1000) / LOOP_HZ)
        yield { first, atMs, columns: [x.slice(first, first + piece)] }
      }
    },
    onNotice: () => undefined,
    close: () => Promise.resolve(),
  }
}

type Told = {
  readonly records: readonly BoxRecord[]
  readonly bytes: number
  readonly events: readonly LoopEvent[]
  readonly tally: NightTally
  readonly sounds: readonly CarriedSound[]
}

async function nightUnder(arm: NightDraw): Promise<Told> {
  const { aim, seed } = conductOf(arm, SEED, NIGHT, 5)
  const header = loopHeader({ aim, seed })
  const path = join(folder, `${arm}.box`)
  const events: LoopEvent[] = []
  const montage: NightMontage = { montage: header.montage, from: [{ index: 0 }] }
  const actor = new FileActor(header.token)
  const night = new NightRun({
    ...{ source: madeUp(), header, montage, stager: DEEP, actor },
    ...{ box: await openBoxFile(path), sealed: sealedArm(arm, SEED, NIGHT) },
    opening: [
      { kind: 'latency', meanMs: 50, sdMs: 2 },
      { kind: 'consent', consent: loopConsent(86_400_000), verified: true },
      { kind: 'mode', to: 'control', awake: true, ask: 1 },
    ],
    onStep: (_, said) => events.push(...said),
  })
  expect(await night.run()).toBe(0)
  const opened = await openBoxSources(path)
  if (!opened.ok) throw new Error('a box')
  const records: BoxRecord[] = []
  for await (const part of boxParts(opened.value.sources)) {
    if (part.kind === 'block') records.push(...(recordsOf(part) ?? []))
  }
  await opened.value.close()
  return { records, bytes: statSync(path).size, events, tally: night.tally, sounds: actor.sounds }
}

describe('a night of a sealed trial, with sound, muted and in blocks of both', () => {
  let stim: Told
  let muted: Told
  let blocks: Told
  beforeAll(async () => {
    stim = await nightUnder('stim')
    muted = await nightUnder('muted')
    blocks = await nightUnder('blocks')
  }, 180_000)

  it('decides alike: every event, every reason, every count (N82)', () => {
    expect(stim.tally.stimuli.length).toBeGreaterThan(10)
    for (const { events, tally } of [muted, blocks]) {
      expect(events).toEqual(stim.events)
      expect(tally.stimuli).toEqual(stim.tally.stimuli)
      expect(tally.refused).toEqual(stim.tally.refused)
    }
  })

  it('leaves boxes of the same size that differ in the sealed bytes alone (N80)', () => {
    expect([muted.bytes, blocks.bytes]).toEqual([stim.bytes, stim.bytes])
    const open = ({ records }: Told): BoxRecord[] => records.filter(({ kind }) => kind !== 'sealed')
    expect(open(muted)).toEqual(open(stim))
    expect(open(blocks)).toEqual(open(stim))
    expect(stim.records.length - open(stim).length).toBe(1)
  })

  it('tells in each decision the moment at which the loudspeaker mutes or not (N84)', () => {
    const told = blocks.events.flatMap((event) => {
      if (event.kind !== 'decision' || !event.decision.allowed) return []
      const { atMs, sample, chance } = event.decision
      return chance ? [atMs + ((chance.heardAt - sample) * 1000) / LOOP_HZ] : []
    })
    expect(told.length).toBeGreaterThan(10)
    const heard = blocks.sounds.map(({ heardAtMs }) => heardAtMs)
    expect(heard.length).toBeGreaterThan(10)
    expect(heard.filter((atMs) => !told.includes(atMs))).toEqual([])
  })

  it('has an arm that the seed of the trial tells, and the box does not (N80, N81)', () => {
    const seal = ({ records }: Told): Uint8Array =>
      records.flatMap((record) => (record.kind === 'sealed' ? [record.bytes] : []))[0]!
    expect(openedArm(seal(stim), SEED, NIGHT)).toBe('stim')
    expect(openedArm(seal(muted), SEED, NIGHT)).toBe('muted')
    expect(openedArm(seal(blocks), SEED, NIGHT)).toBe('blocks')
    expect(openedArm(seal(stim), '6'.repeat(64), NIGHT)).toBeUndefined()
    for (const arm of ['stim', 'muted', 'blocks']) {
      const bytes = readFileSync(join(folder, `${arm}.box`))
      expect(bytes.includes(SEED)).toBe(false)
    }
  })
})
