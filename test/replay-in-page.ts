/** A program for tests: a page that runs the boxes of its server again, and tells it the answers. */
import { engineAnswers } from './replay-program.ts'

const told = await fetch('/pieces')
  .then((answer) => answer.json())
  .then((pieces: readonly string[]) =>
    Promise.all(
      pieces.map(async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer())),
    ),
  )
  .then(engineAnswers)
  .catch((error: unknown) => ({ problem: String(error) }))
await fetch('/told', { method: 'POST', body: JSON.stringify(told) })
