/** Why a centre does not start; one line. */
export class FacilityError extends Error {
  override readonly name: string = 'FacilityError'
}

/**
 * What a log, its states, the bus or the store rejects with while a centre starts, as one line of
 * what is wrong with which part; the error itself stays behind it as its cause.
 */
export async function inOneLine<T>(part: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof FacilityError) throw error
    const [line = ''] = wordsOf(error).split('\n')
    const isTold = /\bgot\b.*\bexpected\b/.test(line)
    const told = isTold ? line : `${part}: got ${line}, expected one that a centre can start from`
    throw new FacilityError(told, { cause: error })
  }
}

/** Of a connection that was tried by several addresses there is a code and no word. */
function wordsOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return message || code || String(error)
}
