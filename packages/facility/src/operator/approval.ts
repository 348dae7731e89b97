import { fail, ok, type Result } from '@nocturne/core/math'
import { DEEDS, type Deed, mayDo, type Role } from './role.ts'

/** Who does something: a name that is one person's, and the role. */
export type Person = { readonly name: string; readonly role: Role }

/** A deed with what it is done to; `order` is exactly what will be carried out. */
export type Asked = { readonly deed: Deed; readonly order: string }

/** A deed that waits for its second person. */
export type Pending = Asked & {
  readonly id: number
  readonly by: string
  readonly sinceMs: number
}

/** What waits, and the number of the next. */
export type Approvals = { readonly next: number; readonly pending: readonly Pending[] }

/** A wish is forgotten when nobody approved it for so long, ms. */
export const APPROVAL_MS = 1_800_000

/** Most wishes that wait at a time. */
const MOST_PENDING = 100

/** Why a deed is not done. */
export type ApprovalCode = 'ROLE' | 'SAME_PERSON' | 'NOT_PENDING' | 'TOO_MANY'

/** What became of a wish: done now, or it waits. */
export type Answer = {
  readonly approvals: Approvals
  readonly done?: Asked
  readonly waits?: Pending
}

/** Nothing waits. */
export const NO_APPROVALS: Approvals = { next: 1, pending: [] }

/**
 * One person asks for a deed. It is done at once when one is enough; otherwise it waits for
 * another. The same person asking again for the same thing does not become two. `people` is
 * everybody with a role just now: the word of somebody who has it no more is none, and the second
 * becomes the first. Rules F86, F87 of SPEC.md.
 */
export function ask(
  before: Approvals,
  who: Person,
  asked: Asked,
  atMs: number,
  people: readonly Person[],
): Result<Answer, ApprovalCode> {
  if (!mayDo(who.role, asked.deed)) return tooLow(who, asked.deed)
  if (DEEDS[asked.deed].persons === 1) return ok({ approvals: before, done: asked })
  const { next, pending } = standing(living(before, atMs), people)
  const same = pending.find(({ deed, order }) => deed === asked.deed && order === asked.order)
  if (same && same.by !== who.name) return approve({ next, pending }, who, same.id, atMs, people)
  if (same) return ok({ approvals: { next, pending }, waits: same })
  if (pending.length >= MOST_PENDING) {
    return fail('TOO_MANY', asked.deed, `${pending.length} waiting`, `at most ${MOST_PENDING}`)
  }
  const waits: Pending = { ...asked, id: next, by: who.name, sinceMs: atMs }
  return ok({ approvals: { next: next + 1, pending: [...pending, waits] }, waits })
}

/** A second person approves what waits; the first one cannot, and must have the role still. */
export function approve(
  before: Approvals,
  who: Person,
  id: number,
  atMs: number,
  people: readonly Person[],
): Result<Answer, ApprovalCode> {
  const found = without(standing(before, people), who, id, atMs)
  if (!found.ok) return found
  const { by, deed, order } = found.value.one
  if (by === who.name) return fail('SAME_PERSON', deed, `${who.name} twice`, 'a second person')
  return ok({ approvals: found.value.left, done: { deed, order } })
}

/** Takes a wish back; whoever has the role for it may. */
export function withdraw(
  before: Approvals,
  who: Person,
  id: number,
  atMs: number,
): Result<Answer, ApprovalCode> {
  const found = without(before, who, id, atMs)
  return found.ok ? ok({ approvals: found.value.left }) : found
}

/** A wish that waits and that this person has the role for, and what waits without it. */
function without(
  before: Approvals,
  who: Person,
  id: number,
  atMs: number,
): Result<{ readonly one: Pending; readonly left: Approvals }, ApprovalCode> {
  const { next, pending } = living(before, atMs)
  const one = pending.find((each) => each.id === id)
  if (!one) return fail('NOT_PENDING', `approval ${id}`, 'nothing that waits', 'one that waits')
  if (!mayDo(who.role, one.deed)) return tooLow(who, one.deed)
  return ok({ one, left: { next, pending: pending.filter((each) => each !== one) } })
}

/** What waits still at a moment, unix ms. */
export function living(before: Approvals, atMs: number): Approvals {
  const pending = before.pending.filter(({ sinceMs }) => atMs - sinceMs < APPROVAL_MS)
  return { next: before.next, pending }
}

/** What waits for a second person and has its first one still. */
function standing({ next, pending }: Approvals, people: readonly Person[]): Approvals {
  const mayStill = ({ by, deed }: Pending): boolean =>
    people.some(({ name, role }) => name === by && mayDo(role, deed))
  return { next, pending: pending.filter(mayStill) }
}

function tooLow(who: Person, deed: Deed): Result<never, ApprovalCode> {
  return fail('ROLE', deed, `${who.name} as ${who.role}`, `${DEEDS[deed].least} or above`)
}
