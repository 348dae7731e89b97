import { type BuildEvidence, buildOfPlace, placedVariants } from './genome-build.ts'
import type { GenotypeCall } from './genotype.ts'
import type { GenomeBuild } from './variant.ts'
import { UNCOUNTED_VARIANTS, VARIANTS } from './variant-table.ts'

/** Rows kept of one variant: more than two already disagree or repeat. */
const MAX_CALLS = 8

/** Gathers what a file says of the variants that are looked for, and drops all the rest. */
export type CallCollector = {
  rows: number
  noCalls: number
  badRows: number
  readonly buildEvidence: BuildEvidence
  readonly calls: ReadonlyMap<string, readonly GenotypeCall[]>
  /**
   * Which variants a row is of, by its ids (several may share a cell) or else its place. Tells the
   * build where the row is of a marker whose places are known.
   */
  wanted(ids: string, chromosome?: string, position?: number): readonly Wanted[]
  keep(call: GenotypeCall): void
}

/** A variant that a row is of, and by what it is known. */
export type Wanted = Pick<GenotypeCall, 'rsid' | 'foundBy' | 'placeBuild'>

const WANTED_IDS: ReadonlySet<string> = new Set(
  [...VARIANTS, ...UNCOUNTED_VARIANTS].map(({ rsid }) => rsid),
)

/** Numbers that tell something: a genotype to keep, or the build of the file. */
const KNOWN_IDS: ReadonlySet<string> = new Set([...WANTED_IDS, ...placedVariants()])

const WANTED_PLACES: ReadonlyMap<string, Wanted> = new Map(
  VARIANTS.flatMap(({ rsid, chromosome, positions }) =>
    Object.entries(positions).map(([build, position]) => [
      `${chromosome}:${position}`,
      { rsid, foundBy: 'position', placeBuild: build as GenomeBuild },
    ]),
  ),
)

const NONE: readonly Wanted[] = []

/** A collector that has seen nothing yet. */
export function callCollector(): CallCollector {
  const calls = new Map<string, GenotypeCall[]>()
  const seen = new Map<GenomeBuild, number>()
  const buildEvidence: BuildEvidence = { claim: undefined, seen }
  return {
    rows: 0,
    noCalls: 0,
    badRows: 0,
    buildEvidence,
    calls,
    wanted: (ids, chromosome, position) => {
      if (!ids.startsWith('rs')) return placed(ids, chromosome, position)
      const isOne = !ids.includes(',') && !ids.includes(';')
      if (isOne && !KNOWN_IDS.has(ids)) return NONE
      const found = ids.split(/[,;]/).map((id) => id.trim())
      for (const id of found) {
        const build = position === undefined ? undefined : buildOfPlace(id, position)
        if (build !== undefined) seen.set(build, (seen.get(build) ?? 0) + 1)
      }
      const rsids = found.filter((id) => WANTED_IDS.has(id))
      return rsids.length === 0 ? NONE : rsids.map((rsid) => ({ rsid, foundBy: 'rsid' }))
    },
    keep: (call) => {
      const kept = calls.get(call.rsid) ?? []
      if (kept.length < MAX_CALLS) kept.push(call)
      calls.set(call.rsid, kept)
    },
  }
}

/** A row without a number is known by its place, or by an id that is one: `1:101`, `chr1:101:A`. */
function placed(id: string, chromosome?: string, position?: number): readonly Wanted[] {
  const place =
    chromosome === undefined || position === undefined
      ? /^(?:chr)?([0-9XYMT]+:\d+)/.exec(id)?.[1]
      : `${chromosome}:${position}`
  const wanted = place === undefined ? undefined : WANTED_PLACES.get(place)
  return wanted === undefined ? NONE : [wanted]
}
