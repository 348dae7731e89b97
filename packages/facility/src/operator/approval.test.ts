import { describe, expect, it } from 'vitest'
import { APPROVAL_MS, approve, ask, NO_APPROVALS, type Person, withdraw } from './approval.ts'
import { DEEDS, type Deed, mayDo, type Role } from './role.ts'

const mira: Person = { name: 'mira', role: 'safety-officer' }
const kaya: Person = { name: 'kaya', role: 'safety-officer' }
const ren: Person = { name: 'ren', role: 'operator' }
const guest: Person = { name: 'guest', role: 'viewer' }
const people = [mira, kaya, ren, guest]
const lift = { deed: 'lift-failsafe', order: '{"epoch":7}' } as const

describe('F86: what makes the fleet bolder needs two people', () => {
  it('lets one person make everything quieter', () => {
    for (const deed of ['pull-failsafe', 'stop-rollout', 'revoke-device'] as const) {
      const answer = ask(NO_APPROVALS, ren, { deed, order: '' }, 0, people)
      expect(answer.ok && answer.value.done?.deed).toBe(deed)
    }
  })

  it('makes the lifting of a failsafe wait, and does exactly what was asked once another agrees', () => {
    const first = ask(NO_APPROVALS, mira, lift, 0, people)
    if (!first.ok) throw new Error('refused')
    expect(first.value.done).toBeUndefined()
    expect(first.value.waits).toMatchObject({ id: 1, by: 'mira' })
    const second = approve(first.value.approvals, kaya, 1, 1000, people)
    expect(second.ok && second.value).toMatchObject({ done: lift, approvals: { pending: [] } })
  })

  it('takes the same wish of a second person for the approval', () => {
    const first = ask(NO_APPROVALS, mira, lift, 0, people)
    const second = first.ok ? ask(first.value.approvals, kaya, lift, 1, people) : first
    expect(second.ok && second.value.done).toEqual(lift)
  })

  it('needs two for more than a tenth of the people, one up to there', () => {
    expect([DEEDS['advance-rollout'].persons, DEEDS['advance-past-tenth'].persons]).toEqual([1, 2])
  })
})

describe('F87: nobody is two people', () => {
  it('refuses the second word of the first person', () => {
    const first = ask(NO_APPROVALS, mira, lift, 0, people)
    if (!first.ok) throw new Error('refused')
    const again = ask(first.value.approvals, mira, lift, 1, people)
    expect(again.ok && again.value.done).toBeUndefined()
    expect(again.ok && again.value.approvals.pending).toHaveLength(1)
    const own = approve(first.value.approvals, mira, 1, 1, people)
    expect(!own.ok && own.problem.code).toBe('SAME_PERSON')
  })

  it('does not count the word of a first person who was removed since, or has another role', () => {
    const first = ask(NO_APPROVALS, mira, lift, 0, people)
    if (!first.ok) throw new Error('refused')
    for (const left of [
      [kaya, ren],
      [kaya, { ...mira, role: 'operator' } as const],
    ]) {
      const approved = approve(first.value.approvals, kaya, 1, 1, left)
      expect(!approved.ok && approved.problem.code).toBe('NOT_PENDING')
      const asked = ask(first.value.approvals, kaya, lift, 1, left)
      expect(asked.ok && [asked.value.done, asked.value.waits?.by]).toEqual([undefined, 'kaya'])
    }
  })

  it('does not count another order as approval', () => {
    const first = ask(NO_APPROVALS, mira, lift, 0, people)
    if (!first.ok) throw new Error('refused')
    const other = ask(first.value.approvals, kaya, { ...lift, order: '{"epoch":8}' }, 1, people)
    expect(other.ok && [other.value.done, other.value.approvals.pending.length]).toEqual([
      undefined,
      2,
    ])
  })

  it('forgets a wish after half an hour, and lets it be taken back', () => {
    const first = ask(NO_APPROVALS, mira, lift, 0, people)
    if (!first.ok) throw new Error('refused')
    const late = approve(first.value.approvals, kaya, 1, APPROVAL_MS, people)
    expect(!late.ok && late.problem.code).toBe('NOT_PENDING')
    const back = withdraw(first.value.approvals, kaya, 1, 5)
    expect(back.ok && back.value.approvals.pending).toEqual([])
  })

  it('refuses whose role is too low, whether asking, approving or taking back', () => {
    const first = ask(NO_APPROVALS, mira, lift, 0, people)
    if (!first.ok) throw new Error('refused')
    const tries = [
      ask(NO_APPROVALS, guest, { deed: 'pull-failsafe', order: '' }, 0, people),
      approve(first.value.approvals, ren, 1, 1, people),
      withdraw(first.value.approvals, guest, 1, 1),
    ]
    for (const tried of tries) expect(!tried.ok && tried.problem.code).toBe('ROLE')
  })

  it('gives an unknown role nothing at all', () => {
    for (const deed of Object.keys(DEEDS) as Deed[]) expect(mayDo('boss' as Role, deed)).toBe(false)
  })
})
