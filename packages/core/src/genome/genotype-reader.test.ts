import { readFileSync } from 'node:fs'
import { gzipSync, strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { genotypeText, mustRead, readText } from '#test/genotype-file.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'

const FOLDER = 'data/genotypes/vendor-formats/tests/input'

/** Format, rows and no-calls of every file, as its lines can be counted by eye. */
const FILES: readonly (readonly [file: string, format: string, rows: number, noCalls: number])[] = [
  ['23andme.txt', '23andme', 10, 1],
  ['23andme_allele.txt', '23andme', 8, 1],
  ['23andme_win.txt', '23andme', 10, 1],
  ['23mofang.txt', '23mofang', 8, 1],
  ['DNALand.txt', 'dnaland', 8, 1],
  ['ancestry.txt', 'ancestrydna', 8, 1],
  ['ancestry_mt.txt', 'ancestrydna', 3, 1],
  ['ancestry_multi_sep.txt', 'ancestrydna', 8, 1],
  ['chromosomes.csv', 'generic-csv', 6, 0],
  ['circledna.txt', 'circledna', 9, 0],
  ['codigo46.txt', 'codigo46', 8, 1],
  ['duplicate_rsids.csv', 'generic-csv', 3, 0],
  ['ftdna.csv', 'ftdna', 8, 1],
  ['ftdna_famfinder.csv', 'famfinder', 8, 1],
  ['generic.csv', 'generic-csv', 8, 1],
  ['generic.tsv', 'generic-tsv', 8, 1],
  ['generic_extra_column.tsv', 'generic-tsv', 8, 1],
  ['generic_header_comment.tsv', 'generic-tsv', 8, 1],
  ['generic_multi_rsid.tsv', 'generic-tsv', 8, 1],
  ['generic_no_header.tsv', 'generic-tsv', 8, 1],
  ['generic_non_standard_columns.tsv', 'generic-tsv', 8, 1],
  ['genesforgood.txt', 'genesforgood', 8, 1],
  ['livingdna.csv', 'livingdna', 8, 1],
  ['mapmygenome.txt', 'mapmygenome', 8, 1],
  ['mapmygenome_alt_header.txt', 'mapmygenome', 8, 1],
  ['mapmygenome_new_format.txt', 'mapmygenome', 8, 1],
  ['myheritage.csv', 'myheritage', 8, 1],
  ['myheritage_extra_quotes.csv', 'myheritage', 8, 1],
  ['plink.txt', 'plink', 8, 1],
  ['sano.txt', 'sano', 8, 1],
  ['sano_dtc.txt', 'sano', 8, 1],
  ['sano_dtc_no_comments.txt', 'sano', 8, 1],
  ['selfdecode.txt', 'selfdecode', 8, 1],
  ['tellmeGen.txt', 'tellmegen', 8, 1],
  ['testvcf.vcf', 'vcf', 17, 0],
  ['testvcf_chr_prefix.vcf', 'vcf', 17, 0],
  ['testvcf_multi_sample.vcf', 'vcf', 17, 0],
  ['testvcf_phased.vcf', 'vcf', 17, 0],
  ['unannotated_testvcf.vcf', 'vcf', 9, 0],
]

const bytesOf = (file: string): Uint8Array =>
  new Uint8Array(readFileSync(sharedPath(`${FOLDER}/${file}`)))

describe.skipIf(!hasShared(FOLDER))(`consumer files (${SHARED_MISSING})`, () => {
  it.each(FILES)('%s is read as %s', async (file, format, rows, noCalls) => {
    const reading = await mustRead(bytesOf(file))
    expect([reading.format, reading.rows, reading.noCalls]).toEqual([format, rows, noCalls])
  })

  it.each(FILES)('%s reads the same in pieces of 7 bytes, zipped and gzipped', async (file) => {
    const bytes = bytesOf(file)
    const whole = await mustRead(bytes)
    expect(await mustRead(bytes, {}, 7)).toEqual(whole)
    expect(await mustRead(gzipSync(bytes), {}, 100)).toEqual(whole)
    expect(await mustRead(zipSync({ 'readme.txt': strToU8('hi'), [file]: bytes }))).toEqual(whole)
  })

  it.each([
    ['NCBI36.csv', 'NCBI36'],
    ['GRCh37.csv', 'GRCh37'],
    ['GRCh37_PAR.csv', 'GRCh37'],
    ['GRCh38.csv', 'GRCh38'],
  ])('%s shows its build by the places of known markers', async (file, build) => {
    expect((await mustRead(bytesOf(file))).build).toBe(build)
  })

  it.each([
    ['empty.txt', 'EMPTY', 'an empty file'],
    ['generic.fa', 'UNKNOWN_FORMAT', 'a FASTA sequence'],
    ['discrepant_snps.csv', 'UNKNOWN_FORMAT', 'columns rsid'],
  ])('%s is refused with one line', async (file, code, got) => {
    const result = await readText(bytesOf(file), { name: file })
    expect(result).toMatchObject({ ok: false, problem: { code } })
    if (!result.ok) expect(result.problem.got).toContain(got)
  })

  it('a table of three people is refused, as it does not say who is meant', async () => {
    const path = 'data/genotypes/lineage/tests/input/discordant_snps.csv'
    const result = await readText(new Uint8Array(readFileSync(sharedPath(path))))
    expect(result).toMatchObject({ ok: false, problem: { code: 'PERSON' } })
  })
})

describe('the build', () => {
  const one = { rs35333999: 'CT' }

  it.each([
    ['# We are using reference human assembly build 37 (also known as ...)', 'GRCh37'],
    ['# human reference build 37.1 coordinates', 'GRCh37'],
    ['# assembly GRCh38.p13', 'GRCh38'],
    ['# positions are of NCBI36 / hg18', 'NCBI36'],
  ])('is what the header says: %s', async (head, build) => {
    const text = genotypeText({ rs1: 'AA' }, head)
    expect((await mustRead(text)).build).toBe(build)
  })

  it('is what the places say where the header says otherwise, with a warning', async () => {
    const reading = await mustRead(genotypeText(one, '# build 38'))
    expect(reading.build).toBe('GRCh37')
    expect(reading.warnings.join()).toContain('the header says GRCh38')
  })

  it('is known by the length of chromosome 1 in a VCF', async () => {
    const vcf = [
      '##fileformat=VCFv4.2',
      '##contig=<ID=chr1,length=248956422>',
      '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme',
      'chr1\t5\t.\tA\tG\t.\tPASS\t.\tGT\t0/1',
    ]
    expect((await mustRead(vcf.join('\n'))).build).toBe('GRCh38')
  })
})

describe('encodings and packings', () => {
  const text = genotypeText({ rs35333999: 'CT', rs12736689: 'TT' })
  const wide = (isLittle: boolean, mark: boolean): Uint8Array => {
    const units = [...(mark ? '\ufeff' : ''), ...text].map((letter) => letter.charCodeAt(0))
    return Uint8Array.from(
      units.flatMap((unit) => (isLittle ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])),
    )
  }
  const plain = [...text].map((letter) => letter.charCodeAt(0))

  it.each([
    ['UTF-8 with a mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...plain)],
    ['UTF-16, low byte first', wide(true, true)],
    ['UTF-16, high byte first', wide(false, true)],
    ['UTF-16 without a mark', wide(true, false)],
    ['CRLF', strToU8(text.replaceAll('\n', '\r\n'))],
    ['CR', strToU8(text.replaceAll('\n', '\r'))],
    ['no last line end', strToU8(text.trimEnd())],
    ['gzip in zip', zipSync({ 'genome.txt.gz': gzipSync(strToU8(text)) })],
  ])('%s reads the same', async (_, bytes) => {
    const reading = await mustRead(text)
    expect(await mustRead(bytes)).toEqual(reading)
    expect(await mustRead(bytes, {}, 3)).toEqual(reading)
  })

  it('gzip of many members, as bgzip makes it, is read to its end', async () => {
    const half = text.indexOf('rs12736689')
    const parts = [text.slice(0, half), text.slice(half)].map((part) => gzipSync(strToU8(part)))
    const bytes = Uint8Array.of(...parts[0]!, ...parts[1]!)
    expect(await mustRead(bytes, {}, 40)).toEqual(await mustRead(text))
  })

  it('a packing that ends in the middle is refused', async () => {
    const rows = Array.from({ length: 4000 }, (_, i) => `rs${i * 7919 + 1}\t1\t${i * 31}\tAG`)
    const bytes = strToU8(`# rsid\tchromosome\tposition\tgenotype\n${rows.join('\n')}\n`)
    for (const packed of [gzipSync(bytes), zipSync({ 'a.txt': bytes })]) {
      const result = await readText(packed.slice(0, packed.length / 2))
      expect(result).toMatchObject({ ok: false, problem: { code: 'TRUNCATED' } })
    }
  })

  it('a packing in which a letter changed is refused, and never read as other genes', async () => {
    const bytes = strToU8(text)
    const packed = [gzipSync(bytes, { level: 0 }), zipSync({ 'a.txt': bytes }, { level: 0 })]
    for (const whole of packed) {
      const at = Buffer.from(whole).indexOf('\tCT\n')
      const changed = whole.slice()
      changed[at + 1] = 'T'.charCodeAt(0)
      expect((await readText(whole)).ok).toBe(true)
      const result = await readText(changed)
      expect(result).toMatchObject({ ok: false, problem: { code: 'TRUNCATED' } })
      if (!result.ok) expect(result.problem.got).toContain('changed')
    }
  })

  it('a zip without genotypes, a picture and a web page are refused', async () => {
    const pictures = zipSync({ 'photo.png': Uint8Array.of(1, 2, 3) })
    expect(await readText(pictures)).toMatchObject({ ok: false, problem: { code: 'EMPTY' } })
    for (const other of [Uint8Array.of(137, 80, 78, 71, 0, 0, 0, 13, 1), '<html>', '{"a": 1}']) {
      const result = await readText(other)
      expect(result).toMatchObject({ ok: false, problem: { code: 'UNKNOWN_FORMAT' } })
    }
  })

  it('reading can be called off between chunks, and says how far it is', async () => {
    const seen: number[] = []
    const options = { onBytes: (n: number) => seen.push(n), cancelled: () => seen.length > 2 }
    const result = await readText(text, options, 20)
    expect(result).toMatchObject({ ok: false, problem: { code: 'CANCELLED' } })
    expect(seen).toEqual([20, 40, 60])
  })
})

describe('a VCF', () => {
  const vcf = (rows: readonly string[], people = 'me'): string =>
    [
      '##fileformat=VCFv4.2',
      '##reference=GRCh37',
      `#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t${people}`,
      ...rows,
    ].join('\n')

  it('is read by position and build where it bears no rsids', async () => {
    const row = 'chr2\t239161957\t.\tC\tT\t50\tPASS\t.\tDP:GT\t12:0|1'
    const reading = await mustRead(vcf([row]))
    expect(reading.calls.get('rs35333999')).toMatchObject([
      { foundBy: 'position', placeBuild: 'GRCh37', alleles: ['C', 'T'], isForward: true },
    ])
  })

  it('is read for the named person of several, and refused for one who is not in it', async () => {
    const row = '2\t239161957\trs35333999\tC\tT\t50\tPASS\t.\tGT\t0/0\t1/1'
    const text = vcf([row], 'ann\tbob')
    const bob = await mustRead(text, { person: 'bob' })
    expect(bob.calls.get('rs35333999')?.[0]?.alleles).toEqual(['T', 'T'])
    expect((await mustRead(text)).warnings).toEqual(['2 people: read the first, ann'])
    const eve = await readText(text, { person: 'eve' })
    expect(eve).toMatchObject({ ok: false, problem: { code: 'PERSON', got: '"eve"' } })
  })

  it('of sites alone is refused', async () => {
    const text = vcf([]).replace('\tFORMAT\tme', '')
    expect(await readText(text)).toMatchObject({ ok: false, problem: { code: 'PERSON' } })
  })
})
