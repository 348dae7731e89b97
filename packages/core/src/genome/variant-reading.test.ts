import { describe, expect, it } from 'vitest'
import { genotypeText, mustRead } from '#test/genotype-file.ts'
import { readVariant, type VariantReading } from './variant-reading.ts'
import { VARIANTS } from './variant-table.ts'

const PER2 = VARIANTS.find(({ rsid, on }) => rsid === 'rs35333999' && on === 'tau')!
const PALINDROME = VARIANTS.find(({ rsid }) => rsid === 'rs269054')!
const PAX8 = VARIANTS.find(({ rsid }) => rsid === 'rs7556815')!

async function per2(genotype: string): Promise<VariantReading> {
  return readVariant(PER2, await mustRead(genotypeText({ rs35333999: genotype })))
}

describe('copies of the effect allele', () => {
  it.each([
    ['CC', 0],
    ['CT', 1],
    ['TC', 1],
    ['TT', 2],
    ['t/c', 1],
  ])('%s holds %i', async (genotype, copies) => {
    expect(await per2(genotype)).toMatchObject({ copies, used: true })
  })

  it('are counted on the other strand where the letters fit only there', async () => {
    expect(await per2('GA')).toMatchObject({ copies: 1, genotype: 'GA', used: true })
    expect(await per2('AA')).toMatchObject({ copies: 2 })
    expect(await per2('GG')).toMatchObject({ copies: 0 })
  })

  it('are not counted for letters that fit neither strand', async () => {
    for (const genotype of ['CG', 'AT', 'DI', 'AC']) {
      const reading = await per2(genotype)
      expect(reading.used).toBe(false)
      expect(reading.why).toContain('neither strand')
    }
  })

  it('are not turned where the format fixes the strand: a VCF is forward', async () => {
    const vcf = [
      '##fileformat=VCFv4.2',
      '##reference=GRCh37',
      '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme',
      '2\t239161957\trs35333999\tG\tA\t.\tPASS\t.\tGT\t0/1',
    ].join('\n')
    expect(readVariant(PER2, await mustRead(vcf))).toMatchObject({ used: false })
  })

  it.each(['--', '00', 'NC', '-', '??'])('are unknown for a no-call, %s', async (genotype) => {
    const reading = await per2(genotype)
    expect(reading).toMatchObject({ used: false, why: 'not called in the file' })
    expect(reading.copies).toBeUndefined()
  })

  it('are unknown for one letter where there are two chromosomes', async () => {
    expect(await per2('T')).toMatchObject({ used: false, why: 'one allele where there are two' })
  })
})

describe('a variant is not counted', () => {
  it('when it reads alike on both strands (A/T, C/G)', async () => {
    const reading = readVariant(PALINDROME, await mustRead(genotypeText({ rs269054: 'AT' })))
    expect(reading).toMatchObject({ used: false, why: 'T/A reads alike on both strands' })
  })

  it('when the file contradicts itself; rows that agree, in either order or strand, do not', async () => {
    const text = genotypeText({ rs35333999: 'CT' })
    const with2 = (row: string) => mustRead(`${text}rs35333999\t2\t239161957\t${row}\n`)
    expect(readVariant(PER2, await with2('TT'))).toMatchObject({
      used: false,
      why: 'the file contradicts itself: CT and TT',
    })
    for (const row of ['CT', 'TC', 'AG', '--']) {
      expect(readVariant(PER2, await with2(row))).toMatchObject({ used: true, copies: 1 })
    }
  })

  it('when it stands where it does not lie in the build of the file', async () => {
    const text = genotypeText({ rs35333999: 'CT' }, '# build 37').replace('239161957', '239161900')
    expect(readVariant(PER2, await mustRead(text))).toMatchObject({
      used: false,
      why: 'at 239161900, in GRCh37 it lies at 239161957',
    })
    const elsewhere = genotypeText({ rs35333999: 'CT' }).replace('\t2\t', '\t7\t')
    expect(readVariant(PER2, await mustRead(elsewhere))).toMatchObject({ used: false })
  })

  it('when only its place would tell it and the build is unknown or another', async () => {
    const text = (head: string) =>
      `${head}\nrsid\tchromosome\tposition\tgenotype\ni7\t2\t239161957\tCT\n`
    const unknown = readVariant(PER2, await mustRead(text('#')))
    expect(unknown).toMatchObject({ used: false })
    expect(unknown.why).toContain('build')
    expect(readVariant(PER2, await mustRead(text('# build 38')))).toMatchObject({ used: false })
    expect(readVariant(PER2, await mustRead(text('# build 37')))).toMatchObject({ used: true })
  })

  it('when the caller of a VCF doubts it', async () => {
    const vcf = [
      '##fileformat=VCFv4.2',
      '##reference=GRCh37',
      '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme',
      '2\t239161957\trs35333999\tC\tT\t3\tLowQual\t.\tGT\t0/1',
    ].join('\n')
    const reading = readVariant(PER2, await mustRead(vcf))
    expect(reading).toMatchObject({ used: false, why: 'the caller doubts it: LowQual' })
  })

  it('when it is about sleep length, although it is shown', async () => {
    const reading = readVariant(PAX8, await mustRead(genotypeText({ rs7556815: 'AG' })))
    expect(reading).toMatchObject({ used: false, copies: 1, genotype: 'AG' })
    expect(reading.why).toContain('never used')
  })

  it('when it is not in the file', async () => {
    const reading = readVariant(PER2, await mustRead(genotypeText({ rs1: 'AA' })))
    expect(reading).toMatchObject({ used: false, why: 'not in the file' })
  })
})
