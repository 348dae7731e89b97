import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyFingerprint } from '@nocturne/core/night'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Io } from '../command.ts'
import { nocturne } from '../nocturne.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-consent-'))
const before = process.env.NOCTURNE_HOME
beforeAll(() => {
  process.env.NOCTURNE_HOME = join(folder, 'home')
})
afterAll(() => {
  if (before === undefined) delete process.env.NOCTURNE_HOME
  else process.env.NOCTURNE_HOME = before
  rmSync(folder, { recursive: true })
})

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const io: Io = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    progress: () => undefined,
    signal: new AbortController().signal,
  }
  return { code: await nocturne(['consent', ...words], io), out, err }
}

const NEW = ['new', '--allow', 'sound', '--conditions', 'none', '--hours', '0:00-0:00']

describe('nocturne consent', () => {
  it('new signs what was asked for, reads it aloud and says where it is', async () => {
    const { code, out } = await run(...NEW, '--zone', 'Europe/Berlin', '--sound', '60')
    expect(code).toBe(0)
    expect(out).toContain('It may play short sounds in deep sleep')
    expect(out).toContain('The loudest sound is 60, outside what is recommended (20 to 50).')
    expect(out).toMatch(/\nsigned: [0-9a-f]{16}, in .*home\/consents\/[0-9a-f]{16}\.json\n$/)
  })

  it('the private key is for its owner’s eyes only and is made once', async () => {
    const key = join(folder, 'home', 'keys', 'sleeper.json')
    const made = readFileSync(key, 'utf8')
    expect(statSync(key).mode & 0o777).toBe(0o600)
    await run(...NEW)
    expect(readFileSync(key, 'utf8')).toBe(made)
  })

  it('show says that it is valid now, by file and by id, with --json as one document', async () => {
    const file = join(folder, 'mine.json')
    const made = JSON.parse((await run(...NEW, '--json', '--sees', 'Ana: alarms')).out)
    const out = JSON.parse((await run(...NEW, '--json', '--out', file)).out)
    expect(out.file).toBe(file)
    const shown = await run('show', made.id, '--json')
    expect(shown.code).toBe(0)
    expect(JSON.parse(shown.out)).toEqual({
      id: made.id,
      valid: true,
      why: 'valid',
      signature: 'good',
      revoked: false,
      consent: made.consent,
      text: made.text,
    })
    const page = await run('show', file)
    expect([page.code, page.out]).toEqual([0, expect.stringContaining('\nValid now: signed by')])
  })

  it('revoke takes it back for good: show answers no (N15)', async () => {
    const { id } = JSON.parse((await run(...NEW, '--minutes', '60', '--json')).out)
    expect((await run('revoke', id)).out).toContain('no night on this machine acts on it again')
    const again = await run('revoke', id, '--json')
    expect(JSON.parse(again.out)).toEqual({ id, revoked: true })
    const shown = await run('show', id)
    expect([shown.code, shown.out]).toEqual([
      1,
      expect.stringContaining('Not valid now: it was taken back'),
    ])
  })

  it('show answers no when a word of it was changed, or another person signed (N10)', async () => {
    const file = join(folder, 'other.json')
    await run(...NEW, '--minutes', '30', '--out', file)
    const text = readFileSync(file, 'utf8')
    const signature = /"signature": "(\w)/.exec(text)![1]!
    const other = (Number.parseInt(signature, 16) ^ 1).toString(16)
    const tampered = join(folder, 'tampered.json')
    writeFileSync(tampered, text.replace(/("signature": ")\w/, `$1${other}`))
    expect(JSON.parse((await run('show', tampered, '--json')).out).why).toBe('bad-signature')
    process.env.NOCTURNE_HOME = join(folder, 'another home')
    const shown = await run('show', file, '--json')
    process.env.NOCTURNE_HOME = join(folder, 'home')
    expect([shown.code, JSON.parse(shown.out).why]).toEqual([1, 'other-signer'])
  })

  it('show answers no outside its hours', async () => {
    const hour = new Date(Date.now() + 6 * 3_600_000).getUTCHours()
    const hours = `${hour}:00-${hour}:59`
    const words = ['new', '--allow', 'cue', '--conditions', 'none', '--hours', hours, '--json']
    const { id } = JSON.parse((await run(...words, '--zone', 'UTC')).out)
    const shown = await run('show', id, '--zone', 'UTC', '--json')
    expect([shown.code, JSON.parse(shown.out).why]).toEqual([1, 'out-of-hours'])
  })

  it('says in one line what is missing or beyond bounds, with exit code 2', async () => {
    const refusals = [
      [['new', '--allow', 'sound'], '--conditions: got nothing, expected none, or those'],
      [['new', '--conditions', 'none'], '--allow: got nothing, expected some of sound'],
      [[...NEW, '--nights', '31'], '--nights: got "31", expected a number from 1 to 30'],
      [[...NEW, '--sound', '61'], '--sound: got "61", expected a number from 20 to 60'],
      [[...NEW, '--sound', '45.5'], 'terms.ceilings.soundDbA: got 45.5, expected a whole number'],
      [[...NEW, '--hours', '25:00-7:00'], '--hours: got "25:00-7:00", expected two times'],
      [[...NEW, '--hours', 'night'], '--hours: got "night", expected two times'],
      [[...NEW, '--sees', 'Ana'], '--sees: got "Ana", expected "Ana: summary"'],
      [[...NEW, '--mode', 'natural'], 'terms.mode: got "natural", expected guidance or control'],
      [[...NEW, '--zone', 'Mars'], '--zone: got "Mars", expected Europe/Berlin'],
      [['show', 'absent.json'], 'absent.json: got no file, expected a consent'],
      [['show'], 'got "show", expected consent new'],
      [['sign', 'x'], 'got "sign x", expected consent new'],
    ] as const
    for (const [words, line] of refusals) {
      const { code, out, err } = await run(...words)
      expect([code, out]).toEqual([2, ''])
      expect(err).toContain(line)
      expect(err.trimEnd()).not.toContain('\n')
    }
  })

  it('a key or a list of revocations that is damaged stops, and is never replaced', async () => {
    process.env.NOCTURNE_HOME = join(folder, 'damaged')
    const { id } = JSON.parse((await run(...NEW, '--json')).out)
    const revoked = join(folder, 'damaged', 'consents', 'revoked.json')
    writeFileSync(revoked, '{')
    expect((await run('show', id)).err).toContain('got a damaged list, expected the ids')
    const key = join(folder, 'damaged', 'keys', 'sleeper.json')
    writeFileSync(key, '{}')
    expect((await run(...NEW)).err).toContain("expected the sleeper's private key")
    expect(readFileSync(key, 'utf8')).toBe('{}')
    process.env.NOCTURNE_HOME = join(folder, 'home')
  })

  it('trust acts on another key only after its fingerprint was typed, and distrust ends it (N10)', async () => {
    process.env.NOCTURNE_HOME = join(folder, 'elsewhere')
    const file = join(folder, 'elsewhere.json')
    const { id, consent } = JSON.parse((await run(...NEW, '--json', '--out', file)).out)
    const print = keyFingerprint(consent.signer)
    process.env.NOCTURNE_HOME = join(folder, 'home')
    const asked = await run('trust', file)
    expect([asked.code, asked.out]).toEqual([
      1,
      expect.stringContaining('It may play short sounds'),
    ])
    expect(asked.out).toContain(`a key that this machine does not know: ${print}\nNot trusted.`)
    expect(JSON.parse((await run('show', file, '--json')).out).signature).toBe('other')
    for (const typed of [keyFingerprint('00'.repeat(32)), print.slice(0, 4), consent.signer, id]) {
      const refused = await run('trust', file, '--fingerprint', typed)
      expect([refused.code, refused.out]).toEqual([2, ''])
      expect(refused.err).toContain(`--fingerprint: got "${typed}", which is not of the key`)
    }
    expect((await run('show', file)).code).toBe(1)
    const trusted = await run('trust', file, '--fingerprint', print.toUpperCase())
    expect([trusted.code, trusted.out]).toEqual([0, expect.stringContaining(`--consent ${file}`)])
    const shown = await run('show', id)
    expect([shown.code, shown.out]).toEqual([0, expect.stringContaining('a key that was trusted')])
    expect((await run('distrust', print)).out).toContain('acts on what it signed')
    const after = await run('show', id, '--json')
    expect([after.code, JSON.parse(after.out).why]).toEqual([1, 'other-signer'])
    expect((await run('distrust', id, '--json')).out).toContain('"wasTrusted":false')
  })

  it('trust takes nothing that was changed, and trusting is not taking up what was taken back (N15)', async () => {
    process.env.NOCTURNE_HOME = join(folder, 'third')
    const file = join(folder, 'third.json')
    const { id, consent } = JSON.parse((await run(...NEW, '--json', '--out', file)).out)
    process.env.NOCTURNE_HOME = join(folder, 'home')
    const text = readFileSync(file, 'utf8')
    const flipped = text.replace(/("signature": ")(.)/, (_, name, digit) => {
      return `${name}${digit === '0' ? '1' : '0'}`
    })
    writeFileSync(file, flipped)
    const print = keyFingerprint(consent.signer)
    const bad = await run('trust', file, '--fingerprint', print)
    expect([bad.code, bad.out, bad.err]).toEqual([2, '', expect.stringContaining('did not sign')])
    writeFileSync(file, text)
    expect((await run('revoke', file)).code).toBe(0)
    const trusted = await run('trust', file, '--fingerprint', print)
    expect([trusted.code, trusted.out]).toEqual([0, expect.stringContaining('taken back here')])
    expect(JSON.parse((await run('show', id, '--json')).out).why).toBe('revoked')
    writeFileSync(join(folder, 'home', 'keys', 'trusted.json'), '["me"]')
    expect((await run('show', id)).err).toContain('got a damaged list, expected the public keys')
    rmSync(join(folder, 'home', 'keys', 'trusted.json'))
  })

  it('a guidance consent needs no actuator', async () => {
    const { code, out } = await run('new', '--mode', 'guidance', '--conditions', 'tinnitus')
    expect([code, out]).toEqual([0, expect.stringContaining('Nothing may act on me')])
  })
})
