import { fail, type Result } from '@nocturne/core/math'
import { cytonSource } from './cyton-source.ts'
import { edfSource } from './edf-source.ts'
import { lslSource } from './lsl-source.ts'
import type { Source, SourceCode, SourceOptions } from './source.ts'
import { optionProblem } from './source-options.ts'
import { synthSource } from './synth-source.ts'
import { xdfSource } from './xdf-source.ts'

const KINDS = 'FILE.edf, FILE.xdf, synth:SEED, lsl:NAME or serial:PATH'

/**
 * Opens a source by its name: a path ending in .edf, .bdf or .xdf is played, `synth:SEED` is a
 * made-up sleeper, `lsl:NAME` or `lsl:NAME@HOST` a stream of the laboratory's network,
 * `serial:PATH` or `serial:HOST:PORT` an OpenBCI Cyton. Anything else, and what cannot be opened,
 * is a problem of one line.
 */
export async function openSource(
  spec: string,
  options: SourceOptions = {},
): Promise<Result<Source, SourceCode>> {
  const problem = optionProblem(options)
  if (problem) return problem
  const [, kind, rest = ''] = /^(synth|lsl|serial):(.*)$/s.exec(spec) ?? []
  if (kind === 'synth') return synthSource(rest, options)
  if (kind === 'lsl') return lslSource(rest, options)
  if (kind === 'serial') return cytonSource(rest, options)
  if (/\.(edf|bdf)$/i.test(spec)) return edfSource(spec, options)
  if (/\.xdf(#.+)?$/is.test(spec)) return xdfSource(spec, options)
  return fail('SOURCE_SPEC', 'source', `"${spec}"`, KINDS)
}
