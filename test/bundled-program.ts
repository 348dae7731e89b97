import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** A program of this folder with all that it imports as one module, for a page or for Node. */
export async function bundledProgram(name: string, platform: 'browser' | 'node'): Promise<string> {
  const bundle = await rolldown({
    ...{ input: fileURLToPath(new URL(name, import.meta.url)), platform, external: [/^node:/] },
    resolve: { conditionNames: ['nocturne:src', platform, 'import'] },
  })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
  await bundle.close()
  return output[0].code
}
