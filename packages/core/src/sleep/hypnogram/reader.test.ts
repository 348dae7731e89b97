import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import type { HypnogramFile, HypnogramFileOptions } from './file.ts'
import { readHypnogram, readHypnogramText } from './reader.ts'
import { parseStageCodes } from './stage-code.ts'

function read(text: string, options?: HypnogramFileOptions): HypnogramFile {
  const result = readHypnogramText(text, options)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

/** Stages as one string: `W12?3R`. */
function letters(file: HypnogramFile): string {
  return file.hypnogram.stages.map((stage) => stage.replace('N', '')).join('')
}

function problem(text: string, options?: HypnogramFileOptions): unknown {
  const result = readHypnogramText(text, options)
  return result.ok ? undefined : result.problem
}

describe('one stage per line', () => {
  it('may be words of any common spelling', () => {
    expect(letters(read('Wake\nN1\nS2\nNREM3\nREM\nStage 4\nsleep stage R\nMT\n?\n'))).toBe(
      'W123R3R??',
    )
    expect(letters(read('Sleep stage W\nSleep stage N2\nSleep stage ?\n'))).toBe('W2?')
    expect(letters(read('SLEEP-S0\nSLEEP-REM\nSLEEP-UNSCORED\n'))).toBe('WR?')
    expect(letters(read('Stage - W\nNon-REM stage 2\nREM sleep\nStage - No Stage\n'))).toBe('W2R?')
  })

  it('may be numbers: a 5 makes them R&K, a 4 alone is REM, and either is said', () => {
    const kales = read('0\n1\n2\n3\n4\n5\n6\n')
    expect(letters(kales)).toBe('W1233R?')
    expect(kales.codes).toBe('rk')
    const aasm = read('0\n1\n2\n3\n4\n-2\n-1\n8\n')
    expect(letters(aasm)).toBe('W123R???')
    expect(aasm.warnings[0]).toContain('4 = REM')
    expect(read('0\n1\n2\n3\n').warnings).toEqual([])
    expect(read('0\n2\n3\n4\n3\n4\n3\n').warnings[0]).toContain('4 mostly borders 3')
    expect(read('0\n2\n4\n2\n3\n').warnings[0]).not.toContain('mostly')
  })

  it('takes numbers as the user says', () => {
    expect(letters(read('0\n4\n', { codes: 'rk' }))).toBe('W3')
    expect(letters(read('5\n4\n0\n', { codes: 'dreams' }))).toBe('WR3')
    const codes = parseStageCodes('1=W,2=N1,3=N2,4=N3,5=R')
    expect(codes.ok && letters(read('1\n2\n5\n9\n', { codes: codes.value }))).toBe('W1R?')
  })

  it('believes a comment about the epoch and the numbers', () => {
    const file = read('# 1 value per 20 seconds\n# 0: Wake, 1: N1, 2: N2, 3: N3, 4: REM\n0\n4\n')
    expect(letters(file)).toBe('WR')
    expect(file.hypnogram.epochS).toBe(20)
    expect(file.warnings).toEqual([])
  })

  it('reads DREAMS by its heading: 5-s epochs, 5..0 = W R S1 S2 S3 S4', () => {
    const file = read('[Hypnogram]\r\n5\r\n4\r\n3\r\n2\r\n1\r\n0\r\n-1\r\n')
    expect(letters(file)).toBe('WR1233?')
    expect(file.hypnogram.epochS).toBe(5)
  })

  it('reads what NumPy saves, a heading, and a single line with many stages', () => {
    expect(letters(read('0.000000000000000000e+00\n2.000000000000000000e+00\n'))).toBe('W2')
    expect(letters(read('stage\nW\nN2\n'))).toBe('W2')
    expect(letters(read('0,0,1,2,3,4\n'))).toBe('WW123R')
    expect(letters(read('W W N1 N2\n'))).toBe('WW12')
    expect(letters(read('WWWW1122RR\n'))).toBe('WWWW1122RR')
    expect(letters(read('"W"\n"REM"\n'))).toBe('WR')
  })

  it('doubts 30 s when the night would last for days', () => {
    const file = read('W\n'.repeat(28_800))
    expect(file.warnings[0]).toContain('28800 epochs of 30 s are 240 h')
    expect(read('W\n'.repeat(28_800), { epochS: 1 }).warnings).toEqual([])
  })

  it('names the line it cannot read', () => {
    expect(problem('W\nN1\nspindle\n')).toMatchObject({
      code: 'HYPNOGRAM_STAGE',
      where: 'line 3',
      got: '"spindle"',
    })
    expect(problem('0\n17\n')).toMatchObject({ code: 'HYPNOGRAM_STAGE', where: 'line 2' })
    expect(problem('\n \n')).toMatchObject({ code: 'HYPNOGRAM_EMPTY' })
  })
})

describe('tables', () => {
  it('may have onset, duration and stage in any order, with or without a heading', () => {
    const wanted = 'W22?R'
    const headed = 'stage;duration;onset\nW;30;0\nN2;60;30\nR;30;120\n'
    expect(letters(read(headed))).toBe(wanted)
    expect(letters(read('0 30 W\n30 60 N2\n120 30 R\n'))).toBe(wanted)
    expect(letters(read('0 30 Sleep stage W\n30 60 Sleep stage 2\n120 30 REM\n'))).toBe(wanted)
    const commas = 'onset;duration;stage\n0,0;30,0;W\n30,0;60,0;N2\n120;30;R\n'
    expect(letters(read(commas))).toBe(wanted)
    expect(letters(read('0\t30\t0\n30\t60\t2\n120\t30\t5\n'))).toBe(wanted)
    expect(letters(read('W,30,0\nN2,60,30\nR,30,120\n'))).toBe(wanted)
    expect(letters(read('Onset\tStop\tDescription\n0\t30\tW\n30\t90\tN2\n120\t150\tR\n'))).toBe(
      wanted,
    )
  })

  it('may count epochs; missing ones are ?, and a second night is refused', () => {
    expect(letters(read('epoch,stage\n1,W\n2,N1\n4,N2\n'))).toBe('W1?2')
    expect(letters(read('Epoch\tStage\n0\t0\n1\t2\n2\t3\n'))).toBe('W23')
    expect(problem('epoch,stage\n1,W\n2,W\n1,W\n')).toMatchObject({
      code: 'HYPNOGRAM_TIME',
      where: 'line 4',
    })
  })

  it('reads the consensus of BIDS events before the machine, unless told', () => {
    const text = 'onset\tduration\tstage_hum\tstage_ai\n0\t30\t2\t3\n30\t30\t4\t4\n60\t30\t8\t-2\n'
    const file = read(text)
    expect(letters(file)).toBe('2R?')
    expect(file.warnings.join()).toContain('stage_hum (also there: stage_ai)')
    expect(letters(read(text, { column: 'stage_ai' }))).toBe('3R?')
    expect(problem(text, { column: 'stage_dog' })).toMatchObject({ code: 'HYPNOGRAM_COLUMN' })
  })

  it('leaves other events out where they share the column', () => {
    const file = read(
      'onset,duration,description\n0,30,Sleep stage W\n12,3,Arousal\n30,30,Sleep stage N2\n60,9,Lights on',
    )
    expect(letters(file)).toBe('W2')
    expect(file.warnings).toContain('2 rows that are no stage are left out')
  })

  it('follows clocks past midnight, and keeps dates as the start', () => {
    expect(letters(read('Time,Stage\n23:59:30,W\n00:00:00,N1\n00:00:30,N2\n'))).toBe('W12')
    const dated = read('start,stage\n2024-05-01 23:59:30,W\n2024-05-02 00:00:00,N2\n')
    expect(dated.hypnogram.startTime).toBe('2024-05-01T23:59:30')
    expect(letters(dated)).toBe('W2')
  })

  it('finds an epoch of 5, 10 or 20 s by itself', () => {
    expect(read('onset,stage\n0,W\n10,W\n20,N1\n').hypnogram.epochS).toBe(10)
    expect(read('onset,duration,stage\n0,20,W\n20,40,N1\n60,20,W\n').hypnogram.epochS).toBe(20)
  })

  it('cuts by majority where no grid fits, and says so', () => {
    const file = read('onset,duration,stage\n0,41.7,W\n41.7,60,N2\n101.7,20,R\n')
    expect(letters(file)).toBe('W22R')
    expect(file.warnings[0]).toContain('by majority')
  })

  it('keeps probabilities, and takes the likeliest where there is no stage', () => {
    const file = read('epoch,W,N1,N2,N3,R\n0,0.7,0.1,0.1,0.1,0\n1,0,0,0.2,0.8,0\n2,,,,,\n')
    expect(letters(file)).toBe('W3?')
    expect(file.hypnogram.probabilities?.[8]).toBeCloseTo(0.8, 6)
  })

  it('reads what pandas writes, with an index and no name', () => {
    expect(letters(read(',0\n0,W\n1,N2\n2,R\n'))).toBe('W2R')
  })
})

describe('JSON', () => {
  it('may be a list of numbers as in the Dreem Open Datasets, -1 = not scored', () => {
    expect(letters(read('[-1, 0, 1, 2, 3, 4]'))).toBe('?W123R')
    expect(letters(read('["W","N1",null]'))).toBe('W1?')
  })

  it('may be our night.json, with probabilities and the start of the recording', () => {
    const night = {
      recording: { startTime: '2024-05-01T22:00:00' },
      epochS: 30,
      stages: ['W', '?'],
      probabilities: [
        [1, 0, 0, 0, 0],
        [null, null, null, null, null],
      ],
    }
    const file = read(JSON.stringify(night))
    expect(letters(file)).toBe('W?')
    expect(file.hypnogram.startTime).toBe('2024-05-01T22:00:00')
    expect(file.hypnogram.probabilities?.[5]).toBeNaN()
  })

  it("may be YASA's Hypnogram, or a list of events", () => {
    const yasa = {
      values: ['WAKE', 'N1', 'REM', 'UNS', 'ART'],
      freq: '20s',
      start: '2024-05-01T22:00:00+02:00',
      proba: null,
    }
    const file = read(JSON.stringify(yasa))
    expect([letters(file), file.hypnogram.epochS, file.hypnogram.startTime]).toEqual([
      'W1R??',
      20,
      '2024-05-01T22:00:00',
    ])
    const events = [
      { onset: 0, duration: 60, stage: 2 },
      { onset: 60, duration: 30, stage: 'REM' },
    ]
    expect(letters(read(JSON.stringify(events)))).toBe('22R')
    expect(letters(read('[[0,30,"W"],[30,60,"N1"]]'))).toBe('W11')
    const dated = [{ start: '2024-05-01T22:00:00', end: '2024-05-01T22:01:00', stage: 'deep' }]
    expect(read(JSON.stringify(dated)).hypnogram).toEqual({
      epochS: 30,
      stages: ['N3', 'N3'],
      startTime: '2024-05-01T22:00:00',
    })
  })

  it('is refused with what is wrong', () => {
    expect(problem('{"a": 1')).toMatchObject({ code: 'HYPNOGRAM_JSON' })
    expect(problem('{"a": 1}')).toMatchObject({ code: 'HYPNOGRAM_FORMAT', got: 'keys a' })
    expect(problem('[]')).toMatchObject({ code: 'HYPNOGRAM_EMPTY' })
  })
})

describe('other tools', () => {
  it('RemLogic: stages among events, by the clock, past midnight, gaps are ?', () => {
    const file = read(
      [
        'RemLogic Event Export',
        'Patient:\tX',
        'Recording Date:\t03/02/2009',
        '',
        'Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation',
        'W\tSupine\t23:59:00\tSLEEP-S0\t30\tROC-LOC',
        'S1\tSupine\t23:59:30\tSLEEP-S1\t30\tROC-LOC',
        'S1\tSupine\t23:59:41\tMCAP-A1\t7\tFp1-F3',
        'S4\tSupine\t00:00:30\tSLEEP-S4\t30\tROC-LOC',
        'R\tSupine\t00:01:00\tSLEEP-REM\t30\tROC-LOC',
      ].join('\r\n'),
    )
    expect(letters(file)).toBe('W1?3R')
    expect(file.hypnogram.startTime).toBe('2009-02-03T23:59:00')
    expect(file.format).toBe('remlogic')
  })

  it('Luna .annot: seconds, clocks, epochs, lengths and "until the next"', () => {
    const heading = 'class\tinstance\tchannel\tstart\tstop\tmeta'
    const rows = (lines: string[]): string => [heading, ...lines].join('\n')
    expect(
      letters(
        read(rows(['W\t.\t.\t0\t30\t.', 'arousal\t.\tC3\t12\t15\t.', 'N2\t.\t.\t30\t90\t.'])),
      ),
    ).toBe('W22')
    expect(letters(read(rows(['W\t.\t.\t23:59:30\t...\t.', 'R\t.\t.\t00:00:30\t+30\t.'])))).toBe(
      'WWR',
    )
    expect(letters(read('W\t.\t.\t0\t30\nN2\tSLEEP\t.\t30\t90\n'))).toBe('W22')
    expect(letters(read(rows(['W\t.\t.\te:1\te:2\t.', 'N3\t.\t.\te:3\te:3\t.'])))).toBe('WW3')
  })

  it('NSRR XML: scored events of the kind Stages', () => {
    const event = (type: string, concept: string, start: number, length: number): string =>
      `<ScoredEvent><EventType>${type}</EventType><EventConcept>${concept}</EventConcept>` +
      `<Start>${start}</Start><Duration>${length}</Duration></ScoredEvent>`
    const file = read(
      `<?xml version="1.0"?><PSGAnnotation><EpochLength>30</EpochLength><ScoredEvents>${[
        event('Stages|Stages', 'Wake|0', 0, 30),
        event('Respiratory|Respiratory', 'Hypopnea|Hypopnea', 10, 15),
        event('Stages|Stages', 'Stage 2 sleep|2', 30, 30),
        event('Stages|Stages', 'Stage 4 sleep|4', 60, 30),
        event('Stages|Stages', 'REM sleep|5', 90, 30),
        event('Stages|Stages', 'SDO:NonRapidEyeMovementSleep-N1', 150, 30),
        event('Stages|Stages', 'SDO:RapidEyeMovementSleep', 180, 30),
        event('Stages|Stages', 'SDO:WakeState', 210, 30),
        event('Stages|Stages', 'Unscored|9', 120, 30),
      ].join('')}</ScoredEvents></PSGAnnotation>`,
    )
    expect(letters(file)).toBe('W23R?1RW')
    expect(file.format).toBe('nsrr')
  })

  it('Profusion XML: one number an epoch, 4 = S4 and 5 = REM', () => {
    const stages = [0, 1, 2, 3, 4, 5, 9].map((n) => `<SleepStage>${n}</SleepStage>`).join('\n')
    const epoch = '<EpochLength>30</EpochLength>'
    const text = `<CMPStudyConfig>${epoch}<SleepStages>${stages}</SleepStages></CMPStudyConfig>`
    expect(letters(read(text))).toBe('W1233R?')
  })

  it('refuses what is none of these', async () => {
    expect(problem('<html></html>')).toMatchObject({ code: 'HYPNOGRAM_XML' })
    const binary = await readHypnogram(Uint8Array.from([1, 0, 2, 3, 4, 5, 6, 7]), 'x.bin')
    expect(binary).toMatchObject({ problem: { code: 'HYPNOGRAM_FORMAT' } })
    const short = await readHypnogram(new TextEncoder().encode('0       X'), 'x.edf')
    expect(short).toMatchObject({ problem: { code: 'HYPNOGRAM_EDF' } })
  })

  it('reads UTF-16 and Latin-1 text', async () => {
    const wide = Uint8Array.from([0xff, 0xfe, 0x57, 0, 0x0a, 0, 0x52, 0, 0x0a, 0])
    const file = await readHypnogram(wide, 'x.txt')
    expect(file.ok && letters(file.value)).toBe('WR')
    const latin = Uint8Array.from([0x23, 0xe9, 0x0a, 0x57, 0x0a])
    const other = await readHypnogram(latin, 'x.txt')
    expect(other.ok && letters(other.value)).toBe('W')
  })
})

describe.skipIf(!hasShared('data'))(`files of other people (${SHARED_MISSING})`, () => {
  async function shared(relative: string): Promise<HypnogramFile> {
    const path = sharedPath(relative)
    const result = await readHypnogram(readFileSync(path), basename(path))
    if (!result.ok) throw new Error(`${relative}: ${JSON.stringify(result.problem)}`)
    return result.value
  }

  function tally(file: HypnogramFile): string {
    const counts = ['W', 'N1', 'N2', 'N3', 'R', '?'].map(
      (stage) => file.hypnogram.stages.filter((s) => s === stage).length,
    )
    return counts.join(' ')
  }

  it('Sleep-EDF: 14 nights, the start of the recording, S3 + S4, movement and ?', async () => {
    const folder = 'data/sleep-eeg/sleep-edf-hypnograms'
    const files = readdirSync(sharedPath(folder)).filter((name) => name.endsWith('.edf'))
    expect(files.length).toBe(14)
    for (const name of files) {
      const file = await shared(`${folder}/${name}`)
      expect(file.hypnogram.epochS).toBe(30)
      expect(file.hypnogram.stages.length).toBeGreaterThan(2700)
      expect(file.warnings).toEqual([])
    }
    const first = await shared(`${folder}/SC4001EC-Hypnogram.edf`)
    expect(tally(first)).toBe('1997 58 250 220 125 230')
    expect(first.hypnogram.startTime).toBe('1989-04-24T16:13:00')
    const bdf = await shared('golden/eeg/edf/SC4001EC-Hypnogram.bdf')
    expect(bdf.hypnogram.stages).toEqual(first.hypnogram.stages)
  })

  it('DREAMS, YASA, Walch, BOAS and Dreem, each in its own numbers', async () => {
    expect(tally(await shared('data/sleep-eeg/dreams-spindles/Hypnogram_excerpt1.txt'))).toBe(
      '56 12 220 72 0 0',
    )
    const yasa = 'data/sleep-eeg/yasa-examples'
    expect(tally(await shared(`${yasa}/data_full_6hrs_100Hz_hypno_30s.txt`))).toBe(
      '43 22 318 182 155 0',
    )
    expect(tally(await shared(`${yasa}/sub-02_hypno_30s.txt`))).toBe('36 9 31 22 0 0')
    expect(tally(await shared('data/wearables/walch-features/46343_psg_labels.out'))).toBe(
      '84 29 170 156 114 0',
    )
    const boas = 'data/hypnograms/boas/sub-1/eeg/sub-1_task-Sleep_acq-psg_events.tsv'
    expect(tally(await shared(boas))).toBe('200 57 398 172 87 1')
    const dod =
      'data/hypnograms/dod/scorers-dodh/scorer_1/095d6e40-5f19-55b6-a0ec-6e0ad3793da0.json'
    expect(tally(await shared(dod))).toBe('112 525 438 98 19 0')
  })
})
