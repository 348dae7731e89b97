import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { historyOf, readNightLog } from '@nocturne/core/night'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Io } from '../command.ts'
import { nocturne } from '../nocturne.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-trial-'))
const before = process.env.NOCTURNE_HOME
beforeAll(() => {
  process.env.NOCTURNE_HOME = folder
})
afterAll(() => {
  if (before === undefined) delete process.env.NOCTURNE_HOME
  else process.env.NOCTURNE_HOME = before
  rmSync(folder, { recursive: true })
})

async function call(...words: string[]): Promise<{ code: number; out: string; err: string }> {
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
  return { code: await nocturne(words, io), out, err }
}

const run = (...words: string[]): ReturnType<typeof call> => call('trial', ...words)

describe('nocturne trial', () => {
  it('keeps the secret apart, for its owner only, and shows it nowhere (N80)', async () => {
    const { code, out } = await run('new', 'autumn', '--nights', '12')
    expect(code).toBe(0)
    const secret = join(folder, 'sealed', 'autumn.json')
    expect(statSync(secret).mode & 0o777).toBe(0o600)
    const { seed, salt } = JSON.parse(readFileSync(secret, 'utf8'))
    const noted = await run('note', 'autumn', '--night', '1', '--kss', '4', '--guess', 'sound')
    const shown = await run('status', 'autumn')
    const json = await run('status', 'autumn', '--json')
    const file = readFileSync(join(folder, 'trials', 'autumn.json'), 'utf8')
    for (const text of [out, noted.out, shown.out, json.out, file]) {
      expect(text).not.toContain(seed)
      expect(text).not.toContain(salt)
    }
    expect(shown.out).toContain('nights noted: 1 of 12')
    expect(JSON.parse(json.out).nights).toEqual([{ night: 0, kss: 4, guess: 'sound' }])
  })

  it('stays sealed until every night is noted, then says what it found', async () => {
    await run('new', 'spring', '--nights', '12')
    for (let night = 1; night <= 11; night++) {
      await run('note', 'spring', '--night', String(night), '--swa', String(700 + night))
    }
    const early = await run('unblind', 'spring')
    expect([early.code, early.out]).toEqual([1, ''])
    expect(early.err).toContain('stays sealed: 11 of 12')
    await run('note', 'spring', '--night', '12', '--swa', '720', '--guess', 'unknown')
    const opened = await run('unblind', 'spring')
    expect(opened.code).toBe(0)
    expect(opened.out).toContain('6 nights with stimulation, 6 without')
    expect(opened.out).toContain('uncertain')
    const again = await run('unblind', 'spring', '--json')
    expect(JSON.parse(again.out).swa.blocks).toBe(6)
    const late = await run('note', 'spring', '--night', '1', '--kss', '2')
    expect([late.code, late.err.includes('opened trial')]).toEqual([2, true])
  })

  it('keeps what is noted of the signal away from the trial that all can see, whole or not at all (N80)', async () => {
    await run('new', 'summer', '--nights', '12')
    const [file, kept] = ['trials/summer.json', 'sealed/summer-nights.json'].map((each) =>
      join(folder, each),
    ) as [string, string]
    const measures = ['--swa', '731.5', '--markers', '40']
    const noted = await run('note', 'summer', '--night', '3', ...measures, '--kss', '4', '--json')
    const status = await run('status', 'summer', '--json')
    for (const text of [noted.out, status.out, readFileSync(file, 'utf8')]) {
      expect(text).not.toMatch(/731\.5|swa|markers/)
      expect(JSON.parse(text).nights).toEqual([{ night: 2, kss: 4 }])
    }
    expect(statSync(kept).mode & 0o777).toBe(0o600)
    await run('note', 'summer', '--night', '3', '--arousals', '2')
    const whole = [{ night: 2, swaUv2: 731.5, markers: 40, arousals: 2 }]
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual(whole)
    const odd = await run('note', 'summer', '--night', '3', '--arousals', '41')
    expect([odd.code, odd.err.includes('no more than markers')]).toEqual([2, true])
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual(whole)
    await run('unblind', 'summer', '--early')
    const [opened] = JSON.parse(readFileSync(file, 'utf8')).nights
    expect(opened).toEqual({ ...whole[0], kss: 4 })
  })

  it('note enters distress too: under the evening that is named, or else the last one, where the worse word stands (N71)', async () => {
    const at = join(folder, 'noting')
    process.env.NOCTURNE_HOME = at
    await run('new', 'noted', '--nights', '12')
    const none = await run('note', 'noted', '--night', '1', '--distress', '8')
    expect([none.code, none.err]).toEqual([0, expect.stringContaining('is in the trial alone')])
    const night = (date: string): object => {
      return { date, hours: 7, control: true, silent: false, incident: false }
    }
    const file = join(at, 'nights.json')
    writeFileSync(file, JSON.stringify([night('2026-11-25'), night('2026-11-26')]))
    const distress = (): unknown => {
      const read = readNightLog(readFileSync(file, 'utf8'))
      return read.ok && read.value.map((each) => each.distress)
    }
    const last = await run('note', 'noted', '--night', '2', '--distress', '8', '--json')
    expect(last.err).toContain('distress 8 stands in the list of nights, 2026-11-26')
    expect(JSON.parse(last.out).nights).toHaveLength(2)
    await run('note', 'noted', '--night', '1', '--distress', '2')
    expect(distress()).toEqual([undefined, 8])
    await run('note', 'noted', '--night', '1', '--distress', '3', '--evening', '2026-11-25')
    expect(distress()).toEqual([3, 8])
    const log = readNightLog(readFileSync(file, 'utf8'))
    expect(log.ok && historyOf(log.value, '2026-11-27').sinceDistress).toBe(0)
    const odd = await run('note', 'noted', '--night', '1', '--distress', '3', '--evening', '1-1')
    expect([odd.code, odd.err]).toEqual([2, expect.stringContaining('expected a date like')])
    process.env.NOCTURNE_HOME = folder
  })

  it('enters a morning of distress into the log of nights, which bars cues from then on (N71)', async () => {
    await run('new', 'frost', '--nights', '12')
    const made = await call('consent', 'new', '--allow', 'sound', '--conditions', 'none', '--json')
    const box = join(folder, 'frost.box')
    const lived = ['--consent', JSON.parse(made.out).id, '--box', box, '--trial', 'frost']
    expect((await call('loop', 'synth:3', '--hours', '0.01', ...lived)).code).toBe(0)
    const log = join(folder, 'nights.json')
    const quiet = { hours: 7, control: false, silent: true, incident: false }
    const before = ['2025-12-31', '2026-01-01'].map((date) => ({ date, ...quiet }))
    const sinceDistress = (): number | undefined => {
      const nights = readNightLog(readFileSync(log, 'utf8'))
      return nights.ok ? historyOf(nights.value, '2026-01-02').sinceDistress : Number.NaN
    }
    writeFileSync(log, JSON.stringify(before))
    await run('morning', box, '--trial', 'frost', '--distress', '6')
    expect(sinceDistress()).toBe(1000)
    await run('morning', box, '--trial', 'frost', '--distress', '7')
    expect(sinceDistress()).toBe(0)
    expect(JSON.parse(readFileSync(log, 'utf8'))).toEqual([
      before[0],
      { ...before[1], distress: 7 },
    ])
    rmSync(log)
    await run('morning', box, '--trial', 'frost', '--distress', '8')
    expect(existsSync(log)).toBe(false)
  })

  it('writes no sound of a sealed night, whose silence would tell the arm (N80)', async () => {
    await run('new', 'mute', '--nights', '12')
    const wav = join(folder, 'mute.wav')
    const loop = ['loop', 'synth:3', '--hours', '0.01', '--rehearse', 'control', '--wav', wav]
    const told = await call(...loop, '--box', join(folder, 'mute.box'), '--trial', 'mute')
    expect([told.code, told.out, existsSync(wav)]).toEqual([2, '', false])
    expect(told.err).toBe(
      'nocturne loop: --wav: got one beside --trial, whose arm it would tell; expected none\n',
    )
    expect((await call('loop', '--help')).out).toContain('not for a sealed --trial')
  })

  it('measures a night from its box in the morning, and shows nothing of it (N80)', async () => {
    await run('new', 'winter', '--nights', '12')
    const box = join(folder, 'winter.box')
    const loop = ['loop', 'synth:3', '--hours', '0.02', '--rehearse', 'control', '--box', box]
    const night = await call(...loop, '--trial', 'winter', '--night', '5', '--json')
    expect(night.code).toBe(0)
    const { seed } = JSON.parse(readFileSync(join(folder, 'sealed', 'winter.json'), 'utf8'))
    const words = ['--heard', 'no', '--guess', 'sham', '--kss', '3', '--distress', '1']
    const told = await run('morning', box, '--trial', 'winter', ...words)
    expect([told.code, told.err]).toEqual([0, expect.stringContaining('in the trial alone')])
    const file = join(folder, 'trials', 'winter.json')
    const answers = { kss: 3, guess: 'silence', heard: false, distress: 1 }
    expect(JSON.parse(readFileSync(file, 'utf8')).nights).toEqual([{ night: 4, ...answers }])
    for (const text of [night.out, night.err, told.out, readFileSync(box, 'latin1')]) {
      expect(text).not.toContain(seed)
    }
    const kept = join(folder, 'sealed', 'winter-nights.json')
    expect(statSync(kept).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(kept, 'utf8'))[0]).toMatchObject({ night: 4, windows: [] })
    const early = await run('unblind', 'winter', '--early', '--json')
    expect(early.code).toBe(0)
    const [opened] = JSON.parse(readFileSync(file, 'utf8')).nights
    expect(opened).toMatchObject({ night: 4, ...answers, markers: 0, windows: [] })
    const late = await call(...loop, '--trial', 'winter', '--night', '6')
    expect([late.code, late.err.includes('opened trial')]).toEqual([2, true])
  })

  it('takes no box of another trial, nor one without a sealed arm', async () => {
    const box = join(folder, 'plain.box')
    const loop = ['loop', 'synth:3', '--hours', '0.01', '--rehearse', 'control', '--box', box]
    expect((await call(...loop)).code).toBe(0)
    const refused = await run('morning', box, '--trial', 'autumn')
    expect([refused.code, refused.err.includes('no night of autumn')]).toEqual([2, true])
    for (const odd of [
      ['--arm', 'stim'],
      ['--seed', '3'],
      ['--night', '99'],
    ]) {
      const { code, err } = await call(...loop, '--trial', 'autumn', ...odd)
      expect([code, err.trimEnd().split('\n').length]).toEqual([2, 1])
    }
    expect((await call(...loop, '--night', '2')).err).toContain('no --trial')
  })

  it('says about how many nights it takes, and what that assumes', async () => {
    const { code, out } = await run('power', '--gain', '40')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^About \d+ nights to see 40 % in four trials of five, by pairs of windows\.\n/,
    )
    expect(out).toContain('Assumed')
    const json = await run('power', '--gain', '1', '--nights', '40', '--json')
    expect(JSON.parse(json.out).nightsFor80).toBeUndefined()
  })

  it('has both arms in each night where it is to, measured block by block and told when opened (N80, N84)', async () => {
    const made = await run('new', 'halves', '--block-min', '5', '--nights', '6')
    expect(made.out).toContain('stim against muted in blocks of 5 min within a night, 6 nights')
    const box = join(folder, 'halves.box')
    const loop = ['loop', 'synth:3', '--hours', '0.02', '--rehearse', 'control', '--box', box]
    const night = await call(...loop, '--trial', 'halves', '--night', '2', '--json')
    expect([night.code, /stim"|muted|blocks/.test(night.out)]).toEqual([0, false])
    expect((await call(...loop, '--trial', 'halves', '--wav', 'x.wav')).err).toContain('would tell')
    const told = await run('morning', box, '--trial', 'halves', '--kss', '3', '--guess', 'sound')
    expect([told.code, told.out.includes('nights noted: 1 of 6')]).toEqual([0, true])
    const file = readFileSync(join(folder, 'trials', 'halves.json'), 'utf8')
    expect(JSON.parse(file).nights).toEqual([{ night: 1, kss: 3, guess: 'sound' }])
    const kept = join(folder, 'sealed', 'halves-nights.json')
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual([{ night: 1, blocks: [] }])
    const noted = await run('note', 'halves', '--night', '3', '--swa', '700')
    expect([noted.code, noted.err.includes('got swaUv2, expected nights of blocks')]).toEqual([
      2,
      true,
    ])
    // As a longer night would have left it.
    const block = { markers: 9, arousals: 0, windows: [0.1] }
    const blocks = [0, 1, 2, 3].map((k) => ({ block: k, ...block, swaUv2: 700 + k, wholeUv2: 500 }))
    writeFileSync(kept, JSON.stringify([{ night: 1, blocks }]))
    const opened = await run('unblind', 'halves', '--early')
    expect(opened.out).toContain('trial halves: 1 nights, 2 pairs of blocks of 5 min')
    expect(opened.out).toContain(
      'too few to bound it: uncertain. This compares minutes of the same',
    )
    expect(opened.out).toContain('every night has both arms')
  })

  it('says about how many nights blocks take, and that they show minutes alone', async () => {
    const { code, out } = await run('power', '--block-min', '5', '--nights', '100')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^About \d+ nights to see 10 % in four trials of five, by blocks of 5 min\.\n/,
    )
    expect(out).toContain('12 pairs of blocks in a night')
    expect(out).toContain('within minutes alone')
    const json = JSON.parse(
      (await run('power', '--block-min', '20', '--nights', '60', '--json')).out,
    )
    expect([json.blockMin, json.nightsFor80, json.byNights.length]).toEqual([20, undefined, 60])
    expect(json.windows.nightsFor80).toBeGreaterThan(6)
  })

  it.each([
    [['new', 'odd', '--block-min', '4'], '--block-min'],
    [['new', 'odd', '--block-min', '10', '--control', 'off'], '1 of muted, for blocks'],
    [['new', 'No Name'], 'expected a-z, 0-9, hyphens'],
    [['new', 'odd', '--nights', '13'], 'in blocks of 2'],
    [['new', 'odd', '--control', 'stim'], 'muted random-phase off'],
    [['new', 'autumn'], 'expected a new name'],
    [['status', 'nowhere'], 'expected the name of one'],
    [['note', 'autumn'], 'expected which night'],
    [['note', 'autumn', '--night', '2', '--heard', 'maybe'], 'expected yes or no'],
    [['morning', 'night.box'], 'expected the name of one'],
    [['morning', 'no-such.box', '--trial', 'autumn'], 'no-such.box'],
    [['note', 'autumn', '--night', '2', '--guess', 'maybe'], 'sound silence unknown'],
    [['open', 'autumn'], 'expected trial new'],
  ])('refuses %j in one line', async (words, why) => {
    const { code, err } = await run(...words)
    expect(code).toBe(2)
    expect(err).toContain(why)
    expect(err.trimEnd().split('\n').length).toBe(1)
  })
})
