import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type Follow,
  type FollowEffect,
  type FollowInput,
  followerStep,
  startFollow,
} from './follow.ts'
import {
  decodeNaming,
  encodeNaming,
  type Naming,
  type NamingDraft,
  signNaming,
  verifyNaming,
} from './naming.ts'

const MIN = 60_000
const T0 = Date.UTC(2026, 10, 27, 22)
const DRAFT: NamingDraft = {
  ...{ device: 'bed-1', follower: 'Kaya', alarms: ['stale', 'outside', 'safety'] },
  outside: { from: 40, to: 110, forMin: 5 },
  ...{ givenMs: T0 - MIN, untilMs: T0 + 1000 * MIN },
}
const NAMING: Naming = { ...DRAFT, signer: '', signature: '' }

/** The same sleeper signs again, now. */
const newer = (changes: Partial<Naming>): Naming => {
  return { ...NAMING, givenMs: T0, signature: 'newer', ...changes }
}

type Input = FollowInput extends infer I ? (I extends FollowInput ? Omit<I, 'atMs'> : never) : never

/** A followed night; what was told is gathered. */
class Night {
  state: Follow = startFollow('bed-1', T0 - 10 * MIN)
  told: FollowEffect[] = []
  atMs = T0

  constructor(naming: Naming = NAMING) {
    this.tell({ kind: 'named', naming, verified: true }).tell({ kind: 'night', begins: true })
  }

  tell(input: Input): this {
    const { state, effects } = followerStep(this.state, {
      ...input,
      atMs: this.atMs,
    } as FollowInput)
    this.state = state
    this.told.push(...effects)
    return this
  }

  /** Lets minutes go by, with a heart rate every half minute or in silence. */
  pass(minutes: number, heartRate?: number): this {
    for (let k = 0; k < 2 * minutes; k++) {
      this.atMs += MIN / 2
      if (heartRate !== undefined) this.tell({ kind: 'heard', heartRate })
      this.tell({ kind: 'tick' })
    }
    return this
  }

  snooze(minutes: number, alarm: 'stale' | 'outside' | 'safety' = 'stale'): this {
    return this.tell({ kind: 'snooze', follower: 'Kaya', alarm, minutes })
  }

  get alarms(): string[] {
    return this.told.flatMap((effect) =>
      effect.kind === 'alarm'
        ? [`${effect.alarm} ${effect.level}${effect.again ? ' again' : ''}`]
        : [effect.kind],
    )
  }

  heard(): string[] {
    const { alarms } = this
    this.told = []
    return alarms
  }
}

describe('a follower', () => {
  it('is told after 15 min of silence in a night and urgently after 30, by the centre alone (F59)', () => {
    const night = new Night().pass(60, 60)
    expect(night.heard()).toEqual([])
    expect(night.pass(14).heard()).toEqual([])
    expect(night.pass(1).heard()).toEqual(['stale warn'])
    expect(night.pass(15).heard()).toEqual([
      ...['stale warn again', 'stale warn again', 'stale urgent again'],
    ])
    expect(night.pass(5).heard()).toEqual(['stale urgent again'])
    expect(night.pass(0.5, 60).heard()).toEqual(['over'])
  })

  it('is told nothing of silence when there is no night (F59)', () => {
    const night = new Night().pass(5, 60).tell({ kind: 'night', begins: false })
    expect(night.pass(300).heard()).toEqual([])
    // A night in which the device never says a word is silent from its begin.
    night.tell({ kind: 'night', begins: true })
    expect(night.pass(15).heard()).toEqual(['stale warn'])
  })

  it('may snooze an alarm for 15 to 120 min; it sounds again if it lasts (F59)', () => {
    const night = new Night().pass(31)
    night.heard()
    for (const minutes of [14, 121, Number.NaN]) night.snooze(minutes)
    expect(night.heard()).toEqual(['refused', 'refused', 'refused'])
    night.snooze(20)
    expect(night.pass(19.5).heard()).toEqual([])
    expect(night.pass(0.5).heard()).toEqual(['stale urgent again'])
    night.snooze(30).pass(1, 60)
    expect(night.heard()).toEqual(['over'])
    expect(night.pass(15).heard()).toEqual(['stale warn'])
    expect(new Night().snooze(20).heard()).toEqual(['refused'])
  })

  it('hears of it when it becomes urgent, snoozed or not (F59)', () => {
    const night = new Night().pass(15)
    night.snooze(120).heard()
    expect(night.pass(15).heard()).toEqual(['stale urgent again'])
  })

  it('is told of a heart rate only after minutes outside the range without a break (F59)', () => {
    const night = new Night().pass(5, 38).pass(0.5, 60)
    expect(night.heard()).toEqual([])
    expect(night.pass(5, 38).heard()).toEqual([])
    expect(night.pass(1, 38).heard()).toEqual(['outside warn'])
    expect(night.pass(0.5, 60).heard()).toEqual(['over'])
    // A missing number neither ends nor makes the evidence; a long gap ends it.
    night.pass(4, 120).pass(1, Number.NaN)
    expect(night.pass(1, 120).heard()).toEqual(['outside warn'])
    night.pass(0.5, 60).pass(4, 120).pass(3).heard()
    expect(night.pass(4, 120).heard()).toEqual([])
  })

  it('is told urgently of safety while it lasts, also outside a night (F59)', () => {
    const night = new Night().tell({ kind: 'night', begins: false })
    night.tell({ kind: 'safety', cause: 'act-outside-consent', begins: true })
    night.tell({ kind: 'safety', cause: 'fault', begins: true })
    expect(night.heard()).toEqual(['safety urgent'])
    night.tell({ kind: 'safety', cause: 'fault', begins: false })
    expect(night.pass(5).heard()).toEqual(['safety urgent again'])
    night.tell({ kind: 'safety', cause: 'act-outside-consent', begins: false })
    expect(night.heard()).toEqual(['over'])
  })

  it('is whom the sleeper named, for as long as was said, for what was said (F59)', () => {
    const night = new Night({ ...NAMING, alarms: ['safety'], untilMs: T0 + 40 * MIN })
    expect(night.pass(39).heard()).toEqual([])
    night.tell({ kind: 'safety', cause: 'fault', begins: true })
    expect(night.heard()).toEqual(['safety urgent'])
    expect(night.pass(20).heard()).toEqual([])
    expect(night.state.followers).toEqual([])
    night.tell({ kind: 'named', naming: NAMING, verified: false })
    night.tell({ kind: 'named', naming: { ...NAMING, device: 'bed-2' }, verified: true })
    expect(night.heard()).toEqual(['refused', 'refused'])
    const left = new Night().pass(15).tell({ kind: 'unnamed', follower: 'Kaya' })
    left.heard()
    expect(left.pass(60).heard()).toEqual([])
  })

  it('is one of eight at most; a new naming takes the place of the old one', () => {
    const night = new Night()
    for (let k = 0; k < 9; k++) {
      const naming = { ...NAMING, follower: `follower ${k}`, alarms: ['safety'] as const }
      night.tell({ kind: 'named', naming, verified: true })
    }
    expect(night.heard()).toEqual(['refused', 'refused'])
    night.tell({ kind: 'named', naming: newer({ alarms: [] }), verified: true })
    expect(night.state.followers.length).toBe(8)
    expect(night.pass(30).heard()).toEqual([])
  })
})

describe('a naming that is over (F83)', () => {
  const named = (night: Night, naming: Naming): boolean => {
    night.tell({ kind: 'named', naming, verified: true })
    return night.state.followers.some(({ signature }) => signature === naming.signature)
  }

  it('never counts again, nor does another that was signed before the end, but a new one does', () => {
    const night = new Night()
    expect(named(night, NAMING)).toBe(true)
    night.pass(5).tell({ kind: 'unnamed', follower: 'Kaya' })
    expect(named(night, NAMING)).toBe(false)
    expect(named(night, newer({ givenMs: T0 + 4 * MIN }))).toBe(false)
    expect(night.heard()).toEqual(['refused', 'refused'])
    expect(named(night, newer({ givenMs: T0 + 6 * MIN }))).toBe(true)
  })

  it('is also one that was never used, that was replaced, or whose time was up', () => {
    const night = new Night().tell({ kind: 'unnamed', follower: 'Mira' })
    expect(named(night, newer({ follower: 'Mira', givenMs: T0 - 1 }))).toBe(false)
    expect(named(night, newer({ untilMs: T0 + 30 * MIN }))).toBe(true)
    expect(named(night, NAMING)).toBe(false)
    night.pass(31)
    expect(night.state.followers).toEqual([])
    expect(named(night, NAMING)).toBe(false)
  })

  it('stays over when so many others ended that it is forgotten by name', () => {
    const night = new Night().tell({ kind: 'unnamed', follower: 'Kaya' })
    const other = newer({ follower: 'Mira', givenMs: T0 - 1, signature: 'mira' })
    for (let k = 0; k < 40; k++) {
      expect(named(night, NAMING)).toBe(false)
      night.pass(1).tell({ kind: 'unnamed', follower: `follower ${k}` })
    }
    expect(night.state.ended.length).toBe(16)
    expect(named(night, NAMING)).toBe(false)
    // What cannot be told apart any more counts as over.
    expect(named(night, other)).toBe(false)
    expect(named(night, newer({ givenMs: night.atMs }))).toBe(true)
  })

  it('cannot be one of a time to come: a clock may be ahead by five minutes', () => {
    const night = new Night().tell({ kind: 'unnamed', follower: 'Kaya' })
    expect(named(night, newer({ givenMs: T0 + 6 * MIN }))).toBe(false)
    expect(named(night, newer({ givenMs: T0 + 5 * MIN }))).toBe(true)
  })
})

describe('the naming of a follower (F59)', () => {
  const { subtle } = webcrypto
  const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const SLEEPER = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'

  it('is good in the words that the sleeper signed, and in no others', async () => {
    const naming = await signNaming(subtle, DRAFT, SEED)
    expect(await verifyNaming(subtle, naming, SLEEPER)).toBe(true)
    const changes: Partial<Naming>[] = [
      { follower: 'Mira' },
      { device: 'bed-2' },
      { alarms: ['stale'] },
      { outside: { from: 30, to: 110, forMin: 5 } },
      { outside: { from: 40.5, to: 110, forMin: 5 } },
      { untilMs: DRAFT.untilMs + 1 },
      { givenMs: DRAFT.givenMs + 1 },
      { signer: '0'.repeat(64) },
    ]
    for (const change of changes) {
      expect(await verifyNaming(subtle, { ...naming, ...change }, SLEEPER)).toBe(false)
    }
  })

  it('travels as one text and comes back the same, and nothing else passes for one', async () => {
    const naming = await signNaming(subtle, { ...DRAFT, follower: 'Müller' }, SEED)
    const bytes = encodeNaming(naming)
    expect(decodeNaming(bytes)).toEqual({ ok: true, value: naming })
    const text = String.fromCharCode(...bytes)
    const others = [
      text.replace('"from":40', '"from":400'),
      text.replace('"stale"', '"all"'),
      text.replace('{"alarms"', '{"a":1,"alarms"'),
      text.replace('bed-1', 'bed 1'),
      ` ${text}`,
      'null',
    ]
    for (const other of others) {
      const read = decodeNaming(Uint8Array.from(other, (letter) => letter.charCodeAt(0)))
      expect([other, read.ok]).toEqual([other, false])
    }
  })
})
