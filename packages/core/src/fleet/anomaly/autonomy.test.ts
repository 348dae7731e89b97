import { describe, expect, it } from 'vitest'
import { autonomyBreach, type KnownRights, type ToldAct } from './autonomy.ts'

const ACT: ToldAct = {
  ...{ kind: 'act', atS: 100, untilS: 105, action: 'click', mode: 'control', level: 45 },
  ...{ consentId: 'c1', grant: 7, epoch: 3 },
}
const KNOWN: KnownRights = {
  consent: { consentId: 'c1', mode: 'control', untilS: 1000 },
  grant: { id: 7, epoch: 3, ceiling: 'control', untilS: 190 },
  enrolled: true,
}
const { consent, grant } = KNOWN

describe('loss of autonomy', () => {
  it('is the first act outside consent, grant or an end, each by its name (F54)', () => {
    expect(autonomyBreach(ACT, KNOWN)).toBeUndefined()
    const without = (known: Partial<KnownRights>): string | undefined =>
      autonomyBreach(ACT, { ...KNOWN, ...known })
    expect(without({ consent: undefined })).toBe('no-consent')
    expect(without({ consent: { ...consent!, consentId: 'c2' } })).toBe('other-consent')
    expect(without({ consent: { ...consent!, mode: 'guidance' } })).toBe('above-consent')
    expect(without({ consent: { ...consent!, untilS: 99 } })).toBe('consent-over')
    expect(without({ grant: undefined })).toBe('no-grant')
    expect(without({ grant: { ...grant!, id: 8 } })).toBe('other-grant')
    expect(without({ grant: { ...grant!, epoch: 4 } })).toBe('older-epoch')
    expect(without({ grant: { ...grant!, ceiling: 'guidance' } })).toBe('above-grant')
    expect(without({ grant: { ...grant!, untilS: 99 } })).toBe('grant-over')
    expect(autonomyBreach({ ...ACT, mode: 'guidance' }, KNOWN)).toBe('not-control')
    expect(autonomyBreach({ ...ACT, untilS: Number.POSITIVE_INFINITY }, KNOWN)).toBe('no-end')
  })

  it('takes an end that is unknown as over, and asks no grant of a device that has no centre (F54)', () => {
    const unknown = { ...consent!, untilS: Number.NaN }
    expect(autonomyBreach(ACT, { ...KNOWN, consent: unknown })).toBe('consent-over')
    expect(autonomyBreach(ACT, { ...KNOWN, grant: undefined, enrolled: false })).toBeUndefined()
  })

  it("leaves the sleeper's own alarm alone (F54)", () => {
    const wake: ToldAct = { ...ACT, action: 'wake', grant: 0, mode: 'natural', consentId: '' }
    const nobody = { consent: undefined, grant: undefined, enrolled: true }
    expect(autonomyBreach(wake, nobody)).toBeUndefined()
  })
})
