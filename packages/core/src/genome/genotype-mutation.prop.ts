import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { genotypeText, readText } from '#test/genotype-file.ts'
import { hasShared, sharedPath } from '#test/shared.ts'
import { type Random, seededRandom } from '../math/random.ts'
import { genomeDocument } from './genome-document.ts'
import { genomePrior } from './genome-prior.ts'

const MUTANTS = process.env.NOCTURNE_NIGHTLY === undefined ? 60 : 10_000
const FOLDER = 'data/genotypes/vendor-formats/tests/input'

const GENES = {
  rs35333999: 'CT',
  rs12736689: 'TT',
  rs269054: 'AT',
  rs7556815: 'AG',
  rs9479402: 'AG',
}
const TABLE = genotypeText(GENES, '# build 37')

const VCF = [
  '##fileformat=VCFv4.2',
  '##reference=GRCh37',
  '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tann\tbob',
  'chr2\t239161957\t.\tC\tT,G\t50\tPASS\tEND=239161960\tDP:GT\t12:0|1\t3:2/2',
  '1\t182549729\trs12736689;rs1\tT\tC\t.\tLowQual\t.\tGT\t0/0\t./.',
].join('\n')

/** Every format, made up with genotypes in it, and each vendor's file where it is at hand. */
function bases(): ReadonlyMap<string, Uint8Array> {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content)
  const wide = Uint8Array.from(
    [...`\ufeff${TABLE}`].flatMap((letter) => [
      letter.charCodeAt(0) & 255,
      letter.charCodeAt(0) >> 8,
    ]),
  )
  const made = new Map<string, Uint8Array>([
    ['23andMe', text(TABLE)],
    ['comma', text(TABLE.replaceAll('\t', ',').replace('# 23andMe', '# MyHeritage'))],
    ['VCF', text(VCF)],
    ['UTF-16', wide],
    ['gzip', gzipSync(text(TABLE))],
    [
      'bgzip VCF',
      Uint8Array.of(...gzipSync(text(VCF.slice(0, 120))), ...gzipSync(text(VCF.slice(120)))),
    ],
    ['zip', zipSync({ 'readme.txt': text('hello'), 'genome.txt': text(TABLE) })],
  ])
  if (!hasShared(FOLDER) || !existsSync(sharedPath(FOLDER))) return made
  for (const name of readdirSync(sharedPath(FOLDER))) {
    made.set(name, new Uint8Array(readFileSync(sharedPath(`${FOLDER}/${name}`))))
  }
  return made
}

const PIECES = [
  ...[
    '\t',
    ',',
    '\n',
    '\r\n',
    '"',
    '#',
    '##',
    '[Data]',
    '>',
    '--',
    '00',
    'NC',
    '\0',
    '\ufeff',
    '%',
  ],
  ...['rs35333999\t2\t239161957\tTT\n', 'rs35333999', '239161957', 'chr', 'AG', '0/1', '1/2/3'],
  ...['-1', '1e9', '999999999999', 'NaN', 'build 38', 'GRCh36', '# rsid\tchromosome\tposition\n'],
  ...['#CHROM\tPOS\tID\n', '##fileformat=VCFv4.3\n', 'allele1\tallele2', ';', ' '.repeat(300)],
]

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => bytes.slice(0, random.integer(bytes.length + 1)),
  (bytes, random) => bytes.map((byte) => (random.uniform() < 0.02 ? random.integer(256) : byte)),
  (bytes, random) => {
    const piece = new TextEncoder().encode(PIECES[random.integer(PIECES.length)]!)
    const at = random.integer(bytes.length + 1)
    return joined(bytes.subarray(0, at), piece, bytes.subarray(at))
  },
  (bytes, random) => {
    const [a, b] = [random.integer(bytes.length + 1), random.integer(bytes.length + 1)]
    return joined(bytes.subarray(0, Math.max(a, b)), bytes.subarray(Math.min(a, b)))
  },
  (bytes, random) => {
    const [a, b] = [random.integer(bytes.length + 1), random.integer(bytes.length + 1)]
    return joined(bytes.subarray(0, Math.min(a, b)), bytes.subarray(Math.max(a, b)))
  },
  (bytes, random) => {
    const out = bytes.slice()
    if (out.length > 0) out[random.integer(out.length)] = 48 + random.integer(75)
    return out
  },
]

const CODES = ['UNKNOWN_FORMAT', 'EMPTY', 'PERSON', 'TRUNCATED', 'TOO_LARGE']

/** What is wrong with the answer to some bytes; undefined for a refusal in one line or a reading
 * whose every counted genotype fits its variant. */
async function fault(bytes: Uint8Array, random: Random): Promise<string | undefined> {
  const result = await readText(bytes, {}, 1 + random.integer(4000))
  if (!result.ok) {
    const { code, where, got, expected } = result.problem
    const line = `${code} ${where}: ${got}, ${expected}`
    const isOneLine = !/undefined|\[object|\n/.test(line) && got.length < 300
    return CODES.includes(code) && isOneLine ? undefined : line
  }
  const prior = genomePrior(result.value)
  for (const { used, copies, genotype, variant } of prior.readings) {
    if (!used) continue
    const isRead = [0, 1, 2].includes(copies ?? -1) && /^[ACGT]{2}$/.test(genotype ?? '')
    if (!isRead || variant.on === 'sleepDuration') return `${variant.rsid} ${genotype}`
  }
  const { tauPriorH: tau, chronotypePriorMin: timing } = prior
  const isModest = Math.abs(timing.mean) < 25 && Math.abs(tau.mean - 24.15) < 0.25
  const isWide = tau.sd > 0.15 && timing.sd > 55
  const json = JSON.stringify(genomeDocument(result.value, prior))
  return isModest && isWide ? undefined : json
}

const MANY_MINUTES = 1_800_000

describe(`${MUTANTS} mutations of every genotype format`, () => {
  it.each([...bases()])(
    '%s: refused in one line, or read soundly',
    async (name, base) => {
      const random = seededRandom(name.length * 1009 + base.length)
      for (let i = 0; i < MUTANTS; i++) {
        let bytes: Uint8Array = base
        const times = 1 + random.integer(3)
        for (let k = 0; k < times; k++) {
          bytes = MUTATIONS[random.integer(MUTATIONS.length)]!(bytes, random)
        }
        const found = await fault(bytes, random)
        if (found !== undefined) expect(`mutant ${i}`).toBe(found)
      }
    },
    MANY_MINUTES,
  )
})
