/** What a sleeper guessed in the morning about the night. */
export type Guess = 'sound' | 'silence' | 'unknown'

/** Every guess that can be told. */
export const GUESSES: readonly Guess[] = ['sound', 'silence', 'unknown']

/** A guess beside what was the case. */
export type GuessedNight = { readonly sound: boolean; readonly guess: Guess }

/** How well a trial was concealed from its sleeper. */
export type Blinding = {
  readonly nights: number
  /**
   * Bang's index of the nights with sound and of those without, -1..1: 0 as by chance, 1 all
   * right, -1 all wrong. NaN without nights. Source: Bang, Ni and Davis 2004.
   */
  readonly bangSound: number
  readonly bangSilence: number
  /** James's index, 0 all right .. .5 as by chance .. 1 all "don't know". James et al. 1996. */
  readonly james: number
}

/** Indices of blinding of a trial's guesses. */
export function blindingOf(nights: readonly GuessedNight[]): Blinding {
  const n = nights.length
  const [sound, silence] = [nights.filter((x) => x.sound), nights.filter((x) => !x.sound)]
  return {
    nights: n,
    bangSound: bang(sound, 'sound', 'silence'),
    bangSilence: bang(silence, 'silence', 'sound'),
    james: james(nights),
  }
}

function bang(nights: readonly GuessedNight[], right: Guess, wrong: Guess): number {
  const count = (guess: Guess): number => nights.filter((night) => night.guess === guess).length
  return nights.length === 0 ? Number.NaN : (count(right) - count(wrong)) / nights.length
}

function james(nights: readonly GuessedNight[]): number {
  const n = nights.length
  if (n === 0) return Number.NaN
  const guessed = nights.filter((night) => night.guess !== 'unknown')
  const known = guessed.length / n
  if (known === 0) return 1
  const wrong = guessed.filter((night) => (night.guess === 'sound') !== night.sound).length
  const sounds = guessed.filter((night) => night.sound).length
  const saidSound = guessed.filter((night) => night.guess === 'sound').length
  const m = guessed.length
  const seen = (0.5 * wrong) / m
  const byChance = (0.5 * (sounds * (m - saidSound) + (m - sounds) * saidSound)) / (m * m)
  const kappa = byChance === 0 ? 0 : (seen - byChance) / byChance
  return (1 + (1 - known) + known * kappa) / 2
}
