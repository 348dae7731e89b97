import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LoopEvent, type NightHeader, nightOf, replay } from '@nocturne/core/night'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liveNight, STINGY } from '#test/live-night.ts'
import { LOOP_START_MS, steadyStager } from '#test/made-up-loop.ts'
import { openBoxFile } from '../box-file/box-file.ts'
import { openBoxSources } from '../box-file/box-sources.ts'
import { FileActor } from './actor.ts'
import { JoinedActor } from './joined-actor.ts'

/** A sleeper in N2 is woken early in the second half of the window, and not before. */
const N2 = steadyStager([0.02, 0.1, 0.84, 0.02, 0.02])
const [WAKE_MIN, EARLY_MIN, LONG_MIN] = [18.5, 3.5, 4]
const HEADER: NightHeader = { ...STINGY, wakeMs: LOOP_START_MS + WAKE_MIN * 60_000 }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-no-lamp-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A morning with light consented to and no lamp: what came of it, and whether it comes again. */
async function morning(name: string, header: NightHeader): Promise<readonly LoopEvent[]> {
  const path = join(folder, name)
  const events: LoopEvent[] = []
  const night = liveNight({
    ...{ header, minutes: LONG_MIN, ask: 1, stager: N2, box: await openBoxFile(path) },
    actor: new JoinedActor(new FileActor(header.token), []),
    hears: (_input, said) => void events.push(...said),
  })
  expect(await night.run()).toBe(0)
  const opened = await openBoxSources(path)
  if (!opened.ok) throw new Error(opened.problem.code)
  const again = await replay(opened.value.sources, { loop: nightOf({ stager: N2 }) })
  await opened.value.close()
  expect(again).toMatchObject({ ok: true, value: { identical: true } })
  return events
}

const decisions = (events: readonly LoopEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'decision' ? [event.decision.code] : []))
const commands = (events: readonly LoopEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'command' ? [event.lease.action] : []))
const falls = (events: readonly LoopEvent[]): string[] =>
  events.flatMap(({ ...event }) =>
    event.kind === 'note' && event.note.kind === 'mode' ? [event.note.code] : [],
  )

describe('a dawn without a lamp', () => {
  it('is not wished for, is told once, and the smart wake still sounds early (N54, N75)', async () => {
    const events = await morning('without.box', { ...HEADER, noLamp: true })
    expect(decisions(events).filter((code) => code === 'NO_LAMP')).toEqual(['NO_LAMP'])
    expect(falls(events)).toEqual(['ASKED'])
    expect(new Set(commands(events))).toEqual(new Set(['wake']))
    const first = events.find((event) => event.kind === 'command')!
    expect(first).toMatchObject({ lease: { actuator: 'sound' } })
    expect(first.lease.issuedAtMs).toBeGreaterThanOrEqual(EARLY_MIN * 60_000 - 1000)
    expect(first.lease.issuedAtMs).toBeLessThan(EARLY_MIN * 60_000 + 5000)
  }, 120_000)

  it('where nobody said that there is none, light that fails is an incident as before (N52)', async () => {
    const events = await morning('failing.box', HEADER)
    expect(falls(events)).toEqual(['ASKED', 'EFFECT_UNCONFIRMED'])
    expect(commands(events)).toEqual(['lamp', 'lamp', 'lamp'])
  }, 120_000)
})
