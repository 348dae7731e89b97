import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  beginDesk,
  deskRows,
  deskStep,
  failsafeStep,
  ladderStep,
  startFailsafe,
  startLadder,
} from '@nocturne/core/fleet'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callFleet } from '#test/fleet-call.ts'
import type { AuditEntry } from '../../facility/src/operator/audit-chain.ts'
import { AuditLog } from '../../facility/src/operator/audit-log.ts'
import { runFleetApprovals } from './fleet-approvals.ts'
import { runFleetAudit } from './fleet-audit.ts'
import { runFleetDevices } from './fleet-devices.ts'
import { runFleetFailsafe } from './fleet-failsafe.ts'
import { runFleetIncidents } from './fleet-incidents.ts'
import { runFleetLadder } from './fleet-ladder.ts'
import { runFleetStatus, statusText } from './fleet-status.ts'

/** What came in, and what is answered to it: a facility's HTTP in miniature. */
let heard: { method: string; path: string; body: unknown }[] = []
let answer: (path: string, body: Record<string, unknown> | undefined) => [number, unknown]
let server: Server
let facility = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (piece) => {
      text += piece
    })
    request.on('end', () => {
      const body = text === '' ? undefined : JSON.parse(text)
      heard.push({ method: request.method!, path: request.url!, body })
      const [status, value] = answer(request.url!, body)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  facility = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  heard = []
})

function device(name: string, more: object = {}): object {
  return {
    ...{ device: name, online: true, mode: 'guidance', consent: 'control', release: 0 },
    ...{ hardware: 'bedside-box', code: '0.1.0', cohort: { district: 'north' } },
    ...{ heardMs: Date.now() - 4000, grant: { ceiling: 'control', epoch: 1 } },
    ...{ numbers: { stage: 3, quality: 0.97, heartRate: null }, staysNatural: false, faults: [] },
    ...more,
  }
}

describe('nocturne fleet status', () => {
  it('tells a fleet in a few lines, from the rows of the desk as they are', async () => {
    const { state } = deskStep(beginDesk({ handshakesPerS: 1000 }), { kind: 'tick', atMs: 1000 })
    const rows = deskRows(state).filter(({ table }) => table === 'fleet')
    const fleet = Object.fromEntries(rows.map(({ key, value }) => [key, value]))
    answer = () => [200, fleet]
    const told = await callFleet(runFleetStatus, [], { facility })
    expect(told).toMatchObject({ code: 0, err: '' })
    expect(told.out).toBe(
      [
        'devices   0 of 0 here',
        'modes     natural 0, guidance 0, control 0',
        'releases  none',
        'silent    no district',
        'failsafe  not pulled, up to control, epoch 1',
        'way back  none: nothing was lost\n',
      ].join('\n'),
    )
    const json = await callFleet(runFleetStatus, [], { facility, json: true })
    expect(JSON.parse(json.out)).toEqual(JSON.parse(JSON.stringify(fleet)))
    await expect(runFleet(['x'])).rejects.toThrow('expected fleet status')
    await expect(runFleet([], { watch: true, json: true })).rejects.toThrow('--watch')
  })

  it('says what a switch that was pulled and a way back mean', () => {
    const pulled = failsafeStep(startFailsafe(), {
      ...{ kind: 'pull', from: 'cli', operator: 'ann', why: 'smoke', atMs: 60_000 },
    }).state
    const asked = failsafeStep(pulled, {
      ...{ kind: 'lift', operator: 'ann', why: 'over', atLeastEpoch: 1, atMs: 120_000 },
    }).state
    const ladder = { ...startLadder(), standing: 'climbing', cohorts: 2 } as const
    expect(statusText({ failsafe: asked, ladder }).split('\n').slice(1, 3)).toEqual([
      'failsafe  PULLED since 1970-01-01T00:01:00Z: everybody is natural, epoch 2; ann asked to lift it',
      'way back  going on, control for 1 % of those who consented again',
    ])
  })
})

function runFleet(words: string[], options: Record<string, boolean> = {}) {
  return callFleet(runFleetStatus, words, { facility, ...options })
}

describe('nocturne fleet devices', () => {
  it('lists every device, page after page, and asks for those that are wanted', async () => {
    answer = (path) =>
      path.includes('after=bed-1')
        ? [200, { devices: [device('bed-22', { online: false, faults: ['disk'] })] }]
        : [200, { devices: [device('bed-1')], next: 'bed-1' }]
    const told = await callFleet(runFleetDevices, [], { facility, online: true, mode: 'guidance' })
    expect(told.out.split('\n')).toEqual([
      'device  here  mode      consent  stage  good  release  heard    faults',
      'bed-1   yes   guidance  control  N3     97 %  shipped  4 s ago  -',
      'bed-22  no    guidance  control  N3     97 %  shipped  4 s ago  disk',
      '',
    ])
    expect(heard[0]!.path).toBe('/v1/devices?after=&limit=1000&online=true&mode=guidance')
  })

  it('shows one device with its last frame, what is missing left out', async () => {
    answer = () => [200, device('bed-1', { staysNatural: true })]
    const told = await callFleet(runFleetDevices, ['bed-1'], { facility })
    expect(told.out).toContain('guidance, consent to control, stays natural by its sleeper')
    expect(told.out).toContain('frame     stage 3, quality 0.97\n')
    answer = () => [404, { message: 'no bed-9' }]
    await expect(callFleet(runFleetDevices, ['bed-9'], { facility })).rejects.toThrow('no bed-9')
  })
})

describe('nocturne fleet failsafe', () => {
  it('is pulled by one, with a reason, and tells when lifting waits or is refused', async () => {
    answer = (_, body) => {
      if (body?.do === 'pull') {
        const { state } = failsafeStep(startFailsafe(), {
          ...{ kind: 'pull', from: 'cli', operator: 'ann', why: String(body.why), atMs: 60_000 },
        })
        return [200, { failsafe: state, ladder: startLadder() }]
      }
      if (body?.why === 'first')
        return [202, { waits: { id: 7, deed: 'lift-failsafe', by: 'ann' } }]
      return [409, { refused: 'FILE_PRESENT' }]
    }
    const pulled = await callFleet(runFleetFailsafe, ['pull'], { facility, why: 'smoke' })
    expect([pulled.code, pulled.out]).toEqual([0, expect.stringContaining('PULLED since')])
    expect(heard).toEqual([
      { method: 'POST', path: '/v1/failsafe', body: { do: 'pull', why: 'smoke', from: 'cli' } },
    ])
    const waits = await callFleet(runFleetFailsafe, ['lift'], { facility, why: 'first' })
    expect(waits.out).toBe(
      'lift-failsafe by ann waits for another person: nocturne fleet approvals approve 7\n',
    )
    const refused = await callFleet(runFleetFailsafe, ['lift'], { facility, why: 'x' })
    expect([refused.code, refused.out]).toEqual([1, 'refused: FILE_PRESENT\n'])
    await expect(callFleet(runFleetFailsafe, ['pull'], { facility })).rejects.toThrow('--why')
    await expect(callFleet(runFleetFailsafe, ['push'], { facility })).rejects.toThrow('"push"')
  })

  it('asks for an operator where none is known', async () => {
    answer = () => [401, { message: 'got nobody' }]
    const call = callFleet(runFleetFailsafe, [], { facility })
    await expect(call).rejects.toThrow('NOCTURNE_FACILITY_TOKEN')
  })
})

describe('nocturne fleet ladder', () => {
  it('goes down by one, up by two, and says where the way back stands', async () => {
    answer = (_, body) => {
      if (body?.do === 'resume') {
        return [202, { waits: { id: 8, deed: 'restore-control', by: 'ann' } }]
      }
      const ladder =
        body === undefined ? startLadder() : ladderStep(startLadder(), { kind: 'stop' })
      return [200, { failsafe: startFailsafe(), ladder }]
    }
    const ladder = (...words: string[]) => callFleet(runFleetLadder, words, { facility })
    expect((await ladder()).out).toContain('way back  none: nothing was lost')
    expect((await ladder('stop')).out).toContain('way back  stopped, control for 0 %')
    expect((await ladder('resume')).out).toContain('restore-control by ann waits')
    expect(heard).toMatchObject([
      { method: 'GET', path: '/v1/failsafe' },
      { method: 'POST', path: '/v1/ladder', body: { do: 'stop' } },
      { method: 'POST', path: '/v1/ladder', body: { do: 'resume' } },
    ])
    await expect(ladder('down')).rejects.toThrow('expected ladder show|stop|resume')
  })
})

describe('nocturne fleet approvals', () => {
  it('lists what waits for a second person, approves it and takes it back', async () => {
    answer = (path) =>
      path === '/v1/approvals'
        ? [200, { pending: [{ id: 7, deed: 'lift-failsafe', by: 'ann', order: '', sinceMs: 0 }] }]
        : [200, {}]
    const list = await callFleet(runFleetApprovals, [], { facility })
    expect(list.out).toContain('lift-failsafe by ann waits')
    expect((await callFleet(runFleetApprovals, ['approve', '7'], { facility })).out).toBe(
      'done: 7\n',
    )
    const back = await callFleet(runFleetApprovals, ['withdraw', '7'], { facility })
    expect(back.out).toBe('taken back: 7\n')
    expect(heard.map(({ path }) => path)).toEqual([
      ...['/v1/approvals', '/v1/approvals/7', '/v1/approvals/7/withdraw'],
    ])
    await expect(callFleet(runFleetApprovals, ['approve', 'x'], { facility })).rejects.toThrow('N')
  })
})

describe('nocturne fleet incidents ask', () => {
  it('asks the sleeper of a device for a span, by UTC', async () => {
    answer = () => [409, { refused: 'not-now' }]
    const span = { from: '1970-01-01T00:00:01Z', to: '1970-01-01T00:00:02.5Z' }
    const call = (options: object) =>
      callFleet(runFleetIncidents, ['ask', 'i-3'], { facility, device: 'bed-1', ...options })
    expect((await call(span)).out).toBe('refused: not-now\n')
    expect(heard).toEqual([
      {
        ...{ method: 'POST', path: '/v1/incidents/i-3' },
        body: { do: 'ask-piece', device: 'bed-1', fromMs: 1000, toMs: 2500 },
      },
    ])
    await expect(call({ ...span, to: 'tomorrow' })).rejects.toThrow('--to: got tomorrow')
    await expect(call({})).rejects.toThrow('--from: got nothing')
  })
})

describe('nocturne fleet audit', () => {
  const zeros = '0'.repeat(64)
  const lines = [
    {
      ...{ seq: 1, atMs: 60_000, who: 'ann', did: 'pull-failsafe', about: 'x', outcome: 'done' },
      before: zeros,
      hash: '8d5c6c4d5ae3a24d5a9e2a4e0a8e4fb9e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0',
    },
  ]

  it('tells who did what, and exit 1 says that the chain is broken', async () => {
    answer = () => [200, { isWhole: true, lines, head: { seq: 1, hash: zeros } }]
    const told = await callFleet(runFleetAudit, [], { facility, last: '5' })
    expect([told.code, told.out]).toEqual([0, '1  1970-01-01T00:01:00Z  ann: pull-failsafe x\n'])
    expect(heard[0]!.path).toBe('/v1/audit?limit=5')
    answer = () => [200, { isWhole: false, problem: 'line 3', lines: [], head: {} }]
    const broken = await callFleet(runFleetAudit, [], { facility })
    expect([broken.code, broken.out]).toEqual([1, 'broken: line 3\n'])
  })

  it('follows the chain on this machine, and does not believe a facility that says it is whole (F88)', async () => {
    answer = () => [200, { isWhole: true, lines, head: { seq: 1, hash: zeros } }]
    const forged = await callFleet(runFleetAudit, [], { facility, verify: true, json: true })
    expect(forged.code).toBe(1)
    expect(JSON.parse(forged.out)).toMatchObject({ isWhole: false, lines: 1 })
    const home = await mkdtemp(join(tmpdir(), 'nocturne-audit-'))
    const log = await AuditLog.open(join(home, 'audit.log'))
    if (!log.ok) throw new Error(log.problem.got)
    const { hash: _, seq: __, before: ___, ...entry } = lines[0]!
    const own = [
      await log.value.add(entry as AuditEntry),
      await log.value.add({ ...entry, who: 'ben' } as AuditEntry),
    ]
    await log.value.close()
    await rm(home, { recursive: true })
    answer = () => [200, { isWhole: true, lines: own, head: log.value.head }]
    const whole = await callFleet(runFleetAudit, [], { facility, verify: true })
    expect([whole.code, whole.out]).toEqual([
      0,
      `whole: 2 lines, the last is 2 ${log.value.head.hash}\n`,
    ])
  })
})

describe('nocturne fleet devices, done about one', () => {
  it('makes a code by which a device comes in', async () => {
    answer = () => [201, { code: 'ABCDEFGH', untilMs: Date.now() + 600_000 }]
    const { code, out } = await callFleet(runFleetDevices, ['pair'], { facility })
    expect([code, heard[0]?.path]).toEqual([0, '/v1/pairing-codes'])
    expect(out).toBe(
      'ABCDEFGH  for one device, within 10 min: nocturne edge --facility URL --pair ABCDEFGH\n',
    )
  })

  it('marks it, shuts it out and lets it in; erases it only when somebody is sure', async () => {
    answer = () => [200, {}]
    for (const verb of ['staff', 'no-staff', 'revoke', 'restore']) {
      const { out } = await callFleet(runFleetDevices, [verb, 'bed-1'], { facility })
      expect(out).toMatch(/^bed-1 is /)
      expect(heard.at(-1)).toMatchObject({ path: '/v1/devices/bed-1', body: { do: verb } })
    }
    heard = []
    const erase = (sure: boolean) =>
      callFleet(runFleetDevices, ['erase', 'bed-1'], { facility, sure })
    await expect(erase(false)).rejects.toThrow('--sure')
    expect(heard).toEqual([])
    expect((await erase(true)).out).toContain('erased')
    expect(heard.at(-1)?.body).toEqual({ do: 'erase' })
    answer = () => [409, { refused: 'not-now' }]
    expect((await callFleet(runFleetDevices, ['revoke', 'bed-1'], { facility })).code).toBe(1)
  })

  it('gives all that is kept of a sleeper as a file for its owner alone', async () => {
    const home = await mkdtemp(join(tmpdir(), 'nocturne-export-'))
    const out = join(home, 'bed-1.json')
    const value = { device: 'bed-1', row: null, records: [{ kind: 'came' }, { kind: 'gone' }] }
    answer = () => [200, value]
    const told = await callFleet(runFleetDevices, ['export', 'bed-1'], { facility, out })
    expect([told.code, told.out]).toEqual([0, `${out}: ${JSON.stringify(value).length} bytes\n`])
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(value)
    expect((await stat(out)).mode & 0o077).toBe(0)
    answer = () => [403, { message: 'not yours' }]
    const other = join(home, 'bed-2.json')
    await expect(
      callFleet(runFleetDevices, ['export', 'bed-2'], { facility, out: other }),
    ).rejects.toThrow('got 403 (not yours)')
    expect(await readdir(home)).toEqual(['bed-1.json'])
    await expect(callFleet(runFleetDevices, ['export', 'bed-1'], { facility })).rejects.toThrow(
      '--out',
    )
    await rm(home, { recursive: true })
  })
})
