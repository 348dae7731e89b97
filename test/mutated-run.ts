import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { transformSync } from 'rolldown/utils'
import { type Mutant, withMutant } from './mutants.ts'
import { ROOT } from './tidy/source-tree.ts'

type Module = Readonly<Record<string, unknown>>
type Test = { readonly title: string; readonly body: () => unknown }

/** A loop that turns more often than this in one run of the tests never ends. */
const MOST_STEPS = 50_000_000

/**
 * Runs test files in this process against sources of which one may hold a mutant. Sources are read
 * and compiled once; a run evaluates all of them anew, so that no state is carried over.
 */
export class MutatedRun {
  private readonly compiled = new Map<string, string>()
  private readonly texts = new Map<string, string>()
  private readonly require = createRequire(import.meta.url)
  private readonly tests: readonly string[]
  private readonly expect: unknown
  /** The test that found the last mutant: it is asked first next time. */
  private finder = ''

  constructor(tests: readonly string[], expect: unknown) {
    this.tests = tests
    this.expect = expect
  }

  /** The title of the first test that fails, or the error that loading gave; undefined when none. */
  failure(mutant?: Mutant): string | undefined {
    const found = this.gathered(mutant)
    if (typeof found === 'string') return found
    const ordered = [...found].sort((a, b) => this.rank(a) - this.rank(b))
    for (const { title, body } of ordered) {
      try {
        const result = body()
        if (result instanceof Promise) throw new Error(`${title}: a test here may not wait`)
      } catch {
        this.finder = title
        return title
      }
    }
    return undefined
  }

  private rank({ title }: Test): number {
    return title === this.finder ? 0 : 1
  }

  private gathered(mutant?: Mutant): readonly Test[] | string {
    const tests: Test[] = []
    const modules = new Map<string, Module>()
    let steps = 0
    const step = (): void => {
      if (++steps > MOST_STEPS) throw new Error('a loop that does not end')
    }
    const vitest = {
      describe: (_: string, body: () => void) => body(),
      it: (title: string, body: () => unknown) => tests.push({ title, body }),
      expect: this.expect,
    }
    const load = (from: string, name: string): Module => {
      if (name === 'vitest') return vitest
      const path = name.startsWith('#test/')
        ? `test/${name.slice(6)}`
        : name.startsWith('.')
          ? normalize(join(dirname(from), name))
          : undefined
      if (path === undefined) return this.require(name)
      const known = modules.get(path)
      if (known !== undefined) return known
      const exports: Module = {}
      modules.set(path, exports)
      const code = mutant?.path === path ? this.compile(path, mutant) : this.compile(path)
      new Function('__require', 'exports', '__step', code)(
        (wanted: string) => load(path, wanted),
        exports,
        step,
      )
      return exports
    }
    try {
      for (const path of this.tests) load('', `./${path}`)
    } catch (error) {
      return `while loading: ${error}`
    }
    return tests
  }

  private compile(path: string, mutant?: Mutant): string {
    const known = this.compiled.get(path)
    if (mutant === undefined && known !== undefined) return known
    const text = this.texts.get(path) ?? readFileSync(join(ROOT, path), 'utf8')
    this.texts.set(path, text)
    const code = scriptOf(path, withMutant(path, text, mutant))
    if (mutant === undefined) this.compiled.set(path, code)
    return code
  }
}

/** A module as the body of a function of `__require`, `exports` and `__step`. */
function scriptOf(path: string, text: string): string {
  const { code, errors } = transformSync(path, text, {
    typescript: { onlyRemoveTypeImports: false },
  })
  if (errors.length > 0) throw new Error(`${path}: ${String(errors[0])}`)
  const names: string[] = []
  const script = code
    .replace(/^import \{([^}]*)\} from ("[^"]*");?$/gm, (_, list: string, from: string) => {
      return `const {${list.replace(/ as /g, ': ')}} = __require(${from});`
    })
    .replace(/^export (function|const|class|let) (\w+)/gm, (_, kind: string, name: string) => {
      names.push(name)
      return `${kind} ${name}`
    })
    .replace(/^export \{\s*\};?$/gm, '')
  return `'use strict';${script}\n${names.map((name) => `exports.${name} = ${name};`).join('\n')}`
}
