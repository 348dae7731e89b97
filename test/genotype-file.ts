import { type GenomeCode, type GenotypeReading, readGenotypes } from '@nocturne/core/genome'
import type { Result } from '@nocturne/core/math'

/** Places in GRCh37 of the variants that the made-up files of tests hold. */
export const PLACES: Readonly<Record<string, readonly [chromosome: string, position: number]>> = {
  rs35333999: ['2', 239161957],
  rs12736689: ['1', 182549729],
  rs269054: ['1', 57864304],
  rs7556815: ['2', 114085785],
}

/** A 23andMe file with these genotypes, by rsid, in their places. */
export function genotypeText(genotypes: Readonly<Record<string, string>>, head = ''): string {
  const rows = Object.entries(genotypes).map(([rsid, genotype]) => {
    const [chromosome, position] = PLACES[rsid] ?? ['1', 100]
    return `${rsid}\t${chromosome}\t${position}\t${genotype}`
  })
  return ['# 23andMe', head || '#', '# rsid\tchromosome\tposition\tgenotype', ...rows, ''].join(
    '\n',
  )
}

/** Reads a text or bytes, cut into chunks of `chunk` bytes. */
export function readText(
  text: string | Uint8Array,
  options: Parameters<typeof readGenotypes>[1] = {},
  chunk = 1 << 16,
): Promise<Result<GenotypeReading, GenomeCode>> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.slice(at, at + chunk))
  return readGenotypes(chunks, options)
}

/** Reads a text that is a genotype file; throws where it is refused. */
export async function mustRead(
  text: string | Uint8Array,
  options: Parameters<typeof readGenotypes>[1] = {},
  chunk = 1 << 16,
): Promise<GenotypeReading> {
  const result = await readText(text, options, chunk)
  if (!result.ok) throw new Error(`${result.problem.where}: ${result.problem.got}`)
  return result.value
}
