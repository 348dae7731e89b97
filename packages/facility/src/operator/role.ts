/** What an operator may be, least first: each may also do what the ones before it may. */
export type Role = 'viewer' | 'operator' | 'safety-officer'

/** Their order. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'safety-officer']

/** What a deed asks of who does it. */
export type DeedRow = {
  readonly least: Role
  /** Two: a second person with the role has to approve before anything happens. */
  readonly persons: 1 | 2
  readonly means: string
}

const ROWS = {
  look: ['viewer', 1, 'see devices, incidents, rollouts and the audit'],
  acknowledge: ['operator', 1, 'acknowledge an incident, snooze it, write in its timeline'],
  'pull-failsafe': ['operator', 1, 'every device natural, a new epoch'],
  'stop-rollout': ['operator', 1, 'nobody further receives the release; those who have go back'],
  'revoke-device': ['operator', 1, 'a device key is believed no more'],
  enrol: ['operator', 1, 'make a pairing code for a new device'],
  'ask-for-box': ['operator', 1, 'ask a sleeper for a piece of black box'],
  'close-incident': ['operator', 1, 'close an incident and export its post-mortem'],
  'begin-rollout': ['operator', 1, 'offer a release to the first ring'],
  'advance-rollout': ['operator', 1, 'offer a release to the next ring, up to 10 %'],
  'advance-past-tenth': ['operator', 2, 'offer a release to more than 10 %'],
  'lift-failsafe': ['safety-officer', 2, 'begin the recovery to guidance'],
  'restore-control': ['safety-officer', 2, 'let cohorts who consented again back to control'],
  'name-operator': ['safety-officer', 2, 'give a person a role here, or a higher one'],
  'remove-operator': ['safety-officer', 1, 'take a role away'],
  'call-people': ['operator', 1, 'send a page that says it is a test'],
  'back-up': ['operator', 1, 'copy everything that the centre keeps into a folder of its own'],
  export: ['operator', 1, "read all that is kept of one sleeper, at the sleeper's word"],
  erase: ['safety-officer', 1, "erase a sleeper's data at the sleeper's word"],
} as const satisfies Record<string, readonly [Role, 1 | 2, string]>

/** What an operator can do. */
export type Deed = keyof typeof ROWS

/**
 * What each deed asks for. All that makes the fleet quieter needs one person; what makes it bolder
 * past a tenth of the people, or again after a failsafe, needs two. Rule F86 of the fleet's
 * SPEC.md.
 */
export const DEEDS: Readonly<Record<Deed, DeedRow>> = Object.fromEntries(
  Object.entries(ROWS).map(([deed, [least, persons, means]]) => [deed, { least, persons, means }]),
) as never

/** Whether a role is enough for a deed; an unknown role is enough for nothing. */
export function mayDo(role: Role, deed: Deed): boolean {
  const rank = ROLES.indexOf(role)
  return rank >= 0 && rank >= ROLES.indexOf(DEEDS[deed].least)
}
