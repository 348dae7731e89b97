import {
  hypnogramEdf,
  type Night,
  nightDocument,
  nightFigure,
  nightReport,
} from '@nocturne/core/sleep'
import type { NightSources } from './messages.ts'
import { pictureOf } from './picture.ts'
import { saveBlob } from './save-blob.ts'
import { problem } from './state.ts'

type Download = {
  readonly name: string
  readonly type: string
  readonly words: string
  content(): string | Uint8Array | Blob | Promise<string | Blob>
}

/** The night to take away: a report to read, a picture, and the data behind them. */
export function Downloads(props: {
  night: Night
  sources: NightSources
  documentUrl: string | undefined
}) {
  const { night, sources, documentUrl } = props
  return (
    <section class="card downloads" aria-labelledby="downloads-title">
      <h2 id="downloads-title">Take it with you</h2>
      <ul>
        {downloadsOf(night, sources, documentUrl).map((download) => (
          <li key={download.name}>
            <button type="button" onClick={() => void save(night, download)}>
              {download.name}
            </button>
            <span>{download.words}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function downloadsOf(
  night: Night,
  sources: NightSources,
  documentUrl: string | undefined,
): readonly Download[] {
  return [
    {
      ...{ name: 'report.html', type: 'text/html' },
      words: 'one page to read, print or share',
      content: () => nightReport(night, { command: commandOf(night, sources) }),
    },
    {
      ...{ name: 'night.json', type: 'application/json' },
      words: 'stages, chances, events, statistics',
      content: () => (documentUrl === undefined ? documentOf(night) : textAt(documentUrl)),
    },
    {
      ...{ name: 'hypnogram.edf', type: 'application/octet-stream' },
      words: 'the stages as EDF+ annotations, for other viewers',
      content: () => {
        const { epochS, stages, probabilities, recording } = night
        const { startTime } = recording
        const start = startTime === undefined ? {} : { startTime }
        return hypnogramEdf({ epochS, stages, probabilities, ...start })
      },
    },
    {
      ...{ name: 'hypnogram.png', type: 'image/png' },
      words: 'the night as a picture',
      content: () => pictureOf(nightFigure(night)),
    },
  ]
}

/** The command that makes the same report; several model files stand for the folder they lie in. */
function commandOf({ recording, model }: Night, sources: NightSources): string[] {
  const { eeg, hypnogram, model: origin } = sources
  const [file, second] = typeof origin === 'string' ? [] : origin
  return [
    ...['nocturne', 'night', recording.file],
    ...(eeg === undefined ? [] : ['--eeg', eeg]),
    ...(hypnogram ? ['--hypnogram', hypnogram.name] : []),
    ...['--model', file && !second ? file.name : model.name, '--out', 'report'],
  ]
}

/** night.json to the byte as `nocturne night --json` writes it. */
function documentOf(night: Night): string {
  return `${JSON.stringify(nightDocument(night))}\n`
}

async function textAt(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: got HTTP ${response.status}, expected 200`)
  return response.text()
}

async function save(night: Night, { name, type, content }: Download): Promise<void> {
  try {
    const made = await content()
    const blob = made instanceof Blob ? made : new Blob([made as BlobPart], { type })
    const stem = night.recording.file.replace(/\.\w+$/, '')
    saveBlob(`${stem}.${name}`, blob)
  } catch (error) {
    problem.value = `${name} could not be made: ${error instanceof Error ? error.message : String(error)}`
  }
}
