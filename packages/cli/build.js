// Bundles the command line into dist/nocturne.js, so that it starts at once.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const sources = [join(here, 'src'), join(here, '../core/src')]
const dist = join(here, 'dist')
const stampFile = join(dist, 'stamp')

/** Bundles again when a source is newer than the last bundle. Safe when two calls race. */
export async function buildWhenStale() {
  const stamp = sourceStamp()
  if (readStamp() !== stamp) await build(stamp)
}

async function build(stamp) {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input: join(here, 'src/main.ts'),
    platform: 'node',
    external: [/^node:/, '@resvg/resvg-js', 'sirv', 'vite'],
    resolve: { conditionNames: ['nocturne:src', 'node', 'import'] },
  })
  const draft = join(dist, `draft-${process.pid}`)
  mkdirSync(draft, { recursive: true })
  await bundle.write({
    dir: draft,
    format: 'esm',
    entryFileNames: 'nocturne.js',
    codeSplitting: false,
    sourcemap: false,
  })
  renameSync(join(draft, 'nocturne.js'), join(dist, 'nocturne.js'))
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(stampFile, stamp)
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return ''
  }
}

/** Newest change and number of the source files: enough to know that nothing moved. */
function sourceStamp() {
  let newest = 0
  let count = 0
  for (const folder of sources) {
    for (const name of readdirSync(folder, { recursive: true })) {
      if (!name.endsWith('.ts')) continue
      newest = Math.max(newest, statSync(join(folder, name)).mtimeMs)
      count++
    }
  }
  return `${newest} ${count}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(sourceStamp())
