import { useSignal } from '@preact/signals'
import { isExampleClock, makeWish, working } from './clock-state.ts'
import { type GoalKind, type GoalState, goalOf, startingGoal } from './goal-state.ts'
import { MelatoninQuestion, type SafetyAnswer, SafetyQuestions } from './safety-questions.tsx'

const KINDS: readonly (readonly [GoalKind, string])[] = [
  ['shift', 'A journey to another time zone'],
  ['wake', 'Wake at a fixed time'],
  ['move', 'Sleep earlier or later (a delayed clock, too)'],
  ['nights', 'Night shifts'],
  ['socialJetLag', 'The same sleep on free days (social jet lag)'],
]

const LIGHTS: readonly (readonly [number, string])[] = [
  [300, 'a lit room (300 lux)'],
  [1000, 'a window or the open air (1,000 lux)'],
  [10000, 'a light box or the sun (10,000 lux)'],
]

/** Safety first, then a goal, then a plan. */
export function GoalForm({ zone }: { zone: string }) {
  const safety = useSignal<SafetyAnswer>('unanswered')
  const goal = useSignal<GoalState>(startingGoal(zone))
  const limits = useSignal({ work: '', lightMaxLux: 1000, naps: true, caffeine: false })
  const melatonin = useSignal(false)
  const set = (change: Partial<GoalState>): void => {
    goal.value = { ...goal.value, ...change }
  }
  const plan = (event: Event): void => {
    event.preventDefault()
    makeWish({ goal: goalOf(goal.value), ...limits.value, melatonin: melatonin.value })
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
            <fieldset>
              <legend>What must it keep to?</legend>
              <Limits limits={limits} />
              <MelatoninQuestion
                on={melatonin.value}
                onChange={(on) => {
                  melatonin.value = on
                }}
              />
            </fieldset>
            <button type="submit" class="primary" disabled={working.value !== undefined}>
              Make the plan
            </button>
          </>
        )}
      </form>
    </section>
  )
}

type FieldsProps = { goal: GoalState; set(change: Partial<GoalState>): void }

function GoalFields({ goal, set }: FieldsProps) {
  switch (goal.kind) {
    case 'shift':
      return (
        <>
          <Field
            label="Clocks there are"
            type="number"
            value={goal.shiftH}
            min={-12}
            max={14}
            step={0.5}
            onInput={(shiftH) => set({ shiftH })}
            after="hours ahead (− behind)"
          />
          <Field
            label="I am there on"
            type="date"
            value={goal.date}
            onInput={(date) => set({ date })}
          />
        </>
      )
    case 'wake':
      return (
        <>
          <Field label="Wake at" type="time" value={goal.wake} onInput={(wake) => set({ wake })} />
          <Field label="from" type="date" value={goal.date} onInput={(date) => set({ date })} />
        </>
      )
    case 'move':
      return (
        <>
          <label>
            Sleep{' '}
            <select
              value={goal.way}
              onChange={(event) => set({ way: event.currentTarget.value as GoalState['way'] })}
            >
              <option>earlier</option>
              <option>later</option>
            </select>
          </label>
          <Field
            label="by"
            type="number"
            value={goal.moveH}
            min={0.5}
            max={12}
            step={0.5}
            onInput={(moveH) => set({ moveH })}
            after="hours"
          />
          <Field label="until" type="date" value={goal.date} onInput={(date) => set({ date })} />
        </>
      )
    case 'nights':
      return (
        <>
          <Field
            label="Work from"
            type="time"
            value={goal.from}
            onInput={(from) => set({ from })}
          />
          <Field label="to" type="time" value={goal.to} onInput={(to) => set({ to })} />
          <Field
            label="Nights on"
            type="number"
            value={goal.on}
            min={1}
            max={14}
            step={1}
            onInput={(on) => set({ on })}
          />
          <Field
            label="then off"
            type="number"
            value={goal.off}
            min={1}
            max={14}
            step={1}
            onInput={(off) => set({ off })}
          />
          <Field label="from" type="date" value={goal.date} onInput={(date) => set({ date })} />
        </>
      )
    case 'socialJetLag':
      return (
        <>
          <Field
            label="On free days I sleep from"
            type="time"
            value={goal.freeFrom}
            onInput={(freeFrom) => set({ freeFrom })}
          />
          <Field label="to" type="time" value={goal.freeTo} onInput={(freeTo) => set({ freeTo })} />
        </>
      )
  }
}

function Field(props: {
  label: string
  type: 'number' | 'date' | 'time'
  value: string
  onInput(value: string): void
  after?: string
  min?: number
  max?: number
  step?: number
}) {
  const { label, type, value, onInput, after, min, max, step } = props
  return (
    <label>
      {label}{' '}
      <input
        {...{ type, value, min, max, step }}
        required
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {after && ` ${after}`}
    </label>
  )
}

type LimitsState = { work: string; lightMaxLux: number; naps: boolean; caffeine: boolean }

function Limits({ limits }: { limits: { value: LimitsState } }) {
  const change = (part: Partial<LimitsState>): void => {
    limits.value = { ...limits.value, ...part }
  }
  const { work, lightMaxLux, naps, caffeine } = limits.value
  return (
    <>
      <label>
        Working hours{' '}
        <input
          type="text"
          value={work}
          placeholder="Mon-Fri 09:00-17:00"
          onInput={(event) => change({ work: event.currentTarget.value })}
        />
      </label>
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
    </>
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
