import type { GenomeBuild } from './variant.ts'
import { VARIANTS } from './variant-table.ts'

type Places = Partial<Readonly<Record<GenomeBuild, number>>>

/**
 * Common markers whose place differs between builds, as the test files of apriha/snps (BSD-3) hold
 * them; a file's build shows in them when its header is silent.
 */
const ANCHORS: readonly (readonly [rsid: string, places: Places])[] = [
  ['rs3094315', { NCBI36: 742429, GRCh37: 752566, GRCh38: 817186 }],
  ['rs2500347', { NCBI36: 143649677, GRCh37: 144938320, GRCh38: 148946169 }],
  ['rs11928389', { NCBI36: 50908372, GRCh37: 50927009, GRCh38: 50889578 }],
  ['rs28736870', { GRCh37: 220770 }],
  ['rs113313554', { GRCh37: 535258 }],
]

const PLACES: ReadonlyMap<string, Places> = new Map([
  ...VARIANTS.map(({ rsid, positions }) => [rsid, positions] as const),
  ...ANCHORS,
])

/** Variants whose place is known in some build, by rsid. */
export function placedVariants(): Iterable<string> {
  return PLACES.keys()
}

/** The build in which a variant lies at this place; undefined where that is not known. */
export function buildOfPlace(rsid: string, position: number): GenomeBuild | undefined {
  const places = PLACES.get(rsid)
  if (places === undefined) return undefined
  return BUILDS.find((build) => places[build] === position)
}

const BUILDS: readonly GenomeBuild[] = ['NCBI36', 'GRCh37', 'GRCh38']

/** Length of chromosome 1, as VCF headers state it. */
const CHROMOSOME_1: readonly (readonly [string, GenomeBuild])[] = [
  ['247249719', 'NCBI36'],
  ['249250621', 'GRCh37'],
  ['248956422', 'GRCh38'],
]

const CLAIMS: readonly (readonly [RegExp, GenomeBuild])[] = [
  [/\b(NCBI\s?36|GRCh36|hg18|b36|build:? 36)/i, 'NCBI36'],
  [/\b(GRCh37|hg19|b37|hs37|build:? 37|NCBI\s?37)/i, 'GRCh37'],
  [/\b(GRCh38|hg38|b38|hs38|build:? 38)/i, 'GRCh38'],
]

/** The build that a comment line claims, or undefined. */
export function claimedBuild(comment: string): GenomeBuild | undefined {
  if (/^##contig=<ID=(chr)?1,/i.test(comment)) {
    const length = /length=(\d+)/.exec(comment)?.[1]
    const known = CHROMOSOME_1.find(([stated]) => stated === length)?.[1]
    if (known !== undefined) return known
  }
  return CLAIMS.find(([pattern]) => pattern.test(comment))?.[1]
}

/** What a file shows of its build: its header's claim, and the places of known variants. */
export type BuildEvidence = {
  claim: GenomeBuild | undefined
  readonly seen: Map<GenomeBuild, number>
}

/**
 * The build the places speak for, else the one the header claims; and a warning where the two part
 * or the places disagree among themselves.
 */
export function decideBuild({ claim, seen }: BuildEvidence): {
  build: GenomeBuild | undefined
  warning: string | undefined
} {
  const ranked = [...seen].sort(([, a], [, b]) => b - a)
  const [first, second] = ranked
  if (first === undefined) return { build: claim, warning: undefined }
  if (second !== undefined && second[1] === first[1]) {
    return { build: claim, warning: `positions of ${first[0]} and of ${second[0]} are mixed` }
  }
  if (claim !== undefined && claim !== first[0]) {
    const warning = `the header says ${claim}, the positions are those of ${first[0]}`
    return { build: first[0], warning }
  }
  return { build: first[0], warning: undefined }
}
