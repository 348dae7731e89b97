import { describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs, toyLoop } from '#test/toy-loop.ts'
import { type Release, shippedRelease } from '../../night/loop/release.ts'
import { replay } from '../../night/replay/replay.ts'
import { bytesSource } from '../../signal/source.ts'
import { bisectDeparture, type Departure, departure, type ReleasePair } from './departure.ts'

const OPTIONS = { loop: toyLoop }

function release(parameters: Record<string, number>, version = 'test'): Release {
  const shipped = shippedRelease()
  return { ...shipped, version, parameters: { ...shipped.parameters, ...parameters } }
}

/** The box of a night that was recorded under these parameters. */
function boxUnder(parameters: Record<string, number>) {
  const records = toyRecords(toyHeader(parameters), toyInputs(120))
  return boxOf(records).map((bytes) => bytesSource(bytes, 'toy.box'))
}

async function departed(
  sources: ReturnType<typeof boxUnder>,
  pair: ReleasePair,
): Promise<Departure> {
  const result = await departure(sources, OPTIONS, pair)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

const GOOD = release({})
const BAD = release({ least30sDeltaUv: 12, cueEveryS: 90 })

describe('the first decision in which a suspect release departs from the last good one', () => {
  it('is the same whatever release the box was recorded under, and as replay finds it', async () => {
    const pair = { lastGood: GOOD, suspect: BAD }
    const found = await departed(boxUnder({}), pair)
    const again = await replay(boxUnder({}), { ...OPTIONS, release: BAD, stopAtFirst: true })
    if (!again.ok) throw new Error('no replay')
    expect(found.first).toEqual(again.value.firstDifference)
    for (const recorded of [{ least30sDeltaUv: 12 }, { least30sDeltaUv: 3, pauseMs: 9000 }]) {
      expect((await departed(boxUnder(recorded), pair)).first).toEqual(found.first)
    }
  })

  it('comes with the parameter that makes it alone', async () => {
    const { changes, first } = await departed(boxUnder({}), { lastGood: GOOD, suspect: BAD })
    expect(changes).toMatchObject([
      { parameter: 'least30sDeltaUv', was: 7, is: 12, alone: true },
      { parameter: 'cueEveryS', alone: false },
    ])
    expect(first).toMatchObject({ field: 'decision.code', was: 'PAUSE', is: 'NOT_DEEP' })
  })

  it('is none when both decide the same on these inputs', async () => {
    const found = await departed(boxUnder({}), {
      lastGood: GOOD,
      suspect: release({ cueEveryS: 90 }),
    })
    expect(found).toMatchObject({ changes: [] })
    expect(found.first).toBeUndefined()
  })

  it('leads to the release of a series that brought it', async () => {
    const series = Array.from({ length: 12 }, (_, k) =>
      // A step without effect at 3, the guilty one at 8, another change later.
      release(
        {
          cueEveryS: k < 3 ? 60 : 90,
          least30sDeltaUv: k < 8 ? 7 : 12,
          leastN3: k < 10 ? 0.3 : 0.4,
        },
        `v${k}`,
      ),
    )
    const sources = boxUnder({})
    const found = await departed(sources, { lastGood: series[0]!, suspect: series[11]! })
    const named = await bisectDeparture(sources, OPTIONS, series, found)
    if (!named.ok) throw new Error('no bisection')
    expect(named.value).toMatchObject({ index: 8, release: { version: 'v8' } })
    expect(named.value.replays).toBeLessThanOrEqual(8)
  })

  it('is not looked for in bytes that are no box', async () => {
    const result = await departure([bytesSource(new Uint8Array(9))], OPTIONS, {
      lastGood: GOOD,
      suspect: BAD,
    })
    expect(result.ok).toBe(false)
  })
})
