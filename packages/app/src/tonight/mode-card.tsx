import { type Mode, PARAMETERS } from '@nocturne/core/night'
import { kept } from './consent-state.ts'
import { answerAsk, asking, chooseMode, wanted } from './tonight-state.ts'

const MODES: readonly (readonly [Mode, string, string])[] = [
  [
    'natural',
    'Natural',
    'It records and does nothing else. Every night and every doubt begin here.',
  ],
  ['guidance', 'Guidance', 'It records and suggests by day. At night every loudspeaker is silent.'],
  ['control', 'Control', 'It may act while you sleep, within your consent and the safety rules.'],
]

/** The mode, what it means, and the plan of the night in plain words. */
export function ModeCard() {
  const mode = wanted.value
  return (
    <section class="card" aria-labelledby="mode-title">
      <h2 id="mode-title">What it may do tonight</h2>
      <fieldset class="modes">
        <legend>Mode</legend>
        {MODES.map(([value, name, means]) => (
          <label key={value}>
            <input
              {...{ type: 'radio', name: 'mode', value, checked: mode === value }}
              onChange={(event) => {
                chooseMode(value)
                // A mode that is only asked for is not yet chosen.
                event.currentTarget.checked = wanted.peek() === value
              }}
            />
            {name}
            <span>{means}</span>
          </label>
        ))}
      </fieldset>
      {asking.value && (
        <div class="asking" role="alertdialog" aria-label="A higher mode" id="ask">
          <p>
            You ask for <strong>{asking.value}</strong>: more than {mode}. Only you, awake, can
            raise the mode; lowering it needs no question.
          </p>
          <div class="buttons">
            <button type="button" class="primary" onClick={() => answerAsk(true)}>
              I am awake and I want it
            </button>
            <button type="button" onClick={() => answerAsk(false)}>
              Stay in {mode}
            </button>
          </div>
        </div>
      )}
      <h3>The plan of the night</h3>
      <ul class="plan-words paper">
        {planWords(mode, kept.value?.consent.terms.ceilings.soundDbA).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}

/** What would happen in a night, line by line. */
function planWords(mode: Mode, consentedDbA: number | undefined): string[] {
  const always = 'You can stop everything at any moment. It then rests for the whole night.'
  if (mode === 'natural') {
    return ['The device records your sleep. It makes no sound and no light.', always]
  }
  if (mode === 'guidance') {
    return [
      'The device records your sleep and suggests when to sleep and wake.',
      'No loudspeaker and no lamp acts by itself.',
      always,
    ]
  }
  const { stableNremS, deepS, startLevelDb, ceilingDb, onMs, offMs, trainClicks } = PARAMETERS
  const ceiling = Math.min(ceilingDb.value, consentedDbA ?? ceilingDb.value)
  return [
    `It waits until you have slept without a break for ${stableNremS.value / 60} minutes and ` +
      `deeply for ${deepS.value} seconds. While it is not sure that you sleep, it is silent.`,
    'Then it plays soft clicks of a twentieth of a second on the rise of your slow waves, at most ' +
      `${trainClicks.value} in a row: ${onMs.value / 1000} s with clicks, ${offMs.value / 1000} s ` +
      'without, in turn.',
    `It begins at ${Math.min(startLevelDb.value, ceiling)} dB(A) at the ear and never passes ` +
      `${ceiling} dB(A).`,
    'When you stir it is silent at once, for a minute at least, until you have slept deeply for ' +
      'two minutes more. Three stirrings in half an hour end it for the night.',
    'Clicks end half an hour before you are to wake.',
    always,
  ]
}
