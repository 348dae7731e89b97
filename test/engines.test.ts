import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundledProgram } from './bundled-program.ts'
import { CHROMIUM_MISSING, chromiumPath } from './chromium.ts'
import { answersOfChromium, answersOfFirefox, answersOfNode, nodePath } from './engines.ts'
import { FIREFOX_MISSING, firefoxPath } from './firefox.ts'
import { DEEP_PIECES, deepBox } from './loop-box.ts'
import { type EngineAnswer, engineAnswers } from './replay-program.ts'

const NODES = [22, 24]
const TIMEOUT_MS = 300_000

describe('Ten minutes of deep sleep with clicks, run again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-engines-'))
  const program = join(folder, 'replay.mjs')
  const paths: string[] = []
  const boxes: Uint8Array[] = []
  let here: readonly EngineAnswer[] = []
  const without = (missing: boolean, why: string): string => (missing ? `: ${why}` : '')

  beforeAll(async () => {
    writeFileSync(program, await bundledProgram('replay-in-node.ts', 'node'))
    for (const piece of Object.values(DEEP_PIECES)) {
      const box = await deepBox(piece)
      const path = join(folder, `${boxes.length}.box`)
      writeFileSync(path, box)
      boxes.push(box)
      paths.push(path)
    }
    here = await engineAnswers(boxes)
  }, TIMEOUT_MS)

  afterAll(() => rmSync(folder, { recursive: true }))

  it('are identical where they were recorded, with all their decisions (N87)', () => {
    for (const { replay } of here) {
      expect(replay).toMatchObject({ identical: true, differences: 0, consents: 1 })
      expect(replay.decisions).toBeGreaterThan(100)
    }
    expect(here[0]!.digest).not.toBe(here[1]!.digest)
  })

  for (const major of NODES) {
    const node = nodePath(major)
    const why = without(node === undefined, `needs NOCTURNE_NODE_${major}, the path of such a node`)
    it.skipIf(node === undefined)(
      `come to the same digests on Node ${major}, bundled as they are shipped (N87)${why}`,
      async () => expect(await answersOfNode(node!, program, paths)).toEqual(here),
      TIMEOUT_MS,
    )
  }

  it.skipIf(!firefoxPath())(
    `come to the same digests in Firefox (N87)${without(!firefoxPath(), FIREFOX_MISSING)}`,
    async () => expect(await answersOfFirefox(boxes)).toEqual(here),
    TIMEOUT_MS,
  )

  it.skipIf(!chromiumPath())(
    `come to the same digests in Chromium (N87)${without(!chromiumPath(), CHROMIUM_MISSING)}`,
    async () => expect(await answersOfChromium(boxes)).toEqual(here),
    TIMEOUT_MS,
  )
})
