import { durationText } from '@nocturne/core/figure'
import { channelKind, type Night } from '@nocturne/core/sleep'
import { readWith } from './state.ts'
import { startText } from './words.ts'

/** What was in the file, what was used of it, and what was odd about it. */
export function RecordingCard({ night, eeg }: { night: Night; eeg: string | undefined }) {
  const { recording, warnings } = night
  const { used, channels } = recording
  return (
    <section class="card" aria-labelledby="recording-title">
      <h2 id="recording-title">The recording</h2>
      <p>
        {[recording.file, startText(night), durationText(recording.durationS / 60)]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <p>
        <label>
          Stages from{' '}
          <select
            value={eeg ?? ''}
            onChange={(event) => readWith(wishOf(event.currentTarget.value))}
          >
            <option value="">
              {eeg === undefined ? used.eeg : 'the best EEG'} (chosen by name)
            </option>
            {channels
              .filter(({ label }) => label === eeg || channelKind(label) === 'eeg')
              .map(({ label }) => (
                <option key={label} value={label}>
                  {label}
                </option>
              ))}
          </select>
        </label>
      </p>
      <p class="note">{usedText(night)}</p>
      {warnings.length > 0 && (
        <>
          <h3>What to know about it</h3>
          <ul class="warnings">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>
          {channels.length} {channels.length === 1 ? 'channel' : 'channels'} in the file
        </summary>
        <ul class="listing">
          {channels.map(({ label, unit, rateHz }, index) => (
            <li key={`${index} ${label}`}>
              <span>{label}</span>
              <small>
                {Number(rateHz.toFixed(2))} Hz{unit && `, ${unit === 'uV' ? 'µV' : unit}`}
              </small>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

function wishOf(label: string): { readonly eeg?: string } {
  return label === '' ? {} : { eeg: label }
}

function usedText({ recording: { used }, rems, spectrogram }: Night): string {
  if (!spectrogram) return 'There is no signal to find events in.'
  const eyes = used.eog && rems ? ` Eye movements from ${used.eog}.` : ''
  const chin = used.emg ? ` Arousals also by ${used.emg}.` : ''
  return `Spindles and slow waves from ${used.eeg}.${eyes}${chin}`
}
