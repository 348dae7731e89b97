import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isTest, ROOT, trackedFiles } from './tidy/source-tree.ts'

/** A SPEC.md: its text, and the ids and sentences of its rules, in their order. */
export type Spec = {
  readonly text: string
  readonly rules: readonly { readonly id: string; readonly rule: string }[]
  /** The ids of this letter in the titles of tests, each with the files that name it. */
  readonly named: ReadonlyMap<string, readonly string[]>
}

/** Reads the rules of a folder of the core, whose ids are a letter and two digits from 10 on. */
export function readSpec(folder: string, letter: string): Spec {
  const text = readFileSync(join(ROOT, `packages/core/src/${folder}/SPEC.md`), 'utf8')
  const row = new RegExp(`^\\| (${letter}\\d\\d) \\| [AR] \\| (.+?) \\| (.+?) \\| (.+?) \\|$`, 'gm')
  const rules = [...text.matchAll(row)].map(([, id, rule]) => ({ id: id!, rule: rule! }))
  return { text, rules, named: namedInTests(new RegExp(`\\b${letter}[1-9]\\d\\b`, 'g')) }
}

function namedInTests(id: RegExp): Map<string, string[]> {
  const named = new Map<string, string[]>()
  const files = trackedFiles().filter((path) => /\.tsx?$/.test(path) && isTest(path))
  for (const path of files) {
    const text = readFileSync(join(ROOT, path), 'utf8')
    for (const [, title] of text.matchAll(/\b(?:describe|it)\(\s*(?:'|"|`)(.*?)(?:'|"|`),/gs)) {
      for (const [found] of title!.matchAll(id)) {
        named.set(found, [...(named.get(found) ?? []), path])
      }
    }
  }
  return named
}
