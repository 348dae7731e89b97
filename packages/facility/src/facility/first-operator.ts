import { open } from 'node:fs/promises'
import type { OneTimeCodes } from '../operator/one-time-codes.ts'
import type { OperatorRegister } from '../operator/operator-register.ts'
import type { OperatorTokens } from '../operator/operator-tokens.ts'

/** The first of a new centre; gives the others their roles. */
const FIRST = { name: 'admin', role: 'safety-officer' } as const
const OWNER_ONLY = 0o600

/**
 * Where nobody has a role yet, makes the first operator: a token in a file that its owner alone can
 * read, and an invitation to sign in once, which is given back. Undefined where there is somebody.
 */
export async function firstOperator(
  {
    register,
    tokens,
    invitations,
  }: {
    readonly register: OperatorRegister
    readonly tokens: OperatorTokens
    readonly invitations: OneTimeCodes
  },
  tokenFile: string,
  atMs: number,
): Promise<string | undefined> {
  if ((await register.everybody()).length > 0) return undefined
  await register.name(FIRST, atMs)
  const token = await tokens.make(FIRST.name, atMs)
  const file = await open(tokenFile, 'w', OWNER_ONLY)
  try {
    await file.writeFile(`${token}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return (await invitations.make(FIRST.name, atMs)).code
}
