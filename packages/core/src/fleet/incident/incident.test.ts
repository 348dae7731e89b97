import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { incidentStep, openBook, PAGE_AGAIN_MS } from './book.ts'
import { type Incident, type IncidentBook, incidentCeiling } from './incident.ts'
import type { IncidentEffect, IncidentInput } from './input.ts'
import {
  decodePieceConsent,
  encodePieceConsent,
  signPieceConsent,
  verifyPieceConsent,
} from './piece-consent.ts'
import { postMortemText } from './post-mortem.ts'
import { PLAYBOOK } from './safe-action.ts'
import type { IncidentSignal } from './signal.ts'
import { PIECE_MS, QUIET_MS } from './turn.ts'

const T0 = Date.UTC(2026, 10, 27, 2)
const SIGNAL: IncidentSignal = {
  ...{ detector: 'dream', metric: 'REM density', cause: { release: 12 }, logE: 9 },
  cohorts: [{ cohort: 'late/30-59', logE: 8 }],
  ...{ quietReleases: [10, 11, 13], devices: ['bed-1', 'bed-2', 'bed-3', 'bed-4'] },
}

type Input = IncidentInput extends infer I
  ? I extends IncidentInput
    ? Omit<I, 'atMs'>
    : never
  : never

class Desk {
  state: IncidentBook = openBook()
  effects: readonly IncidentEffect[] = []
  atMs = T0

  tell(input: Input, afterMs = 0): this {
    this.atMs += afterMs
    const step = incidentStep(this.state, { ...input, atMs: this.atMs } as IncidentInput)
    this.state = step.state
    this.effects = step.effects
    return this
  }

  signal(change: Partial<IncidentSignal> = {}, afterMs = 0): this {
    return this.tell({ kind: 'signal', signal: { ...SIGNAL, ...change } }, afterMs)
  }

  order(kind: 'ack' | 'recover', afterMs = 0): this {
    return this.tell({ kind, incident: 'i-1', operator: 'ann' }, afterMs)
  }

  words(kind: 'mitigate' | 'note', words: string): this {
    return this.tell({ kind, incident: 'i-1', operator: 'ann', words })
  }

  close(as: 'mended' | 'false-alarm', afterMs = 0, words = 'gain of the eye channel'): this {
    return this.tell({ kind: 'close', incident: 'i-1', operator: 'ben', as, words }, afterMs)
  }

  get one(): Incident {
    return this.state.incidents[0]!
  }

  get refusal(): string | undefined {
    const effect = this.effects.find(({ kind }) => kind === 'refused')
    return effect?.kind === 'refused' ? effect.why : undefined
  }
}

describe('incidents', () => {
  it('are one for each detector and cause, however many signs come (F55)', () => {
    const desk = new Desk().signal()
    for (let k = 0; k < 1000; k++) desk.signal({ logE: 9 + k / 100 }, 1000)
    expect(desk.state.incidents.length).toBe(1)
    expect(desk.one.signals).toBe(1001)
    expect(desk.one.evidence.length).toBeLessThanOrEqual(128)
    expect(desk.one.evidence[0]).toEqual({ atMs: T0, logE: 9 })
    desk.signal({ detector: 'cohort' }).signal({ cause: { release: 13 } })
    expect(desk.state.incidents.map(({ key }) => key)).toEqual([
      ...['dream: release 12', 'cohort: release 12', 'dream: release 13'],
    ])
  })

  it('call people when they open, again every 5 min, and never for a sign, until one has it (F55)', () => {
    const desk = new Desk().signal()
    expect(desk.effects).toContainEqual({ kind: 'page', incident: 'i-1', again: false })
    expect(desk.signal().effects).toEqual([])
    expect(desk.tell({ kind: 'tick' }, PAGE_AGAIN_MS - 1).effects).toEqual([])
    expect(desk.tell({ kind: 'tick' }, 1).effects).toEqual([
      { kind: 'page', incident: 'i-1', again: true },
    ])
    desk.order('ack')
    expect(desk.tell({ kind: 'tick' }, 10 * PAGE_AGAIN_MS).effects).toEqual([])
    expect(desk.order('ack').refusal).toBe('not-now')
  })

  it('name the first bad release and the last good one before it; a replay has the last word (F55)', () => {
    const desk = new Desk().signal()
    expect(desk.one.suspect).toEqual({ release: 12, lastGood: 11, by: 'comparison' })
    desk.tell({ kind: 'finding', incident: 'i-1', release: 12, lastGood: 11, words: 'REM gate' })
    desk.signal({ quietReleases: [] })
    expect(desk.one.suspect).toEqual({ release: 12, lastGood: 11, by: 'replay' })
    expect(new Desk().signal({ quietReleases: [] }).one.suspect?.by).toBe('signal')
    expect(new Desk().signal({ cause: { district: 'north' } }).one.suspect).toBeUndefined()
  })

  it('do by rule only what ends, lowers or asks (F56)', () => {
    const safe = ['stop-rollout', 'shorten-grants', 'natural', 'ask-piece']
    expect(new Set(Object.values(PLAYBOOK).flat())).toEqual(new Set(safe))
    const desk = new Desk().signal()
    const acts = desk.effects.flatMap((effect) => (effect.kind === 'act' ? [effect.action] : []))
    const span = { fromMs: T0 - PIECE_MS, toMs: T0 + PIECE_MS }
    expect(acts).toEqual([
      { do: 'stop-rollout', release: 12 },
      { do: 'natural', cause: { release: 12 } },
      ...['bed-1', 'bed-2', 'bed-3'].map((device) => ({
        ...{ do: 'ask-piece', incident: 'i-1', device },
        ...span,
      })),
    ])
    for (const { signal, allowed } of [
      { signal: { detector: 'silence', cause: { district: 'north' } } as const, allowed: [] },
      { signal: { detector: 'operator' } as const, allowed: [] },
    ]) {
      const { effects } = new Desk().signal(signal)
      expect(effects.filter(({ kind }) => kind === 'act')).toEqual(allowed)
    }
  })

  it('leave natural while one goes on, guidance while it recovers, control when it is over (F56)', () => {
    const who = { release: 12, district: 'north', cohort: 'late', device: 'bed-1' }
    const desk = new Desk()
    expect(incidentCeiling(desk.state, who)).toBe('control')
    desk.signal()
    expect(incidentCeiling(desk.state, who)).toBe('natural')
    expect(incidentCeiling(desk.state, { ...who, release: 11 })).toBe('control')
    desk.words('mitigate', 'set back').order('recover', QUIET_MS)
    expect(incidentCeiling(desk.state, who)).toBe('guidance')
    desk.close('mended')
    expect(incidentCeiling(desk.state, who)).toBe('control')
    expect(incidentCeiling(new Desk().signal({ detector: 'cohort' }).state, who)).toBe('guidance')
  })

  it('get a piece of a black box only after a signed yes to it (F57)', () => {
    const desk = new Desk().signal()
    const piece = { kind: 'piece', incident: 'i-1', device: 'bed-1', digest: 'ab' } as const
    const answer = { kind: 'answer', incident: 'i-1', device: 'bed-1' } as const
    expect(desk.tell(piece).refusal).toBe('not-consented')
    expect(desk.tell({ ...answer, granted: true, verified: false }).refusal).toBe('not-consented')
    expect(desk.tell(piece).refusal).toBe('not-consented')
    desk.tell({ ...answer, granted: true, verified: true })
    expect(desk.effects[0]).toMatchObject({ kind: 'fetch-piece', piece: { device: 'bed-1' } })
    desk.tell(piece)
    expect(desk.one.pieces[0]).toMatchObject({ status: 'came', digest: 'ab' })
    expect(desk.tell(piece).refusal).toBe('not-consented')
  })

  it('hear a no once, and ask nobody twice (F57)', () => {
    const desk = new Desk().signal()
    const answer = { kind: 'answer', incident: 'i-1', device: 'bed-2', verified: false } as const
    desk.tell({ ...answer, granted: false })
    expect(desk.one.pieces[1]!.status).toBe('declined')
    expect(desk.tell({ ...answer, granted: true, verified: true } as Input).refusal).toBe('not-now')
    const ask = { kind: 'ask-piece', incident: 'i-1', operator: 'ann', fromMs: T0 } as const
    expect(desk.tell({ ...ask, device: 'bed-2', toMs: T0 + 1000 }).refusal).toBe('not-now')
    expect(desk.tell({ ...ask, device: 'bed-9', toMs: T0 + 3 * PIECE_MS }).refusal).toBe('not-now')
    expect(desk.tell({ ...ask, device: 'bed-9', toMs: T0 + PIECE_MS }).effects[0]).toMatchObject({
      action: { do: 'ask-piece', device: 'bed-9' },
    })
  })

  it('are closed by a person, in words, when they have been quiet and have recovered (F58)', () => {
    const desk = new Desk().signal()
    expect(desk.close('false-alarm').refusal).toBe('still-going-on')
    expect(desk.order('recover', QUIET_MS).refusal).toBe('not-now')
    expect(desk.close('mended').refusal).toBe('not-now')
    desk.order('ack').words('mitigate', 'release 12 set back')
    desk.signal()
    expect(desk.order('recover').refusal).toBe('still-going-on')
    desk.order('recover', QUIET_MS)
    expect(desk.close('mended', 0, '  ').refusal).toBe('no-words')
    expect(desk.close('mended').one).toMatchObject({
      status: 'closed',
      closed: { operator: 'ben' },
    })
    expect(desk.words('note', 'late').refusal).toBe('not-now')
    expect(desk.signal().state.incidents.map(({ id }) => id)).toEqual(['i-1', 'i-2'])
  })

  it('that recovered and go on again call people again (F58)', () => {
    const desk = new Desk().signal().order('ack').words('mitigate', 'set back')
    desk.order('recover', QUIET_MS).signal({}, 1000)
    expect(desk.one.status).toBe('mitigating')
    expect(desk.effects).toContainEqual({ kind: 'page', incident: 'i-1', again: true })
  })

  it('stay bounded when everything breaks at once', () => {
    const desk = new Desk()
    for (let k = 0; k < 500; k++) desk.signal({ cause: { device: `bed-${k}` }, detector: 'device' })
    expect(desk.state.incidents.length).toBe(65)
    expect(desk.state.incidents.at(-1)).toMatchObject({ key: 'device: fleet', signals: 436 })
    const notes = new Desk().signal()
    for (let k = 0; k < 700; k++) notes.words('note', `note ${k}`)
    expect(notes.refusal).toBe('full')
    expect(notes.close('false-alarm', QUIET_MS).one.status).toBe('closed')
    const many = new Desk()
    for (let k = 1; k <= 80; k++) {
      const close = { kind: 'close', operator: 'ben', as: 'false-alarm', words: 'x' } as const
      many.signal().tell({ ...close, incident: `i-${k}` }, QUIET_MS)
    }
    expect(many.state.incidents.length).toBe(64)
    expect(many.tell({ kind: 'ack', incident: 'i-1', operator: 'ann' }).refusal).toBe('unknown')
  })

  it('are plain data: a book through JSON goes on the same', () => {
    const desk = new Desk().signal().order('ack')
    const state = JSON.parse(JSON.stringify(desk.state)) as IncidentBook
    const input: IncidentInput = { kind: 'signal', signal: SIGNAL, atMs: T0 + 5 }
    expect(incidentStep(state, input)).toEqual(incidentStep(desk.state, input))
  })

  it('are told to their readers from the first sign to the last word', () => {
    const desk = new Desk()
      .signal()
      .order('ack', 60_000)
      .words('mitigate', 'release 12\n# set back')
    desk.order('recover', QUIET_MS).close('mended')
    const text = postMortemText(desk.one)
    expect(text).toContain(
      '# Incident i-1\n\nDream: release 12; REM density. Opened 2026-11-27T02:00:00Z',
    )
    expect(text).toContain('Release 12, last good 11: older releases among like people are quiet.')
    expect(text).toContain('- 2026-11-27T02:01:00Z mitigated by ann: release 12 # set back')
    expect(text).toContain('- 2026-11-27T02:00:00Z stop-rollout of release 12')
    expect(text).toContain('mended, by ben.')
  })
})

describe('a yes to a piece of a black box (F57)', () => {
  const { subtle } = webcrypto
  const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const SLEEPER = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
  const ASKED = { incident: 'i-1', device: 'bed-1', fromMs: T0, toMs: T0 + 60_000 }

  it('is good for that incident, that device and that span, by that sleeper, and for nothing else', async () => {
    const consent = await signPieceConsent(subtle, ASKED, SEED)
    const isGood = (asked = ASKED, given = consent, sleeper = SLEEPER): Promise<boolean> =>
      verifyPieceConsent(subtle, given, asked, sleeper)
    expect(await isGood()).toBe(true)
    expect(await isGood({ ...ASKED, fromMs: T0 + 1 })).toBe(true)
    expect(await isGood({ ...ASKED, incident: 'i-2' })).toBe(false)
    expect(await isGood({ ...ASKED, device: 'bed-2' })).toBe(false)
    expect(await isGood({ ...ASKED, toMs: T0 + 60_001 })).toBe(false)
    expect(await isGood(ASKED, { ...consent, toMs: T0 + 60_001 })).toBe(false)
    expect(await isGood({ ...ASKED, incident: 'i-2' }, { ...consent, incident: 'i-2' })).toBe(false)
    expect(await isGood(ASKED, consent, '0'.repeat(64))).toBe(false)
    expect(await isGood(ASKED, { ...consent, fromMs: T0 - 0.5 })).toBe(false)
  })

  it('travels as one text and comes back the same, and nothing else passes for one', async () => {
    const consent = await signPieceConsent(subtle, ASKED, SEED)
    const bytes = encodePieceConsent(consent)
    expect(decodePieceConsent(bytes)).toEqual({ ok: true, value: consent })
    const text = String.fromCharCode(...bytes)
    for (const other of [
      text.replace('i-1', 'x-1'),
      text.replace('"fromMs"', '"from"'),
      '[]',
      '',
    ]) {
      const read = decodePieceConsent(Uint8Array.from(other, (letter) => letter.charCodeAt(0)))
      expect(read.ok).toBe(false)
    }
  })
})
