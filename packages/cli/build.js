// Builds the program from source, in a checkout only: the command line into dist/nocturne.js, and the page
// into packages/app/dist. Each is built when a source is newer than what was built last.
import {
  existsSync,
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
const core = join(here, '../core/src')
const edge = join(here, '../edge/src')
const facility = join(here, '../facility/src')
const dist = join(here, 'dist')
const app = join(here, '../app')
const appDist = join(app, 'dist')

/** How often a lock is looked at, and how long one may stand without its owner's name. */
const LOOK_MS = 100
const UNSIGNED_MS = 10_000

/** Bundles the command line when it is stale. Safe when two calls race: the bundle is renamed into place. */
export async function buildWhenStale() {
  const stamp = sourceStamp([join(here, 'src'), edge, facility, core])
  if (readStamp(dist) !== stamp) await buildCommandLine(stamp)
}

/**
 * Builds the page when it is stale, and has its example night made. Resolves to the page's folder.
 * `makeExample` writes the example into the folder it is given.
 */
export async function buildAppWhenStale(makeExample) {
  if (readStamp(appDist) === sourceStamp([app, core])) return appDist
  return oneAtATime(join(app, 'dist-lock'), () => buildApp(makeExample))
}

async function buildApp(makeExample) {
  const stamp = sourceStamp([app, core])
  // Whoever held the lock before may have built it.
  if (readStamp(appDist) === stamp) return appDist
  const { build } = await import('vite')
  const draft = join(app, `dist-${process.pid}`)
  try {
    await build({ root: app, logLevel: 'error', build: { outDir: draft, emptyOutDir: true } })
    await makeExample(join(draft, 'example'))
    writeFileSync(join(draft, 'stamp'), stamp)
    rmSync(appDist, { recursive: true, force: true })
    renameSync(draft, appDist)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return appDist
}

/**
 * Does some work while no other process does work under the same lock, a folder that stands as long as the
 * work lasts. A lock whose process has ended is taken over.
 */
export async function oneAtATime(lock, work) {
  while (!taken(lock)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** Takes a lock; false while another process has it. */
function taken(lock) {
  try {
    mkdirSync(lock)
    writeFileSync(join(lock, 'pid'), `${process.pid}`)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (isAbandoned(lock)) {
      // Renamed first: of two that find it abandoned, one only can.
      const aside = `${lock}-${process.pid}`
      try {
        renameSync(lock, aside)
      } catch {}
      rmSync(aside, { recursive: true, force: true })
    }
    return false
  }
}

function isAbandoned(lock) {
  try {
    const file = join(lock, 'pid')
    if (!existsSync(file)) return Date.now() - statSync(lock).mtimeMs > UNSIGNED_MS
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/** What is installed beside the bundles, and loaded when it is needed. */
const INSTALLED = [
  ...['@resvg/resvg-js', 'sirv', 'vite', 'mqtt'],
  ...['@nats-io/jetstream', '@nats-io/transport-node', '@photostructure/sqlite'],
  ...['@simplewebauthn/server', 'fastify', 'pg', 'ws'],
]

/** The centre is a bundle of its own: no other command waits for what it needs. */
const APART = {
  name: 'facility-apart',
  resolveId: (id) => (id === '@nocturne/facility' ? { id: './facility.js', external: true } : null),
}

async function buildCommandLine(stamp) {
  const draft = join(dist, `draft-${process.pid}`)
  mkdirSync(draft, { recursive: true })
  await bundle(draft, 'facility.js', { input: join(facility, 'index.ts') })
  await bundle(draft, 'nocturne.js', { input: join(here, 'src/main.ts'), plugins: [APART] })
  await bundle(draft, 'storm-worker.js', { input: join(here, 'src/storm-worker.ts') })
  for (const name of ['facility.js', 'storm-worker.js', 'nocturne.js']) {
    renameSync(join(draft, name), join(dist, name))
  }
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(join(dist, 'stamp'), stamp)
}

async function bundle(dir, entryFileNames, options) {
  const { rolldown } = await import('rolldown')
  const made = await rolldown({
    ...options,
    // The same bundle, to the byte, wherever it is begun: a file of storms knows it by its hash.
    cwd: here,
    platform: 'node',
    external: [/^node:/, ...INSTALLED],
    resolve: { conditionNames: ['nocturne:src', 'node', 'import'] },
  })
  await made.write({ dir, format: 'esm', entryFileNames, codeSplitting: false, sourcemap: false })
}

function readStamp(folder) {
  const file = join(folder, 'stamp')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Newest change and number of the source files: enough to know that nothing moved. */
function sourceStamp(folders) {
  let newest = 0
  let count = 0
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true })) {
      if (!/\.(tsx?|css|html|svg)$/.test(name) || /^(dist|node_modules)/.test(name)) continue
      newest = Math.max(newest, statSync(join(folder, name)).mtimeMs)
      count++
    }
  }
  return `${newest} ${count}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildCommandLine(sourceStamp([join(here, 'src'), edge, facility, core]))
}
