import {
  isGenerated,
  isNode,
  isTest,
  lineOf,
  type Node,
  type SourceFile,
  walk,
} from './source-tree.ts'

/** One thing that is not as the house wants it. */
export type Untidy = { readonly path: string; readonly line: number; readonly what: string }

/** The folders of the core, lowest first: a file may import its own folder and those before it. */
export const CORE_ORDER = [
  'math',
  'figure',
  'signal',
  'sleep',
  'genome',
  'clock',
  'plan',
  'night',
  'fleet',
  'city',
  'dream',
] as const

/**
 * The rooms inside a folder, lowest first. `sleep/stage/stage.ts` holds words that its lower rooms
 * use too.
 */
export const ROOM_ORDER: Readonly<Record<string, readonly string[]>> = {
  sleep: [
    'evidence',
    'diary',
    'logger',
    'intake',
    'actigraphy',
    'hypnogram',
    'stage',
    'shipped',
    'imported',
    'event',
    'synthetic',
    'night',
    'report',
  ],
  clock: ['light', 'pacemaker', 'homeostat', 'performance', 'fit', 'picture'],
  plan: ['solve', 'guide'],
  night: [
    'governor',
    'consent',
    'phase',
    'watch',
    'stimulus',
    'trial',
    'loop',
    'box',
    'replay',
    'morning',
  ],
  fleet: [
    'telemetry',
    'session',
    'anomaly',
    'release',
    'rollout',
    'failsafe',
    'recovery',
    'incident',
    'desk',
    'simulation',
  ],
}

/** The rooms of the monitoring centre, lowest first. */
const CENTRE_ORDER = [
  'bus',
  'store',
  'log',
  'operator',
  'paging',
  'gate',
  'seats',
  'relay',
  'desk-run',
  'api',
  'cluster',
  'facility',
] as const

const SHARED_WORDS = 'packages/core/src/sleep/stage/stage.ts'
const MAX_FILE_LINES = 400
const MAX_FUNCTION_LINES = 60
const MAX_COLUMNS = 100
const BANNED_NAMES = /^(utils?|helpers?|common|misc|managers?|services?)$/
const BANNED_GLOBALS = new Set(
  'Date fetch process Buffer require window document navigator performance console setTimeout setInterval queueMicrotask globalThis crypto localStorage XMLHttpRequest WebSocket'.split(
    ' ',
  ),
)
const EXACT_MATH = new Set(
  'abs ceil floor round trunc sign sqrt min max imul fround clz32 PI E LN2 LN10 LOG2E LOG10E SQRT2 SQRT1_2'.split(
    ' ',
  ),
)

/**
 * Imports that turn back: a lower folder of the core reaching up, or a shell reaching into another.
 */
export function layerBreaches(files: readonly SourceFile[]): Untidy[] {
  return files.flatMap((file) =>
    file.imports
      .filter((target) => turnsBack(file.path, target))
      .map((target) => ({ path: file.path, line: 1, what: `must not import ${target}` })),
  )
}

function turnsBack(from: string, to: string): boolean {
  if (isTest(from) || from.startsWith('scripts/') || from.startsWith('bench/')) return false
  const home = /^packages\/(\w+)\//.exec(from)?.[1]
  const there = /^packages\/(\w+)\//.exec(to)?.[1]
  if (home === undefined) return false
  if (home === 'cli' && (there === 'edge' || there === 'facility')) return false
  if (home === 'facility' && there === home) {
    const [low, high] = [centreRoom(from), centreRoom(to)]
    return low !== undefined && rank(CENTRE_ORDER, high) > rank(CENTRE_ORDER, low)
  }
  if (home !== 'core') return there !== undefined && there !== home
  if (there === undefined) return to.startsWith('node:') || to.startsWith('@nocturne/')
  if (there !== 'core') return true
  const [low, high] = [coreFolder(from), coreFolder(to)]
  if (low !== high) return rank(CORE_ORDER, high) > rank(CORE_ORDER, low)
  const rooms = low === undefined ? undefined : ROOM_ORDER[low]
  if (rooms === undefined || to === SHARED_WORDS) return false
  const [lowRoom, highRoom] = [roomOf(from), roomOf(to)]
  return lowRoom !== undefined && rank(rooms, highRoom) > rank(rooms, lowRoom)
}

function coreFolder(path: string): string | undefined {
  return /^packages\/core\/src\/(\w+)\//.exec(path)?.[1]
}

function centreRoom(path: string): string | undefined {
  return /^packages\/facility\/src\/([\w-]+)\//.exec(path)?.[1]
}

function roomOf(path: string): string | undefined {
  return /^packages\/core\/src\/\w+\/(\w+)\//.exec(path)?.[1]
}

function rank(order: readonly string[], name: string | undefined): number {
  return name === undefined ? Number.POSITIVE_INFINITY : order.indexOf(name)
}

/** Files that import each other in a circle, each circle told once. */
export function cycles(files: readonly SourceFile[]): Untidy[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const state = new Map<string, 'open' | 'done'>()
  const found: Untidy[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      const circle = [...trail.slice(trail.indexOf(path)), path].join(' -> ')
      found.push({ path, line: 1, what: `imports in a circle: ${circle}` })
      return
    }
    state.set(path, 'open')
    for (const target of byPath.get(path)?.imports ?? []) {
      if (byPath.has(target)) visit(target, [...trail, path])
    }
    state.set(path, 'done')
  }
  for (const file of files) visit(file.path, [])
  return found
}

/** Files, functions and lines that are longer than a reader's patience. */
export function tooLong(files: readonly SourceFile[]): Untidy[] {
  return files
    .filter((file) => !isGenerated(file.path))
    .flatMap((file) => {
      const lines = file.lines.length - 1
      return [
        ...(lines > MAX_FILE_LINES && !isTest(file.path)
          ? [{ path: file.path, line: lines, what: `${lines} lines, at most ${MAX_FILE_LINES}` }]
          : []),
        ...wideLines(file),
        ...(isTest(file.path) ? [] : longFunctions(file)),
      ]
    })
}

function wideLines(file: SourceFile): Untidy[] {
  return file.lines.flatMap((text, index) =>
    [...text].length > MAX_COLUMNS && !/https?:\/\/|^import /.test(text) && !isLiteral(text)
      ? [{ path: file.path, line: index + 1, what: `more than ${MAX_COLUMNS} columns` }]
      : [],
  )
}

/** A line that is one unbreakable string or regular expression. */
function isLiteral(text: string): boolean {
  return (
    /^\s*(?:[\w.]+:? )?[=(]?\s*['"`/].*['"`/][,;)]*$/.test(text) || /['"`/].{60,}['"`/]/.test(text)
  )
}

function longFunctions(file: SourceFile): Untidy[] {
  const found: Untidy[] = []
  walk(file.program, (node) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))
      return
    const first = lineOf(file, node.start)
    const length = lineOf(file, node.end) - first + 1
    if (length > MAX_FUNCTION_LINES) {
      found.push({
        path: file.path,
        line: first,
        what: `a function of ${length} lines, at most ${MAX_FUNCTION_LINES}`,
      })
    }
  })
  return found
}

/**
 * The core reading a clock, rolling dice or touching the world, or a function engines disagree on.
 */
export function impurities(files: readonly SourceFile[]): Untidy[] {
  return files
    .filter((file) => file.path.startsWith('packages/core/src/') && !isTest(file.path))
    .flatMap((file) => {
      const found: Untidy[] = []
      const declared = declaredNames(file)
      walk(file.program, (node) => {
        const what = impurity(node, declared)
        if (what) found.push({ path: file.path, line: lineOf(file, node.start), what })
      })
      return found
    })
}

function impurity(node: Node, declared: ReadonlySet<string>): string | undefined {
  if (/^(Binary|Assignment)Expression$/.test(node.type) && /^\*\*=?$/.test(String(node.operator))) {
    return `${String(node.operator)} is Math.pow, not the same in every engine: multiply, or use pow`
  }
  if (node.type === 'MemberExpression' && isNode(node.object) && isNode(node.property)) {
    const name = String(node.property.name)
    if (node.object.name === 'Math' && !EXACT_MATH.has(name)) {
      return `Math.${name} is not the same in every engine: use math/elementary.ts`
    }
    // `Date.UTC` is arithmetic, not a clock.
    if (node.object.name === 'Date' && name === 'UTC') node.object.name = 'arithmetic'
    if (BANNED_GLOBALS.has(name)) node.property.name = 'member'
  }
  if (node.type === 'NewExpression' && isNode(node.callee) && node.callee.name === 'Date') {
    if ((node.arguments as unknown[]).length > 0) node.callee.name = 'arithmetic'
  }
  if (node.type === 'Property' && isNode(node.key) && !node.shorthand) node.key.name = 'member'
  if (/^TS(PropertySignature|MethodSignature)$/.test(node.type) && isNode(node.key)) {
    node.key.name = 'member'
  }
  const name = String(node.name)
  if (node.type === 'Identifier' && BANNED_GLOBALS.has(name) && !declared.has(name)) {
    return `${name} belongs to a shell: the core is given what it needs`
  }
  return undefined
}

/** Names a file declares itself: a parameter called `document` is no global. */
function declaredNames(file: SourceFile): Set<string> {
  const names = new Set<string>()
  walk(file.program, (node) => {
    if (node.type === 'VariableDeclarator' && isNode(node.id)) names.add(String(node.id.name))
    if (/Function/.test(node.type) && Array.isArray(node.params)) {
      for (const parameter of node.params) {
        if (isNode(parameter))
          walk(parameter, (n) => n.type === 'Identifier' && names.add(String(n.name)))
      }
    }
  })
  return names
}

/** Files and folders whose names say nothing. */
export function vagueNames(paths: readonly string[]): Untidy[] {
  return paths.flatMap((path) =>
    path
      .split('/')
      .map((part) => part.split('.')[0] ?? '')
      .filter((part) => part.split('-').some((word) => BANNED_NAMES.test(word)))
      .map((part) => ({ path, line: 1, what: `"${part}" says nothing: name the noun` })),
  )
}

/** Exports without a docstring. */
export function undocumented(files: readonly SourceFile[]): Untidy[] {
  return files
    .filter((file) => file.path.startsWith('packages/') && !isTest(file.path))
    .filter((file) => !isGenerated(file.path))
    .flatMap((file) =>
      exportsOf(file)
        .filter(({ node }) => !hasDocstring(file, node))
        .map(({ name, node }) => ({
          path: file.path,
          line: lineOf(file, node.start),
          what: `${name} is exported without a docstring`,
        })),
    )
}

function hasDocstring(file: SourceFile, node: Node): boolean {
  const before = file.comments.findLast((comment) => comment.end <= node.start)
  if (!before?.value.startsWith('*')) return false
  return file.text.slice(before.end, node.start).trim() === ''
}

/** Exports that no other file names. The index files only list, so they do not count as use. */
export function deadExports(files: readonly SourceFile[]): Untidy[] {
  const words = new Map<string, Set<string>>()
  for (const file of files) {
    if (/\/index\.ts$/.test(file.path)) continue
    for (const word of new Set(file.text.match(/[A-Za-z_]\w*/g) ?? [])) {
      const users = words.get(word) ?? new Set()
      words.set(word, users.add(file.path))
    }
  }
  return files
    .filter((file) => file.path.startsWith('packages/') && !isTest(file.path))
    .flatMap((file) =>
      exportsOf(file)
        .filter(({ name }) => [...(words.get(name) ?? [])].every((user) => user === file.path))
        .filter(({ node }) => !isNode(node.declaration) || !/^TS/.test(node.declaration.type))
        .map(({ name, node }) => ({
          path: file.path,
          line: lineOf(file, node.start),
          what: `${name} is exported and nobody uses it`,
        })),
    )
}

function exportsOf(file: SourceFile): { name: string; node: Node }[] {
  const body = file.program.body as Node[]
  return body
    .filter((node) => node.type === 'ExportNamedDeclaration' && isNode(node.declaration))
    .flatMap((node) => {
      const declaration = node.declaration as Node
      const declarators = (declaration.declarations as Node[] | undefined) ?? [declaration]
      return declarators.map((declarator) => ({
        name: isNode(declarator.id) ? String(declarator.id.name) : '?',
        node,
      }))
    })
}

/** Tests that are switched off for good, or that keep others from running. */
export function silencedTests(files: readonly SourceFile[]): Untidy[] {
  return files
    .filter((file) => isTest(file.path) && !file.path.startsWith('test/tidy/'))
    .flatMap((file) =>
      file.lines.flatMap((text, index) =>
        /\b(describe|it|test)\.(only|skip|todo|fails)\(/.test(text)
          ? [{ path: file.path, line: index + 1, what: 'a test that cannot run: use skipIf' }]
          : [],
      ),
    )
}
