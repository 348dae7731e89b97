import { fail, ok, type Problem } from '../math/result.ts'
import type { CallCollector } from './call-collector.ts'
import { claimedBuild } from './genome-build.ts'
import type { GenomeCode } from './genome-code.ts'
import { chromosomeName } from './genotype.ts'
import type { RowReader } from './genotype-table.ts'
import { vcfGenotype, vcfPeople, vcfPlace } from './vcf-row.ts'

/**
 * A reader of VCF rows for one person: the named one, else the first. Rows are looked at no further
 * than their id unless they are of a variant that is looked for. A place that the file does not
 * list says nothing: it may be like the reference or not read.
 */
export function vcfReader(calls: CallCollector, name: string | undefined): RowReader {
  let people: readonly string[] | undefined
  let person = 0
  const warnings: string[] = []
  const onHeader = (text: string, line: number): Problem<GenomeCode> | undefined => {
    people = vcfPeople(text)
    if (people.length === 0) {
      return fail('PERSON', `line ${line}`, 'sites without people', 'a genotype column').problem
    }
    person = name === undefined ? 0 : people.indexOf(name)
    if (person < 0) {
      const some = people.slice(0, 5).join(', ').slice(0, 120)
      return fail('PERSON', `line ${line}`, `"${name}"`, `one of its people: ${some}`).problem
    }
    if (people.length > 1 && name === undefined) {
      warnings.push(`${people.length} people: read the first, ${people[0]!.slice(0, 60)}`)
    }
    return undefined
  }
  return {
    line: (text, line) => {
      if (text.startsWith('#')) {
        if (text.startsWith('#CHROM')) return onHeader(text, line)
        calls.buildEvidence.claim ??= claimedBuild(text)
        return undefined
      }
      if (text === '') return undefined
      if (people === undefined) {
        return fail('UNKNOWN_FORMAT', `line ${line}`, 'a row before #CHROM', 'a VCF header').problem
      }
      row(calls, text, person, line)
      return undefined
    },
    end: () => ok({ format: 'vcf', warnings }),
  }
}

function row(calls: CallCollector, text: string, person: number, line: number): void {
  const place = vcfPlace(text)
  if (place === undefined) {
    calls.badRows++
    return
  }
  calls.rows++
  const chromosome = chromosomeName(place.chromosome)
  const found = calls.wanted(place.id, chromosome, place.position)
  if (found.length === 0) return
  const genotype = vcfGenotype(text, person)
  if (genotype === 'bad') {
    calls.badRows++
    return
  }
  if (genotype.alleles === undefined) calls.noCalls++
  const { position } = place
  for (const wanted of found) {
    calls.keep({ ...wanted, ...genotype, chromosome, position, isForward: true, line })
  }
}
