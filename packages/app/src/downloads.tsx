import { type Night, nightReport } from '@nocturne/core/sleep'
import { nightJson } from './state.ts'

/** The night to take away: a report to read, and the data behind it. */
export function Downloads({ night }: { night: Night }) {
  const name = night.recording.file.replace(/\.\w+$/, '')
  return (
    <div class="downloads">
      <h2>Take it with you</h2>
      <ul>
        <li>
          <button
            type="button"
            onClick={() => save(`${name}.html`, 'text/html', nightReport(night))}
          >
            Report
          </button>{' '}
          one page to read, print or share
        </li>
        <li>
          <button
            type="button"
            onClick={() => save(`${name}.json`, 'application/json', nightJson.value)}
          >
            night.json
          </button>{' '}
          stages, probabilities, events, statistics
        </li>
      </ul>
    </div>
  )
}

function save(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
