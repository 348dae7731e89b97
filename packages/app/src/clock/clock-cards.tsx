import { saveText } from '../save-blob.ts'
import type { Ancestry, ClockAnswer, Regularity } from './clock-messages.ts'
import { ancestry, chooseAncestry, dropFile, ownFiles } from './clock-state.ts'
import { EVIDENCE_WORDS, signedMinutes } from './clock-words.ts'

/** What stands beside the clock: what moved it, the genes, the files. */
export function ClockCards({ answer }: { answer: ClockAnswer }) {
  return (
    <div class="cards">
      <LedgerCard answer={answer} />
      <div class="stack">
        <GenesCard lines={answer.geneLines} />
        <RhythmCard measures={answer.regularity} />
        <FilesCard answer={answer} />
      </div>
    </div>
  )
}

function LedgerCard({ answer: { document } }: { answer: ClockAnswer }) {
  const { ledger, ridge, warnings } = document
  return (
    <section class="card" aria-labelledby="ledger-title">
      <h2 id="ledger-title">What moved what</h2>
      <table class="ledger">
        <thead>
          <tr>
            <th scope="col">from an average adult, by</th>
            <th scope="col">the clock</th>
            <th scope="col">inner day</th>
            <th scope="col">sleep need</th>
          </tr>
        </thead>
        <tbody>
          {ledger.map(({ evidence, moved }) => (
            <tr key={evidence}>
              <th scope="row">{EVIDENCE_WORDS[evidence]}</th>
              <td>{signedMinutes(moved.cbtminMin)}</td>
              <td>{signedMinutes(moved.tauMin)}</td>
              <td>{signedMinutes(moved.sleepNeedMin)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">{ridge.text}</p>
      {warnings.length > 0 && (
        <ul class="warnings note">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function GenesCard({ lines }: { lines: readonly string[] }) {
  return (
    <section class="card" aria-labelledby="genes-title">
      <h2 id="genes-title">What the genes say</h2>
      {lines.length === 0 ? (
        <p class="note">
          No genotype was given, and little is lost: all known places together are worth 6 minutes
          per standard deviation. One week of your own nights says far more.
        </p>
      ) : (
        <>
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
          <AncestryChoice />
        </>
      )}
    </section>
  )
}

const ANCESTRIES: readonly (readonly [Ancestry, string])[] = [
  ['unknown', 'not said'],
  ['EUR', 'from Europe'],
  ['other', 'from elsewhere'],
]

function AncestryChoice() {
  return (
    <label class="note">
      These effects were found in Europeans. My ancestors are{' '}
      <select
        value={ancestry.value}
        onChange={(event) => chooseAncestry(event.currentTarget.value as Ancestry)}
      >
        {ANCESTRIES.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}

function RhythmCard({ measures }: { measures: readonly Regularity[] }) {
  if (measures.length === 0) return null
  return (
    <section class="card" aria-labelledby="rhythm-title">
      <h2 id="rhythm-title">How regular</h2>
      <table class="ledger">
        <tbody>
          {measures.map(({ name, value, note }) => (
            <tr key={`${name} ${note}`}>
              <th scope="row">
                {name} <small>{note}</small>
              </th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        SRI: 100 is the same sleep every day, 0 is chance. Values of different scorers are not to be
        compared.
      </p>
    </section>
  )
}

function FilesCard({ answer }: { answer: ClockAnswer }) {
  const { sources, isExample, document } = answer
  return (
    <section class="card" aria-labelledby="files-title">
      <h2 id="files-title">{isExample ? 'What this was made from' : 'Your files'}</h2>
      <ul class="listing">
        {sources.map((source) => {
          const name = source.slice(0, source.lastIndexOf(':'))
          const file = ownFiles.value.find((own) => source.startsWith(`${own.name}:`))
          return (
            <li key={source}>
              <span>{source}</span>
              {file && (
                <button type="button" onClick={() => dropFile(file.name)}>
                  Leave out<span class="unseen"> {name}</span>
                </button>
              )}
            </li>
          )
        })}
      </ul>
      <ul class="downloads">
        <li>
          <button
            type="button"
            onClick={() => saveText('clock.json', JSON.stringify(document), 'application/json')}
          >
            clock.json
          </button>
          <span>all of this as data; nocturne plan reads it</span>
        </li>
      </ul>
    </section>
  )
}
