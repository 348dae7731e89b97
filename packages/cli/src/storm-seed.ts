import { type OrdealReport, type OrdealSetting, ordealSteps } from '@nocturne/core/fleet'

/** What a worker of a storm says of the seed it was given, in this order. */
export type WorkerWord =
  | { readonly share: number }
  /** The last word of a seed. */
  | { readonly ending: SeedEnding }

/** What becomes of a seed that nobody broke off: a report, or what the simulation threw. */
export type SeedEnding = OrdealReport | { readonly failed: string }

/** How far a seed has come is told so often at most, ms. */
const TELL_MS = 250

/**
 * Runs one seed of a storm, coming up for air after each second of its time. Resolves to its
 * report, to what was thrown where it cannot go on, or to undefined once `isOver` says so. `tell`
 * hears the share that is done, 0..1.
 */
export async function runSeed(
  setting: OrdealSetting,
  tell: (share: number) => void,
  isOver: () => boolean,
): Promise<SeedEnding | undefined> {
  try {
    return await reported(setting, tell, isOver)
  } catch (error) {
    return { failed: String(error) }
  }
}

async function reported(
  setting: OrdealSetting,
  tell: (share: number) => void,
  isOver: () => boolean,
): Promise<OrdealReport | undefined> {
  const steps = ordealSteps(setting)
  let toldMs = performance.now()
  while (!isOver()) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - toldMs > TELL_MS) {
      toldMs = performance.now()
      tell(step.value)
    }
    await new Promise((resume) => setImmediate(resume))
  }
  return undefined
}
