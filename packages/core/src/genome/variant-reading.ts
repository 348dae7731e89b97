import type { GenotypeCall, GenotypeReading } from './genotype.ts'
import { complement, isNucleotide, isPalindromic, type Variant } from './variant.ts'

/** What a person's file says of one variant. */
export type VariantReading = {
  readonly variant: Variant
  /** Letters as the file has them: `CT`, `A`; undefined where the file holds no call. */
  readonly genotype?: string | undefined
  /** Copies of the effect allele, 0..2; undefined where they cannot be told. */
  readonly copies?: number | undefined
  /** Whether it takes part in the prior. */
  readonly used: boolean
  /** Why it does or does not, in a few words. */
  readonly why: string
}

/**
 * Reads one variant out of a file: rows that contradict each other, a place that is not the
 * variant's in the file's build, letters that fit neither strand, A/T and C/G pairs (which read
 * alike on both), a filter that was not passed and no-calls are not counted, and the reason says
 * so. Letters of the other strand are turned where the format does not fix the strand.
 */
export function readVariant(variant: Variant, reading: GenotypeReading): VariantReading {
  const calls = (reading.calls.get(variant.rsid) ?? []).filter(
    ({ placeBuild }) => placeBuild === undefined || placeBuild === reading.build,
  )
  const unplaced = (reading.calls.get(variant.rsid)?.length ?? 0) > 0 && calls.length === 0
  if (unplaced) return unread(variant, 'found by position only, and the build does not fit')
  if (calls.length === 0) return unread(variant, 'not in the file')
  const called = calls.filter(({ alleles }) => alleles !== undefined)
  if (called.length === 0) return unread(variant, 'not called in the file')
  const spellings = [...new Set(called.map((call) => spelling(call, variant)))]
  const call = called[0]!
  const genotype = call.alleles!.join(call.alleles!.every((a) => a.length === 1) ? '' : '/')
  const refusal =
    spellings.length > 1
      ? `the file contradicts itself: ${spellings.slice(0, 3).join(' and ')}`
      : doubt(call, variant, reading)
  if (refusal !== undefined) return { ...unread(variant, refusal), genotype }
  const copies = effectCopies(call, variant)
  if (typeof copies === 'string') return { ...unread(variant, copies), genotype }
  if (variant.on === 'sleepDuration') {
    return { variant, genotype, copies, used: false, why: 'about sleep length: shown, never used' }
  }
  const count = copies === 0 ? 'no copy' : copies === 1 ? 'one copy' : 'two copies'
  return { variant, genotype, copies, used: true, why: `counted: ${count} of ${effect(variant)}` }
}

function effect({ effectAllele }: Variant): string {
  return effectAllele
}

function unread(variant: Variant, why: string): VariantReading {
  return { variant, used: false, why }
}

/** The letters of a call on the forward strand where that can be told, sorted. */
function spelling({ alleles, isForward }: GenotypeCall, variant: Variant): string {
  const turned = isForward ? undefined : onForwardStrand(alleles!, variant)
  return [...(turned ?? alleles!)].sort().join('')
}

/** Letters turned where they fit the variant on the other strand only. */
function onForwardStrand(
  alleles: readonly string[],
  variant: Variant,
): readonly string[] | undefined {
  const fits = (letters: readonly string[]): boolean =>
    letters.every((letter) => letter === variant.effectAllele || letter === variant.otherAllele)
  if (fits(alleles)) return alleles
  const turned = alleles.map((letter) => (isNucleotide(letter) ? complement(letter) : letter))
  return fits(turned) ? turned : undefined
}

function doubt(
  call: GenotypeCall,
  variant: Variant,
  { build }: GenotypeReading,
): string | undefined {
  if (call.filter !== undefined) return `the caller doubts it: ${call.filter.slice(0, 40)}`
  const place = build === undefined ? undefined : variant.positions[build]
  const isElsewhere = place !== undefined && call.position !== undefined && call.position !== place
  if (isElsewhere) return `at ${call.position}, in ${build} it lies at ${place}`
  const isOtherChromosome = call.chromosome !== undefined && call.chromosome !== variant.chromosome
  if (isOtherChromosome) {
    return `on chromosome ${call.chromosome}, it lies on ${variant.chromosome}`
  }
  const pair = `${variant.otherAllele}/${variant.effectAllele}`
  if (isPalindromic(variant)) return `${pair} reads alike on both strands`
  return undefined
}

/** Copies of the effect allele, or why they cannot be told. */
function effectCopies(call: GenotypeCall, variant: Variant): number | string {
  const { alleles, isForward } = call
  const isHaploidPlace = ['X', 'Y', 'MT'].includes(variant.chromosome)
  if (alleles!.length !== 2 && !isHaploidPlace) return 'one allele where there are two'
  const letters = isForward ? alleles! : onForwardStrand(alleles!, variant)
  const known = [variant.effectAllele, variant.otherAllele] as readonly string[]
  if (letters === undefined || !letters.every((letter) => known.includes(letter))) {
    return `neither strand has ${variant.otherAllele} and ${variant.effectAllele}`
  }
  return letters.filter((letter) => letter === variant.effectAllele).length
}
