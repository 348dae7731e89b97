// Writes package-lock.json from scratch for every platform. A registry that serves the binaries of some
// platforms only makes npm leave the others out, and `npm ci` then refuses the lock: they are added by
// name and version, and installed (without a recorded hash) only on the platform they are for.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const CPU = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'wasm32',
]

const folder = mkdtempSync(join(tmpdir(), 'nocturne-lock-'))
cpSync('package.json', join(folder, 'package.json'))
for (const name of readdirSync('packages')) {
  mkdirSync(join(folder, 'packages', name), { recursive: true })
  cpSync(join('packages', name, 'package.json'), join(folder, 'packages', name, 'package.json'))
}
execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: folder })
const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`
    if (lock.packages[path] || !/^\d/.test(version)) continue
    lock.packages[path] = {
      version,
      ...platformOf(name.split('/').at(-1)),
      ...(entry.dev && { dev: true }),
      optional: true,
    }
    console.log(`added ${name} ${version}`)
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
lock.packages = Object.fromEntries(sorted)
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)

/** The platform a binary package names: `binding-linux-arm64-musl` is for linux on arm64 with musl. */
function platformOf(name) {
  const words = name.replace('gnueabihf', 'glibc').replace('musleabihf', 'musl').split('-')
  const os = OS.filter((word) => words.includes(word))
  const cpu = CPU.filter((word) => words.includes(word))
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : []
  return { ...(cpu.length && { cpu }), ...(libc.length && { libc }), ...(os.length && { os }) }
}
