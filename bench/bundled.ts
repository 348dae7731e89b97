import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const BUNDLES: string = fileURLToPath(
  new URL('../node_modules/.cache/nocturne-bench', import.meta.url),
)

/**
 * A program of this folder as one file by the bundler of the command line (packages/cli/build.js),
 * so that what is timed is what people run; packages that are installed beside that are within.
 * Resolves to where it is.
 */
export async function bundled(program: string): Promise<string> {
  mkdirSync(BUNDLES, { recursive: true })
  const file = join(BUNDLES, program.replace(/\.ts$/, '.mjs'))
  const made = await rolldown({
    input: fileURLToPath(new URL(program, import.meta.url)),
    platform: 'node',
    external: [/^node:/, /^@photostructure\//],
    resolve: { conditionNames: ['nocturne:src', 'node', 'import'] },
  })
  await made.write({ file, format: 'esm', codeSplitting: false })
  return file
}
