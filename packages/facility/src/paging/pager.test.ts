import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '#test/made-up-device.ts'
import {
  type Incident,
  type IncidentBook,
  type IncidentInput,
  type IncidentSignal,
  incidentStep,
  openBook,
  PAGE_AGAIN_MS,
} from '../../../core/src/fleet/index.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StorePort } from '../store/store-port.ts'
import type { TargetState } from './caller.ts'
import type { Callout } from './callout.ts'
import { CalloutBook } from './callout-book.ts'
import { Pager } from './pager.ts'
import type { Target } from './target.ts'

const SIGNAL: IncidentSignal = {
  ...{
    detector: 'cohort',
    metric: 'arousals',
    cause: { release: 7, district: 'harbour' },
    logE: 9,
  },
  ...{ cohorts: [{ cohort: 'adult', logE: 9 }], quietReleases: [5, 6], devices: ['bed-one'] },
}

/** A target that a test turns off and on. */
class MadeUpTarget implements Target {
  readonly kind = 'webhook' as const
  readonly name: string
  readonly label: string
  readonly heard: Callout[] = []
  /** Why it takes nothing; undefined: it does; 'silent': it never answers. */
  fails: string | undefined
  tries = 0

  constructor(name: string) {
    this.name = name
    this.label = name
  }

  async send(page: Callout, signal: AbortSignal): Promise<void> {
    this.tries++
    if (this.fails === 'silent') {
      await new Promise((_, failed) =>
        signal.addEventListener('abort', () => failed(signal.reason)),
      )
    }
    if (this.fails !== undefined) throw new Error(this.fails)
    this.heard.push(page)
  }
}

let folder = ''
let store: StorePort
let nowMs = 0
let book: IncidentBook
let isHeld = true
let troubles: string[] = []
let states: readonly TargetState[] = []
let said: string[] = []
const pagers: Pager[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-pager-'))
  store = await openSqliteStore(join(folder, 'store.sqlite'))
  ;[nowMs, book, isHeld, troubles, said] = [1_000_000, openBook(), true, [], []]
})

afterEach(async () => {
  for (const pager of pagers.splice(0)) await pager.close()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

async function pagerWith(...targets: Target[]): Promise<Pager> {
  const pager = new Pager({
    ...{ targets, book: await CalloutBook.open(store), link: () => 'https://centre/#fleet' },
    incidents: () => (isHeld ? book.incidents : undefined),
    troubles: () => troubles,
    nowMs: () => nowMs,
    changed: (told) => {
      states = told
    },
    say: (_, what, { label }) => said.push(`${what}: ${String(label)}`),
  })
  pagers.push(pager)
  await pager.look()
  return pager
}

/** The desk takes an input; what it calls people for is handed to a pager, or lost in a crash. */
function step(input: IncidentInput, pager?: Pager): void {
  const { state, effects } = incidentStep(book, input)
  book = state
  for (const effect of effects) {
    if (effect.kind === 'page') pager?.call(incidentOf(effect.incident), effect.again)
  }
}

function incidentOf(id: string): Incident {
  return book.incidents.find((each) => each.id === id)!
}

function opens(pager?: Pager, signal = SIGNAL): void {
  step({ kind: 'signal', atMs: nowMs, signal }, pager)
}

async function later(pager: Pager, ms: number): Promise<void> {
  nowMs += ms
  step({ kind: 'tick', atMs: nowMs }, pager)
  await pager.look()
}

describe('F84: people are called', () => {
  it('at once by every way, with what, which release and where, and no device or words', async () => {
    const [phone, mail] = [new MadeUpTarget('phone'), new MadeUpTarget('mail')]
    const pager = await pagerWith(phone, mail)
    opens(pager)
    await until(() => phone.heard.length + mail.heard.length === 2, 'both heard')
    expect(phone.heard[0]).toEqual({
      ...{ id: 'i-1-1000000', subject: 'i-1', kind: 'incident', severity: 'urgent', again: false },
      what: 'A release differs from the others (release 7, district harbour): arousals',
      ...{ release: 7, lastGood: 6, district: 'harbour', cohort: 'adult' },
      ...{ sinceMs: 1_000_000, atMs: 1_000_000, link: 'https://centre/#fleet/i-1' },
    })
    const words = 'Ann of bed 4 cannot sleep'
    opens(pager, { ...SIGNAL, detector: 'operator', metric: words, cause: {}, devices: [] })
    opens(pager, { ...SIGNAL, detector: 'device', cause: { device: 'bed-one' } })
    await until(() => phone.heard.length === 3, 'all heard')
    expect(JSON.stringify(phone.heard)).not.toMatch(/Ann|bed-one/)
  })

  it('again every five minutes until somebody has it, and no more from then on', async () => {
    const phone = new MadeUpTarget('phone')
    const pager = await pagerWith(phone)
    opens(pager)
    await later(pager, PAGE_AGAIN_MS)
    await later(pager, PAGE_AGAIN_MS)
    await until(() => phone.heard.length === 3, 'three times')
    expect(phone.heard.map(({ again }) => again)).toEqual([false, true, true])
    expect(new Set(phone.heard.map(({ id }) => id)).size).toBe(3)
    step({ kind: 'ack', atMs: nowMs, incident: 'i-1', operator: 'mira' }, pager)
    for (let k = 0; k < 3; k++) await later(pager, PAGE_AGAIN_MS)
    expect(phone.heard.length).toBe(3)
    expect(await (await CalloutBook.open(store)).all()).toEqual([])
  })

  it('by the ways that work while one is dead or silent, which is told and is tried less and less', async () => {
    const [dead, silent, phone] = [
      new MadeUpTarget('dead'),
      new MadeUpTarget('silent'),
      new MadeUpTarget('phone'),
    ]
    ;[dead.fails, silent.fails] = ['answer 502', 'silent']
    const pager = await pagerWith(dead, silent, phone)
    opens(pager)
    await until(() => phone.heard.length === 1 && dead.tries === 1, 'one heard, one failed')
    for (let s = 0; s < 240; s++) await later(pager, 1000)
    // At 2, 6, 14, 30, 62 s and then each minute.
    expect(dead.tries).toBeGreaterThan(5)
    expect(dead.tries).toBeLessThan(11)
    expect([silent.tries, phone.heard.length]).toEqual([1, 1])
    expect(states.find(({ name }) => name === 'dead')).toMatchObject({
      ...{ waiting: 1, told: 0, failingSinceMs: 1_000_000, why: 'answer 502' },
    })
    expect(said).toEqual(['a page did not arrive: dead'])
    dead.fails = undefined
    await later(pager, 59_000)
    await later(pager, 1000)
    await until(() => dead.heard.length > 0, 'it arrives')
    expect(said.at(-1)).toBe('pages arrive again: dead')
    const mended = states.find(({ name }) => name === 'dead')!
    expect([mended.failingSinceMs, mended.why]).toEqual([undefined, undefined])
  })

  it('after a crash with the same id until it arrives, and not twice for what arrived (at least once)', async () => {
    const [dead, phone] = [new MadeUpTarget('dead'), new MadeUpTarget('phone')]
    dead.fails = 'ECONNREFUSED'
    const first = await pagerWith(dead, phone)
    opens(first)
    await until(() => dead.tries === 1 && phone.heard.length === 1, 'tried')
    await until(async () => {
      const kept = await (await CalloutBook.open(store)).all()
      return kept.some(({ isTold }) => isTold)
    }, 'kept')
    await first.close()
    const [mended, same] = [new MadeUpTarget('dead'), new MadeUpTarget('phone')]
    nowMs += 5000
    await pagerWith(mended, same)
    await until(() => mended.heard.length === 1, 'it arrives')
    expect([mended.heard[0]!.id, same.heard.length]).toEqual([phone.heard[0]!.id, 0])
  })

  it('though the centre died between the log and the store: the incident itself still calls', async () => {
    // No pager hears it.
    opens()
    const phone = new MadeUpTarget('phone')
    await pagerWith(phone)
    await until(() => phone.heard.length === 1, 'called')
    expect(phone.heard[0]!.id).toBe('i-1-1000000')
  })

  it('not at an address that is not asked for any more', async () => {
    const old = new MadeUpTarget('old')
    old.fails = 'gone'
    const first = await pagerWith(old)
    opens(first)
    await until(() => old.tries === 1, 'tried')
    await first.close()
    await pagerWith(new MadeUpTarget('new'))
    const kept = await (await CalloutBook.open(store)).all()
    expect(kept.map(({ target }) => target)).toEqual(['new'])
  })

  it('from the machine that holds the desk, and from no other', async () => {
    const phone = new MadeUpTarget('phone')
    isHeld = false
    const pager = await pagerWith(phone)
    opens()
    await later(pager, 10_000)
    expect(phone.tries).toBe(0)
    isHeld = true
    await later(pager, 1000)
    await until(() => phone.heard.length === 1, 'called')
  })

  it('for the centre itself when it does not work for half a minute, though the store is away', async () => {
    const phone = new MadeUpTarget('phone')
    const pager = await pagerWith(phone)
    troubles = ['the store takes no rows: duplicate key bed-one']
    for (let s = 0; s < 29; s++) await later(pager, 1000)
    expect(phone.heard.length).toBe(0)
    for (let s = 0; s < 400; s++) await later(pager, 1000)
    await until(() => phone.heard.length === 2, 'called twice')
    expect(phone.heard[0]).toMatchObject({
      ...{ kind: 'centre', severity: 'critical', again: false },
      what: 'The centre itself: the store takes no rows',
    })
    troubles = []
    for (let s = 0; s < 400; s++) await later(pager, 1000)
    expect(phone.heard.length).toBe(2)
  })
})
