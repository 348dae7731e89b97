/** The goals a person can choose. */
export type GoalKind = 'shift' | 'wake' | 'move' | 'nights' | 'socialJetLag'

/** The fields of every goal, as the form holds them; each kind uses some. */
export type GoalState = {
  readonly kind: GoalKind
  /** `YYYY-MM-DD`. */
  readonly date: string
  /** Hours the destination's clocks are ahead. */
  readonly shiftH: string
  readonly wake: string
  readonly way: 'earlier' | 'later'
  readonly moveH: string
  readonly from: string
  readonly to: string
  readonly on: string
  readonly off: string
  readonly freeFrom: string
  readonly freeTo: string
}

/** Days from now until the date a goal begins with. */
const AHEAD_DAYS = 7
const DAY_MS = 86_400_000

/** What the form holds at first: a flight east in a week. */
export function startingGoal(zone: string): GoalState {
  const date = new Date(Date.now() + AHEAD_DAYS * DAY_MS)
  return {
    kind: 'shift',
    date: date.toLocaleDateString('sv-SE', { timeZone: zone }),
    shiftH: '8',
    wake: '06:30',
    way: 'earlier',
    moveH: '2',
    from: '22:00',
    to: '06:00',
    on: '3',
    off: '2',
    freeFrom: '01:30',
    freeTo: '10:00',
  }
}

/** The goal as `parseGoal` reads it. */
export function goalOf(goal: GoalState): string {
  const { kind, date, shiftH, wake, way, moveH, from, to, on, off, freeFrom, freeTo } = goal
  switch (kind) {
    case 'shift': {
      const hours = Number(shiftH)
      return `shift ${hours < 0 ? '-' : '+'}${hoursText(Math.abs(hours))} by ${date}`
    }
    case 'wake':
      return `wake ${wake} from ${date}`
    case 'move':
      return `${way} ${hoursText(Number(moveH))} by ${date}`
    case 'nights':
      return `nights ${from}-${to} ${on}on${off}off from ${date}`
    case 'socialJetLag':
      return `social jet lag weekends ${freeFrom}-${freeTo}`
  }
}

/** `1h30`, `8h`. */
function hoursText(hours: number): string {
  const minutes = Math.round(hours * 60)
  const rest = minutes % 60
  return `${Math.floor(minutes / 60)}h${rest === 0 ? '' : String(rest).padStart(2, '0')}`
}
