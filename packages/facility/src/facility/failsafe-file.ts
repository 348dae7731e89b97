import { stat } from 'node:fs/promises'

/** Time between two looks at the file, ms. */
const LOOK_MS = 1000

/**
 * Watches the file whose presence pulls the switch: it needs neither network, nor the page, nor the
 * register of operators. `told` resolves once it is in the log; until then it is told again. A file
 * that cannot be looked for is taken to be where it was. Rule F64.
 */
export function watchFailsafeFile(
  path: string,
  told: (isPresent: boolean) => Promise<void>,
): () => void {
  let known: boolean | undefined
  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    try {
      const isPresent = await isThere(path)
      if (isPresent !== known) {
        await told(isPresent)
        known = isPresent
      }
    } catch {
      // Looked at again in a second.
    } finally {
      isLooking = false
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  void look()
  return () => clearInterval(timer)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
