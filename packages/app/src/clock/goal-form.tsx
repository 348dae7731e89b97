import { useSignal } from '@preact/signals'
import type { PlanWish } from './clock-messages.ts'
import { isExampleClock, makeWish, working } from './clock-state.ts'
import { GoalFields } from './goal-fields.tsx'
import { type GoalKind, type GoalState, goalOf, startingGoal } from './goal-state.ts'
import { MelatoninQuestion, type SafetyAnswer, SafetyQuestions } from './safety-questions.tsx'

const KINDS: readonly (readonly [GoalKind, string])[] = [
  ['shift', 'A journey to another time zone'],
  ['wake', 'Wake at a fixed time'],
  ['move', 'Sleep earlier, or later'],
  ['nights', 'Night shifts'],
  ['socialJetLag', 'Less social jet lag'],
]

const LIGHTS: readonly (readonly [number, string])[] = [
  [300, 'a lit room (300 lux)'],
  [1000, 'by a window (1,000 lux)'],
  [10000, 'light box, sun (10,000 lux)'],
]

/** Safety first, then a goal, then a plan. */
export function GoalForm({ zone }: { zone: string }) {
  const safety = useSignal<SafetyAnswer>('unanswered')
  const goal = useSignal<GoalState>(startingGoal(zone))
  const limits = useSignal(NO_LIMITS)
  const set = (change: Partial<GoalState>): void => {
    goal.value = { ...goal.value, ...change }
  }
  const plan = (event: Event): void => {
    event.preventDefault()
    makeWish({ goal: goalOf(goal.value), ...limits.value })
  }
  return (
    <section class="card goal" aria-labelledby="goal-title">
      <h2 id="goal-title">{isExampleClock.value ? 'Plan an example week' : 'Plan your week'}</h2>
      <form onSubmit={plan}>
        <SafetyQuestions
          answer={safety.value}
          onAnswer={(answer) => {
            safety.value = answer
          }}
        />
        {safety.value === 'none' && (
          <>
            <fieldset>
              <legend>What for?</legend>
              <label>
                Goal{' '}
                <select
                  value={goal.value.kind}
                  onChange={(event) => set({ kind: event.currentTarget.value as GoalKind })}
                >
                  {KINDS.map(([kind, words]) => (
                    <option key={kind} value={kind}>
                      {words}
                    </option>
                  ))}
                </select>
              </label>
              <GoalFields goal={goal.value} set={set} />
            </fieldset>
            <Limits limits={limits} />
            <button type="submit" class="primary" disabled={working.value !== undefined}>
              Make the plan
            </button>
          </>
        )}
      </form>
    </section>
  )
}

type LimitsState = Omit<PlanWish, 'goal'>

const NO_LIMITS: LimitsState = {
  ...{ work: '', flights: '', lightMaxLux: 1000 },
  ...{ naps: true, caffeine: false, melatonin: false },
}

function Limits({ limits }: { limits: { value: LimitsState } }) {
  const change = (part: Partial<LimitsState>): void => {
    limits.value = { ...limits.value, ...part }
  }
  const { work, flights, lightMaxLux, naps, caffeine, melatonin } = limits.value
  return (
    <fieldset>
      <legend>What must it keep to?</legend>
      <TextField
        label="Working hours"
        hint="Mon-Fri 09:00-17:00"
        value={work}
        onInput={(text) => change({ work: text })}
      />
      <TextField
        label="Flights"
        hint="2026-12-01 13:00 Europe/Berlin -> 2026-12-01 16:20 America/New_York"
        value={flights}
        onInput={(text) => change({ flights: text })}
      />
      <label>
        Brightest light I can have{' '}
        <select
          value={lightMaxLux}
          onChange={(event) => change({ lightMaxLux: Number(event.currentTarget.value) })}
        >
          {LIGHTS.map(([lux, words]) => (
            <option key={lux} value={lux}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <Check words="Naps are possible" on={naps} onChange={(on) => change({ naps: on })} />
      <Check words="Plan caffeine too" on={caffeine} onChange={(on) => change({ caffeine: on })} />
      <MelatoninQuestion on={melatonin} onChange={(on) => change({ melatonin: on })} />
    </fieldset>
  )
}

function TextField(props: {
  label: string
  hint: string
  value: string
  onInput(text: string): void
}) {
  const { label, hint, value, onInput } = props
  return (
    <label class={hint.length > 30 ? 'long' : ''}>
      {label}{' '}
      <input
        type="text"
        value={value}
        placeholder={hint}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  )
}

function Check(props: { words: string; on: boolean; onChange(on: boolean): void }) {
  return (
    <label>
      <input
        type="checkbox"
        checked={props.on}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />{' '}
      {props.words}
    </label>
  )
}
