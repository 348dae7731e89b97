import { type Agreement, STAGES } from '@nocturne/core/sleep'
import { STAGE_WORDS, stageClass } from './words.ts'

/** What two human experts reach with each other on DOD-H: 25 nights, 10 pairs (Guillot et al. 2020). */
const EXPERTS = { accuracy: 0.79, kappa: 0.7 }

/** Says why a scorer's hypnogram that was dropped is not compared. */
export function NoAgreementCard(props: { warnings: readonly string[]; scorer: string }) {
  const why = props.warnings.find((warning) => /was not compared/.test(warning))
  return (
    <section class="card agreement" aria-labelledby="agreement-title">
      <h2 id="agreement-title">Beside the scorer</h2>
      <p>
        {props.scorer} does not fit this night{why && `: ${why}`}.
      </p>
    </section>
  )
}

/** How the model agrees with the scorer whose hypnogram came with the recording. */
export function AgreementCard(props: { agreement: Agreement; scorer: string | undefined }) {
  const { agreement, scorer } = props
  const { accuracy, kappa, n, unscored } = agreement
  return (
    <section class="card agreement" aria-labelledby="agreement-title">
      <h2 id="agreement-title">Beside the scorer</h2>
      <p>
        Model and scorer{scorer && ` (${scorer})`} gave the same stage to{' '}
        <strong>{share(accuracy)}</strong> of {n} epochs, kappa <strong>{fixed(kappa)}</strong>
        {unscored > 0 && `; ${unscored} were not scored by both`}. Two human experts, on other
        nights, agree on about {share(EXPERTS.accuracy)}, kappa {fixed(EXPERTS.kappa)}.
      </p>
      <table class="confusion">
        <thead>
          <tr>
            <th scope="col">Scorer said</th>
            {STAGES.map((stage) => (
              <th key={stage} scope="col">
                <span class="unseen">model said </span>
                {stage}
              </th>
            ))}
            <th scope="col">found</th>
            <th scope="col">F1</th>
          </tr>
        </thead>
        <tbody>
          {STAGES.map((stage, row) => (
            <ConfusionRow key={stage} {...{ agreement, row }} />
          ))}
        </tbody>
      </table>
      <p class="note">
        Rows are what the scorer said, columns what the model said, in epochs. Found: the share of
        the scorer's epochs that the model gave the same stage. F1 weighs that against false ones.
      </p>
    </section>
  )
}

function ConfusionRow({ agreement, row }: { agreement: Agreement; row: number }) {
  const stage = STAGES[row]!
  const counts = agreement.confusion[row] ?? []
  const total = counts.reduce((sum, count) => sum + count, 0)
  return (
    <tr class={stageClass(stage)}>
      <th scope="row">{STAGE_WORDS[stage]}</th>
      {counts.map((count, column) => (
        <td key={STAGES[column]} class={column === row ? 'same' : ''} style={shade(count, total)}>
          {count}
        </td>
      ))}
      <td>{share(agreement.stages[stage].recall)}</td>
      <td>{fixed(agreement.f1[stage])}</td>
    </tr>
  )
}

/** A cell is as strongly tinted as its share of the row. */
function shade(count: number, total: number): { '--share': string } {
  return { '--share': `${total > 0 ? Math.round((45 * count) / total) : 0}%` }
}

function share(value: number): string {
  return Number.isNaN(value) ? '–' : `${Math.round(100 * value)} %`
}

function fixed(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(2)
}
