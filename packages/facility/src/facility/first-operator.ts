import type { OneTimeCodes } from '../operator/one-time-codes.ts'
import type { OperatorRegister } from '../operator/operator-register.ts'
import { newToken, type OperatorTokens } from '../operator/operator-tokens.ts'
import { writeWhole } from '../store/whole-file.ts'

/** The first of a new centre; gives the others their roles. */
const FIRST = { name: 'admin', role: 'safety-officer' } as const

type People = {
  readonly register: OperatorRegister
  readonly tokens: OperatorTokens
  readonly invitations: OneTimeCodes
}

/**
 * Where nobody has a role yet, makes the first operator: a token in a file that its owner alone can
 * read, and an invitation to sign in once, which is given back. Both are made again where a start
 * was cut short before, or all keys have run out; whoever was removed stays so. Undefined where
 * somebody can come in.
 */
export async function firstOperator(
  { register, tokens, invitations }: People,
  tokenFile: string,
  atMs: number,
): Promise<string | undefined> {
  const everybody = await register.everybody()
  const isThere = everybody.some(({ name, role }) => name === FIRST.name && role === FIRST.role)
  if (everybody.length > 0 && !isThere) return undefined
  for (const { name } of everybody) if (await register.hasKey(name, atMs)) return undefined
  if (!isThere) await register.name(FIRST, atMs)
  // In the file before it is good: one that nobody could read would be a key.
  const token = newToken()
  await writeWhole(tokenFile, `${token}\n`)
  await tokens.make(FIRST.name, atMs, token)
  return (await invitations.make(FIRST.name, atMs)).code
}
