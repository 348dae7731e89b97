import type { GoalKind, GoalState } from './goal-state.ts'

type Field = {
  readonly name: keyof GoalState
  readonly label: string
  readonly type: 'number' | 'date' | 'time' | 'way'
  readonly after?: string
  readonly min?: number
  readonly max?: number
  readonly step?: number
}

/** What each goal asks for. */
const FIELDS: Readonly<Record<GoalKind, readonly Field[]>> = {
  shift: [
    {
      ...{ name: 'shiftH', label: 'Clocks there are', type: 'number', min: -12, max: 14 },
      ...{ step: 0.5, after: 'hours ahead (− behind)' },
    },
    { name: 'date', label: 'I am there on', type: 'date' },
  ],
  wake: [
    { name: 'wake', label: 'Wake at', type: 'time' },
    { name: 'date', label: 'from', type: 'date' },
  ],
  move: [
    { name: 'way', label: 'Sleep', type: 'way' },
    { name: 'moveH', label: 'by', type: 'number', min: 0.5, max: 12, step: 0.5, after: 'hours' },
    { name: 'date', label: 'until', type: 'date' },
  ],
  nights: [
    { name: 'from', label: 'Work from', type: 'time' },
    { name: 'to', label: 'to', type: 'time' },
    { name: 'on', label: 'Nights on', type: 'number', min: 1, max: 14, step: 1 },
    { name: 'off', label: 'then off', type: 'number', min: 1, max: 14, step: 1 },
    { name: 'date', label: 'from', type: 'date' },
  ],
  socialJetLag: [
    { name: 'freeFrom', label: 'On free days I sleep from', type: 'time' },
    { name: 'freeTo', label: 'to', type: 'time' },
  ],
}

/** The fields of the chosen goal. */
export function GoalFields(props: { goal: GoalState; set(change: Partial<GoalState>): void }) {
  const { goal, set } = props
  return (
    <>
      {FIELDS[goal.kind].map((field) =>
        field.type === 'way' ? (
          <WayField key={`${goal.kind} way`} field={field} way={goal.way} set={set} />
        ) : (
          <InputField
            key={`${goal.kind} ${field.name}`}
            field={field}
            value={goal[field.name]}
            set={set}
          />
        ),
      )}
    </>
  )
}

type Setter = (change: Partial<GoalState>) => void

function WayField({ field, way, set }: { field: Field; way: GoalState['way']; set: Setter }) {
  return (
    <label>
      {field.label}{' '}
      <select
        value={way}
        onChange={(event) => set({ way: event.currentTarget.value as GoalState['way'] })}
      >
        <option>earlier</option>
        <option>later</option>
      </select>
    </label>
  )
}

function InputField({ field, value, set }: { field: Field; value: string; set: Setter }) {
  const { name, label, type, min, max, step, after } = field
  return (
    <label>
      {label}{' '}
      <input
        {...{ type: type as 'number', value, min, max, step }}
        required
        onInput={(event) => set({ [name]: event.currentTarget.value })}
      />
      {after && ` ${after}`}
    </label>
  )
}
