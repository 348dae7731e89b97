import { writeEdf } from '@nocturne/core/signal'
import { hypnogramEdf } from '@nocturne/core/sleep'
import { describe, expect, it } from 'vitest'
import { sortFiles } from './sorted-files.ts'

const SECONDS = 60
const STAGES = ['W', 'N1', 'N2', 'N2', 'N3', 'R'] as const

function file(name: string, ...content: BlobPart[]): File {
  return new File(content, name)
}

function recording(name: string, label: string): File {
  const samples = new Float32Array(100 * SECONDS)
  const channels = [{ label, unit: 'uV', rateHz: 100, samples }]
  const bytes = writeEdf({ durationS: SECONDS, channels, annotations: [] })
  return file(name, bytes as BlobPart)
}

function scored(name: string): File {
  return file(name, hypnogramEdf({ epochS: 30, stages: STAGES }) as BlobPart)
}

async function namesOf(...files: File[]): Promise<Record<string, string>> {
  const sorted = await sortFiles(files)
  if (!sorted.ok) return { [sorted.problem.code]: sorted.problem.where }
  const { recording, hypnogram, models } = sorted.value
  return {
    ...(recording && { recording: recording.name }),
    ...(hypnogram && { hypnogram: hypnogram.name }),
    ...(models.length > 0 && { models: models.map(({ name }) => name).join(' ') }),
  }
}

const psg = (name = 'night.edf'): File => recording(name, 'EEG Fpz-Cz')
const lines = (name: string): File => file(name, `${STAGES.join('\n')}\n`)
const trees = (name: string): File => file(name, 'tree\nversion=v3\nnum_class=5\n')
const gzip = (name: string): File => file(name, Uint8Array.of(0x1f, 0x8b, 8, 0) as BlobPart)

describe('the files of a drop', () => {
  it('are a recording and its hypnogram, whatever their names and order', async () => {
    const both = { recording: 'night.edf', hypnogram: 'a.edf' }
    expect(await namesOf(scored('a.edf'), psg())).toEqual(both)
    expect(await namesOf(psg(), scored('a.edf'))).toEqual(both)
    expect(await namesOf(psg(), lines('a.txt'))).toEqual({ ...both, hypnogram: 'a.txt' })
    expect(await namesOf(recording('h.edf', 'Hypnogram'), psg())).toEqual({
      ...{ recording: 'night.edf', hypnogram: 'h.edf' },
    })
  })

  it('tell a hypnogram and a model apart that are both .txt', async () => {
    expect(await namesOf(lines('model.txt'))).toEqual({ hypnogram: 'model.txt' })
    expect(await namesOf(trees('hypnogram.txt'))).toEqual({ models: 'hypnogram.txt' })
  })

  it('are a recording too when they are a table of band powers, a hypnogram when of stages', async () => {
    const heading = 'epoch,a_delta,a_theta,a_alpha,a_beta,a_gamma,a_var,a_vardiff'
    const table = file('night.csv', `${heading}\n0,9,3,2,1,1,400,20\n1,9,3,2,1,1,400,20\n`)
    const stages = file('scored.csv', 'onset,duration,stage\n0,30,W\n30,30,N1\n')
    expect(await namesOf(table)).toEqual({ recording: 'night.csv' })
    expect(await namesOf(stages)).toEqual({ hypnogram: 'scored.csv' })
  })

  it('may be several models with their licence, or a network with its manifest', async () => {
    const licence = file('LICENSE', 'Permission is hereby granted\n')
    expect(await namesOf(gzip('a.gz'), licence, gzip('b.gz'))).toEqual({ models: 'a.gz b.gz' })
    const network = [file('net.onnx', 'x'), file('net.json', '{"stages":["W"]}')]
    expect(await namesOf(...network)).toEqual({ models: 'net.onnx net.json' })
  })

  it('are refused when there are two nights, or something that is nothing of this', async () => {
    expect(await namesOf(psg(), psg('b.edf'))).toEqual({ FILES_MANY: 'files' })
    expect(await namesOf(file('notes.txt', 'hello\n'))).toEqual({
      FILES_UNKNOWN: 'notes.txt, line 1',
    })
    expect(await namesOf()).toEqual({ FILES_NONE: 'files' })
  })

  it('count as a recording by name when they are broken, so that its reader can say how', async () => {
    expect(await namesOf(file('broken.edf', 'not an EDF file'))).toEqual({
      recording: 'broken.edf',
    })
    expect(await namesOf(recording('breath.edf', 'Resp'))).toEqual({ recording: 'breath.edf' })
  })
})
