import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type IncidentInput,
  incidentStep,
  openBook,
  openRollout,
  type RolloutInput,
  type RolloutState,
  rolloutPlan,
  rolloutStep,
} from '@nocturne/core/fleet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callFleet } from '#test/fleet-call.ts'
import { runFleetIncidents } from './fleet-incidents.ts'
import { runFleetRollout } from './fleet-rollout.ts'

/** A facility in miniature: the machines of the fleet behind the paths that the commands call. */
class Miniature {
  rollout: RolloutState | undefined
  book = openBook()
  readonly tokens: (string | undefined)[] = []

  answer(
    path: string,
    body: Record<string, unknown> | undefined,
  ): [status: number, value: unknown] {
    const [kind, id] = path.split('/').slice(2)
    const said = { ...body, kind: body?.do, operator: 'ann', atMs: 0 }
    if (kind === 'rollouts') {
      if (body !== undefined && id === undefined) {
        const plan = rolloutPlan(body as never)
        if (!plan.ok) return [400, { message: plan.problem.got }]
        this.rollout = openRollout(plan.value, 0)
      } else if (body !== undefined) {
        const { state, effects } = rolloutStep(this.rollout!, said as unknown as RolloutInput)
        this.rollout = state
        const refused = effects.find((effect) => effect.kind === 'refused')
        if (refused) return [409, { refused: refused.why }]
      }
      const all = this.rollout ? [this.rollout] : []
      return [200, id === undefined && body === undefined ? { rollouts: all } : this.rollout]
    }
    if (kind !== 'incidents') return [404, { message: 'no such path' }]
    if (body !== undefined) {
      const input = { ...said, incident: id } as unknown as IncidentInput
      const { state, effects } = incidentStep(this.book, input)
      this.book = state
      const refused = effects.find((effect) => effect.kind === 'refused')
      if (refused) return [409, { refused: refused.why }]
    }
    const { incidents } = this.book
    return [200, id === undefined ? { incidents } : incidents.find((one) => one.id === id)]
  }
}

const facility = new Miniature()
let server: Server
let url = ''
let home = ''

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'nocturne-live-'))
  server = createServer((request, response) => {
    let text = ''
    facility.tokens.push(request.headers.authorization)
    request.on('data', (piece) => {
      text += piece
    })
    request.on('end', () => {
      const [status, value] = facility.answer(
        request.url!,
        text === '' ? undefined : JSON.parse(text),
      )
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.close()
  await rm(home, { recursive: true })
})

function rollout(words: string[], options: Record<string, string | boolean> = {}) {
  return callFleet(runFleetRollout, words, { facility: url, ...options })
}

function incidents(words: string[], options: Record<string, string | boolean> = {}) {
  return callFleet(runFleetIncidents, words, { facility: url, ...options })
}

describe('nocturne fleet rollout, at a facility', () => {
  it('opens a rollout, shows it, and stops it for good', async () => {
    expect((await rollout(['list'])).out).toBe('no rollout\n')
    const opened = await rollout(['open', 'spring'], { number: '2', after: '1', seed: 'a' })
    expect(opened.out).toContain('spring: release 2 after 1, rehearsing at twin')
    expect((await rollout(['list'])).out).toContain('spring: release 2')
    const early = await rollout(['approve', 'spring'])
    expect([early.code, early.out]).toEqual([1, 'refused: no-person-asked\n'])
    const report = join(home, 'report.json')
    await writeFile(report, '{"passed":true}')
    for (const ring of ['twin', 'replay']) {
      expect((await rollout(['report', 'spring'], { ring, report })).code).toBe(0)
    }
    expect(facility.rollout).toMatchObject({ ring: 2, status: 'running' })
    await writeFile(report, '[]')
    await expect(rollout(['report', 'spring'], { ring: 'twin', report })).rejects.toThrow(
      'no report',
    )
    const stopped = await rollout(['stop', 'spring'], { json: true })
    expect(JSON.parse(stopped.out)).toMatchObject({ status: 'stopped' })
    expect((await rollout(['show', 'spring'])).out).toContain(
      'stopped 1970-01-01T00:00:00Z by operator: ann',
    )
    const again = await rollout(['resume', 'spring'], { json: true })
    expect([again.code, JSON.parse(again.out)]).toEqual([1, { refused: 'over' }])
  })

  it('takes a token from the environment, and one line says what is wrong', async () => {
    process.env.NOCTURNE_FACILITY_TOKEN = 'secret'
    await rollout(['list'])
    delete process.env.NOCTURNE_FACILITY_TOKEN
    expect(facility.tokens.at(-1)).toBe('Bearer secret')
    await expect(rollout(['list'], { facility: 'ftp://x' })).rejects.toThrow('expected http')
    await expect(rollout(['list'], { facility: 'http://127.0.0.1:49151' })).rejects.toThrow(
      'ECONNREFUSED',
    )
    await expect(rollout(['open', 'x'], { number: '1', after: '2' })).rejects.toThrow(
      'PLAN_RELEASE',
    )
    await expect(rollout(['open', 'x'])).rejects.toThrow('--number')
  })
})

describe('nocturne fleet incidents, at a facility', () => {
  it('lists, acknowledges and closes an incident, in words', async () => {
    expect((await incidents(['list'])).out).toBe('no incident\n')
    const signal = {
      ...({ detector: 'dream', metric: 'REM density', cause: { release: 2 }, logE: 9 } as const),
      ...{ cohorts: [], quietReleases: [1], devices: [] },
    }
    facility.book = incidentStep(facility.book, { kind: 'signal', signal, atMs: -700_000 }).state
    expect((await incidents(['list'])).out).toContain('i-1 open: dream: release 2, REM density')
    expect((await incidents(['ack', 'i-1'])).out).toContain('i-1 acked')
    expect((await incidents(['mitigate', 'i-1'], { words: 'set back' })).out).toContain(
      'mitigating',
    )
    expect((await incidents(['recover', 'i-1'])).out).toContain('recovering')
    await expect(incidents(['close', 'i-1'], { words: 'x' })).rejects.toThrow('--as')
    await expect(incidents(['note', 'i-1'])).rejects.toThrow('--words')
    const closed = await incidents(['close', 'i-1'], { words: 'gain', as: 'mended', json: true })
    expect(JSON.parse(closed.out)).toMatchObject({ status: 'closed' })
    expect((await incidents(['ack', 'i-1'])).out).toBe('refused: not-now\n')
    expect((await incidents(['show', 'i-1'])).out).toContain('done by rule: stop-rollout, natural')
    expect((await incidents(['post-mortem', 'i-1'])).out).toContain('# Incident i-1')
  })
})
