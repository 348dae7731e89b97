import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

/** A node of the syntax tree, as oxc gives it: typed loosely, since the rules only walk it. */
export type Node = { type: string; start: number; end: number; [key: string]: unknown }

/** A source file, parsed once for all rules. Paths are relative to the repository, with `/`. */
export type SourceFile = {
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
  readonly program: Node
  readonly comments: readonly { start: number; end: number; type: string; value: string }[]
  /** Static and dynamic imports and re-exports; relative ones resolved to repository paths. */
  readonly imports: readonly string[]
}

/** The repository's root folder. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

/** Every TypeScript file that git tracks or would track, parsed. */
export function sourceTree(): SourceFile[] {
  return trackedFiles()
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8')))
}

/** Every file that git tracks or would track. */
export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const gone = execFileSync('git', ['ls-files', '-z', '-d'], { cwd: ROOT, encoding: 'utf8' })
  const deleted = new Set(gone.split('\0'))
  return [...new Set(listed.split('\0'))].filter((path) => path !== '' && !deleted.has(path))
}

/** Parses one file. Throws when it is not TypeScript. */
export function sourceFile(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text, { sourceType: 'module' })
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`)
  const { staticImports, staticExports, dynamicImports } = parsed.module
  const specifiers = [
    ...staticImports.map((entry) => entry.moduleRequest.value),
    ...staticExports.flatMap((entry) => entry.entries.map((e) => e.moduleRequest?.value ?? '')),
    ...dynamicImports.map((entry) =>
      text.slice(entry.moduleRequest.start, entry.moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ]
  return {
    path,
    text,
    lines: text.split('\n'),
    program: parsed.program as unknown as Node,
    comments: parsed.comments,
    imports: [...new Set(specifiers.filter((s) => s !== ''))].map((s) => resolve(path, s)),
  }
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier
}

/** Calls `visit` on every node below `node`, parents before children. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit)
    }
  }
}

/** True for a syntax node. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** Line number, from 1, of a position in the text. */
export function lineOf(file: SourceFile, position: number): number {
  return file.text.slice(0, position).split('\n').length
}

/** True for tests, benches and the test room: they may do what the product may not. */
export function isTest(path: string): boolean {
  return /\.(test|prop|bench|e2e)\.tsx?$/.test(path) || path.startsWith('test/')
}

/** True for files made by a script: data, not prose. */
export function isGenerated(path: string): boolean {
  return /\/(starter|starter-live|wearable)-weights\.ts$/.test(path)
}
