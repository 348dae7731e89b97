import type { Facts } from '../packages/core/src/night/governor/facts.ts'
import type { GovernorEvent } from '../packages/core/src/night/governor/governor-event.ts'
import type { GovernorState } from '../packages/core/src/night/governor/governor-state.ts'
import type { Lease } from '../packages/core/src/night/governor/lease.ts'
import type { Limits } from '../packages/core/src/night/governor/limits.ts'
import type { Proposal } from '../packages/core/src/night/governor/proposal.ts'
import type { ConsentTerms } from '../packages/core/src/night/governor/terms.ts'
import type { Governed } from '../packages/core/src/night/governor/verdict.ts'

type Moment = { readonly atMs: number; readonly facts: Facts }
type Heard = { readonly startsAtMs: number; readonly atMs: number; readonly wish: Proposal }

const RANK = { natural: 0, guidance: 1, control: 2 } as const
const LIVES = {
  click: 5000,
  cue: 60_000,
  wake: 60_000,
  lamp: 300_000,
  fade: 60_000,
  warmth: 1_800_000,
}
const ABSOLUTE = {
  soundDbA: 60,
  soundLaeqDbA: 30,
  lightMelanopicLux: 10,
  warmthC: 40,
  stimulationMin: 240,
}
/** How far back moments are kept: no rule looks further than five minutes, ms. */
const KEPT_MS = 700_000

/**
 * Watches a governor from outside and by hand: from what it was told and what it let happen, never
 * from what it remembers. Every rule of SPEC.md is written here a second time, slowly.
 */
export class GovernorOracle {
  /** What the rules were broken by; empty as it should be. */
  readonly breaches: string[] = []
  allowed = 0
  private moments: Moment[] = []
  private readonly sounds: Heard[] = []
  private readonly leases: Lease[] = []
  private limits: Limits = ABSOLUTE
  private readonly consents = new Map<string, ConsentTerms>()
  private readonly ended = new Set<string>()
  private standing: ConsentTerms | undefined
  private mode: 'natural' | 'guidance' | 'control' = 'natural'
  private stopped = false
  private lampsStopped = false
  private arousedMs = Number.NEGATIVE_INFINITY
  private lostMs = Number.NEGATIVE_INFINITY
  private recovered = true
  private goodMs: number = Number.NaN
  private lateMs = Number.NEGATIVE_INFINITY
  private beatMs = Number.NEGATIVE_INFINITY
  private ask = 0
  private lastMs = 0
  private wakeStopped = false
  private rang = false
  private wasAroused = false
  private readonly soundArousals: number[] = []
  private held = false
  private fadeDbA: number = Number.POSITIVE_INFINITY
  private fadeEnergy = 0
  private readonly endedLeases = new Set<string>()

  /** After every call: what was put in, what was known, what came of it. */
  saw(
    before: GovernorState,
    input: GovernorEvent | Proposal,
    facts: Facts,
    after: Governed,
    token: number,
  ): void {
    const atMs = Math.max(this.lastMs, Number.isFinite(input.atMs) ? input.atMs : this.lastMs)
    this.pass(atMs, { ...facts })
    if (input.kind !== 'proposal') this.follow(input, facts, atMs)
    const { state, verdict } = after
    const standing = new Set(state.granted.map(({ lease }) => lease.id))
    for (const { lease } of before.granted) {
      if (!standing.has(lease.id)) this.endedLeases.add(lease.id)
    }
    if (verdict?.kind === 'allowed' && !verdict.repeated && input.kind === 'proposal') {
      this.judge(input, facts, atMs, verdict.lease, token)
    }
    this.check(before, state, input)
    this.checkAlarm(input, facts, atMs, after)
    this.lastMs = atMs
  }

  /** A power cut: what was told in confidence is gone, what happened is not. */
  restarted(atMs: number): void {
    this.mode = 'natural'
    this.standing = undefined
    this.moments = []
    this.recovered = true
    this.goodMs = Number.NaN
    this.lostMs = Number.NEGATIVE_INFINITY
    this.lastMs = atMs
    this.beatMs = Number.NEGATIVE_INFINITY
  }

  /** Whether it would have noticed if this had been allowed: asked of a copy. */
  wouldNotice(state: GovernorState, wish: Proposal, facts: Facts): boolean {
    const copy: GovernorOracle = Object.assign(new GovernorOracle(), this)
    for (const [name, value] of Object.entries(this)) {
      const own = Array.isArray(value)
        ? [...value]
        : value instanceof Map
          ? new Map(value)
          : value instanceof Set
            ? new Set(value)
            : value
      Object.assign(copy, { [name]: own })
    }
    const { token, seq, atMs } = state
    const lease: Lease = {
      id: 'forged',
      seq: seq + 1,
      token,
      issuedAtMs: atMs,
      notAfterMs: atMs + LIVES[wish.action],
      actuator: wish.actuator,
      action: wish.action,
      maxLevel: wish.level,
      fallback: 'natural',
      consentId: 'forged',
      reason: wish.id,
    }
    const verdict = { kind: 'allowed', lease, repeated: false, rules: [], bounds: [] } as const
    copy.saw(state, wish, facts, { state, verdict, notes: [] }, token)
    return copy.breaches.length > 0
  }

  private breach(rule: string, what: string): void {
    if (this.breaches.length < 20) this.breaches.push(`${rule} at ${this.lastMs}: ${what}`)
  }

  private pass(atMs: number, facts: Facts): void {
    if (atMs - this.lastMs > 3000) {
      this.lateMs = atMs
      this.goodMs = Number.NaN
    }
    this.moments.push({ atMs, facts })
    if (this.moments.length > 3000) {
      this.moments = this.moments.filter((moment) => moment.atMs > atMs - KEPT_MS)
    }
    const { wallMs = Number.NaN } = facts
    if (this.standing !== undefined && wallMs >= this.standing.validUntilMs) {
      this.ended.add(this.standing.id)
      this.standing = undefined
      this.mode = 'natural'
    }
    const { gapMs = 0, flat, clipped, aroused } = facts
    if (!isFit(facts)) this.goodMs = Number.NaN
    else if (Number.isNaN(this.goodMs)) this.goodMs = atMs
    if (gapMs > 10_000 || flat === true || clipped === true) {
      this.lostMs = atMs
      this.recovered = false
    }
    if (atMs - this.goodMs >= 300_000) this.recovered = true
    if (aroused === true) {
      const last = this.sounds.at(-1)
      if (!this.wasAroused && last && atMs - last.startsAtMs <= 10_000) {
        this.soundArousals.push(atMs)
      }
      this.arousedMs = atMs
    }
    this.wasAroused = aroused ?? this.wasAroused
    const three = this.soundArousals.slice(-3)
    if (three.length === 3 && three[2]! - three[0]! <= 1_800_000) this.held = true
  }

  private follow(event: GovernorEvent, facts: Facts, atMs: number): void {
    switch (event.kind) {
      case 'consent':
        this.hearConsent(event.terms, event.verified, facts)
        return
      case 'revoke':
        this.ended.add(event.consentId)
        if (this.standing?.id !== event.consentId) return
        this.standing = undefined
        this.mode = 'natural'
        return
      case 'stop':
        if (event.by === 'manual-light') this.lampsStopped = true
        else {
          this.stopped = true
          this.mode = 'natural'
          if (this.rang && event.by !== 'headband-off') this.wakeStopped = true
        }
        return
      case 'mode': {
        const isNew = event.ask > this.ask
        if (isNew) this.ask = event.ask
        if (RANK[event.to] <= RANK[this.mode]) this.mode = event.to
        else if (isNew && event.awake && this.standing && !this.stopped && !this.held) {
          // May rise; whether it did is compared in `check`.
          if (RANK[event.to] <= RANK[this.standing.mode]) this.mode = event.to
        }
        return
      }
      case 'limits':
        this.lower(event.limits)
        return
      case 'facility':
        if (event.word.say === 'lower-limits') this.lower(event.word.limits)
        else if (RANK[event.word.say] < RANK[this.mode]) this.mode = event.word.say
        return
      case 'rival':
        this.mode = 'natural'
        return
      case 'heartbeat':
        this.beatMs = atMs
    }
  }

  private lower(by: Partial<Limits>): void {
    const lower = { ...this.limits }
    for (const name of Object.keys(lower) as (keyof Limits)[]) {
      const other = by[name]
      if (other !== undefined && other < lower[name]) lower[name] = other
    }
    this.limits = lower
  }

  private hearConsent(terms: ConsentTerms, verified: boolean, facts: Facts): void {
    if (this.standing?.id === terms.id || !verified || this.ended.has(terms.id)) return
    if (terms.validUntilMs - terms.validFromMs > 30 * 86_400_000) return
    if ((facts.wallMs ?? 0) >= terms.validUntilMs) return
    if (Object.entries(terms.ceilings).some(([name, v]) => v > ABSOLUTE[name as keyof Limits]))
      return
    this.consents.set(terms.id, terms)
    this.standing = terms
    this.mode = 'natural'
  }

  private judge(wish: Proposal, facts: Facts, atMs: number, lease: Lease, token: number): void {
    this.allowed++
    const breach = (rule: string, what: string): void =>
      this.breach(rule, `${what}: ${JSON.stringify(wish)} ${JSON.stringify(facts)}`)
    if (!(Math.abs(atMs - wish.madeAtMs) <= 2000)) breach('N28', 'an old wish')
    if (!(wish.startsAtMs >= atMs && wish.startsAtMs <= atMs + 2000)) breach('N28', 'a far wish')
    if (lease.token !== token) breach('N27', 'the token of another')
    if (lease.notAfterMs - lease.issuedAtMs > LIVES[wish.action]) breach('N23', 'a long lease')
    const isShort = wish.action === 'fade' || wish.action === 'lamp'
    if (isShort && lease.notAfterMs > wish.startsAtMs + wish.durationMs)
      breach('N29', 'past its wish')
    if (lease.issuedAtMs !== atMs || lease.maxLevel !== wish.level) breach('N23', 'another lease')
    const last = this.leases.at(-1)
    if (last && lease.seq <= last.seq) breach('N26', 'a number that does not rise')
    this.leases.push(lease)
    if (wish.action === 'wake') this.judgeAlarm(wish, facts, atMs, breach)
    else this.judgeAct(wish, facts, atMs, lease, breach)
    if (wish.action === 'click' || wish.action === 'cue') {
      this.judgeSound(wish, facts, atMs, breach)
      this.sounds.push({ startsAtMs: wish.startsAtMs, atMs, wish })
    }
  }

  private judgeAlarm(wish: Proposal, facts: Facts, atMs: number, breach: Breach): void {
    const { wakeAtMs = Number.NaN, deep = 1, stageAgeMs = 1e9 } = facts
    if (!(atMs >= wakeAtMs - 1_800_000 && atMs < wakeAtMs + 900_000)) breach('N75', 'at no time')
    const isLight = deep < 0.3 && stageAgeMs <= 10_000 && isFit(facts)
    if (atMs < wakeAtMs && !(isLight && this.mode === 'control')) breach('N75', 'out of deep sleep')
    if (this.wakeStopped) breach('N77', 'an alarm that was stopped')
    if (wish.level > (wish.actuator === 'light' ? 1000 : 75)) breach('N77', 'a loud alarm')
    this.rang = true
  }

  private judgeAct(wish: Proposal, facts: Facts, atMs: number, lease: Lease, breach: Breach): void {
    const { wallMs = Number.NaN, localMin = Number.NaN, wakeAtMs = Number.NaN } = facts
    if (this.mode !== 'control') breach('N17', 'outside control')
    if (this.stopped) breach('N55', 'after a stop')
    if (this.held) breach('N62', 'after three arousals')
    if (wish.actuator === 'light' && this.lampsStopped) breach('N56', 'after a lamp was stopped')
    const terms = this.standing
    if (terms === undefined) {
      breach('N10', 'without consent')
      return
    }
    if (!(wallMs >= terms.validFromMs && wallMs < terms.validUntilMs)) breach('N11', 'undated')
    if (lease.notAfterMs > atMs + (terms.validUntilMs - wallMs)) breach('N23', 'past the consent')
    if (atMs < wakeAtMs && lease.notAfterMs > wakeAtMs) breach('N23', 'past the time to wake')
    let leftMin = 0
    for (let min = localMin; leftMin < 1440 && isWithin(min % 1440, terms.hours); min++) leftMin++
    if (!(leftMin > 0)) breach('N12', 'out of hours')
    const endMs = atMs + leftMin * 60_000 - (wallMs % 60_000)
    if (leftMin < 1440 && lease.notAfterMs > endMs) breach('N23', 'past the hours')
    if (!terms.actuators.includes(wish.actuator)) breach('N13', 'an actuator not consented to')
    if (terms.conditions.includes('tinnitus') && /sound|cue/.test(wish.actuator)) {
      breach('N16', 'in spite of a condition')
    }
    if (!(atMs - this.lateMs >= 10_000)) breach('N50', 'after a silent loop')
    if (!(atMs - this.beatMs <= 3000)) breach('N51', 'with a silent actuator')
    if (!isFit(facts)) breach('N45', 'on an unfit signal')
    if (!(atMs - this.lostMs >= 300_000)) breach('N46', 'soon after a lost signal')
    if (!this.recovered) breach('N46', 'before it was good for five minutes')
    const ceiling = (name: keyof Limits): number =>
      Math.min(this.limits[name], terms.ceilings[name])
    const isProtected = !(
      atMs < (facts.bedtimeAtMs ?? Number.NaN) - 10_800_000 || atMs >= wakeAtMs - 2_700_000
    )
    const most = {
      sound: Math.min(ceiling('soundDbA'), facts.fullScaleDbA ?? Number.NaN),
      cue: Math.min(ceiling('soundDbA'), facts.fullScaleDbA ?? Number.NaN),
      light: isProtected ? ceiling('lightMelanopicLux') : 250,
      warmth: ceiling('warmthC'),
    }[wish.actuator]
    if (!(wish.level <= most)) breach('N30 N40 N43', `above ${most}`)
    if (wish.action === 'fade') this.judgeFade(wish, facts, atMs, breach)
    const lamp = this.leases.findLast((made) => made !== lease && made.actuator === 'light')
    if (wish.action === 'lamp' && lamp && atMs - lamp.issuedAtMs < 1000 && !this.lampEnded(lamp)) {
      breach('N41', 'soon after the last')
    }
    if (wish.actuator === 'light' && (wish.flashHz ?? 0) > 0) breach('N41', 'a flash')
  }

  /** Ended before its time: then another may follow at once. */
  private lampEnded({ id }: Lease): boolean {
    return this.endedLeases.has(id)
  }

  private judgeFade(wish: Proposal, facts: Facts, atMs: number, breach: Breach): void {
    const { bedtimeAtMs = Number.NaN, fullScaleDbA = Number.NaN } = facts
    const isBedtime = atMs >= bedtimeAtMs - 10_800_000 && atMs <= bedtimeAtMs + 3_600_000
    if (!isBedtime) breach('N74', 'a fade at no bedtime')
    if (wish.level > Math.min(45, this.fadeDbA)) breach('N74', 'a louder fade')
    if (!(fullScaleDbA <= 85)) breach('N33', 'uncalibrated')
    this.fadeDbA = wish.level
    const { soundLaeqDbA: own = 30 } = this.standing?.ceilings ?? {}
    const laeq = Math.min(this.limits.soundLaeqDbA, own)
    this.fadeEnergy += energy(wish)
    const night = this.sounds.reduce((sum, heard) => sum + energy(heard.wish), this.fadeEnergy)
    if (night > 10 ** (laeq / 10) * 28_800_000 * 1.0001) breach('N74', `dose ${night}`)
  }

  private judgeSound(wish: Proposal, facts: Facts, atMs: number, breach: Breach): void {
    const ceilings = this.standing?.ceilings ?? ABSOLUTE
    if (!(facts.stageAgeMs! <= 10_000)) breach('N47', 'on an old stage')
    if (facts.aroused !== false) breach('N49', 'not known to be quiet')
    if (!(atMs - this.arousedMs >= 60_000)) breach('N60', 'soon after an arousal')
    if (facts.soundWakes !== false) breach('N63', 'though sounds may wake')
    const isCue = wish.action === 'cue'
    if (this.arousedMs > 0 && !this.stable(isCue ? 'rem' : 'deep', atMs, 120_000)) {
      breach('N61', 'not settled')
    }
    if (isCue ? !this.stable('rem', atMs, 120_000) : !this.stable('nrem', atMs, 240_000)) {
      breach(isCue ? 'N70' : 'N66', 'not in stable sleep')
    }
    const { wakeAtMs } = facts
    const known = wakeAtMs !== undefined && !Number.isNaN(wakeAtMs)
    if (known && wish.startsAtMs + wish.durationMs > wakeAtMs - 1_800_000)
      breach('N67', 'near waking')
    if (!(facts.sinceSilent! <= 5)) breach('N68', 'though a silent night is due')
    if (!(facts.nightsInRow! <= 13)) breach('N69', 'though rest is due')
    if (!(facts.fullScaleDbA! <= 85)) breach('N33', 'uncalibrated')
    if (!isCue && !(facts.latencySdMs! <= 20)) breach('N38', 'unsteady')
    if (wish.durationMs > (isCue ? 10_000 : 100)) breach('N36', 'too long')
    if (isCue && !(facts.sinceDistress! >= 14)) breach('N71', 'after distress')
    const last = this.sounds.at(-1)
    if (last) {
      const gapMs = wish.startsAtMs - last.startsAtMs
      if (gapMs < (isCue ? 20_000 : 900)) breach('N35', 'too soon')
      const six = this.sounds.slice(-5)
      const isTrain = six.every(
        (heard, i) => i === 0 || heard.startsAtMs - six[i - 1]!.startsAtMs < 2400,
      )
      if (six.length === 5 && isTrain && gapMs < 2400) breach('N35', 'a sixth of a train')
      const rise = wish.level - last.wish.level
      if (rise > 1 || (rise > 0 && this.risenMs(last) > atMs - 60_000)) {
        breach('N34', 'too steep')
      }
    } else if (wish.level > 45) breach('N34', 'a loud begin')
    if (isCue && this.sounds.filter((heard) => heard.wish.action === 'cue').length >= 60) {
      breach('N72', 'too many cues')
    }
    const laeq = Math.min(this.limits.soundLaeqDbA, ceilings.soundLaeqDbA)
    const budget = 10 ** (laeq / 10) * 28_800_000
    let short = energy(wish)
    let night = short + this.fadeEnergy
    const minutes = new Set([Math.floor(wish.startsAtMs / 60_000)])
    for (const heard of this.sounds) {
      night += energy(heard.wish)
      if (heard.startsAtMs > wish.startsAtMs - 600_000) short += energy(heard.wish)
      minutes.add(Math.floor(heard.startsAtMs / 60_000))
    }
    if (night > budget * 1.0001) breach('N31', `dose ${night} of ${budget}`)
    if (short > (budget / 24) * 1.0001) breach('N32', `short dose ${short}`)
    const most = Math.min(this.limits.stimulationMin, ceilings.stimulationMin)
    if (minutes.size > most) breach('N65', `${minutes.size} minutes of ${most}`)
  }

  /** When the level of the last sound was first reached, without a break. */
  private risenMs(last: Heard): number {
    let sinceMs = last.atMs
    for (let i = this.sounds.length - 1; i >= 0; i--) {
      if (this.sounds[i]!.wish.level !== last.wish.level) break
      sinceMs = this.sounds[i]!.atMs
    }
    return sinceMs
  }

  /** Whether a stage lasted so long until now, of the moments that were told. */
  private stable(stage: 'nrem' | 'deep' | 'rem', atMs: number, forMs: number): boolean {
    let next = atMs
    for (let i = this.moments.length - 1; i >= 0; i--) {
      const { atMs: then, facts } = this.moments[i]!
      if (next - then > 3000) return false
      next = then
      const { wake = 1, stageAgeMs = 1e9 } = facts
      if (!((facts[stage] ?? 0) >= 0.3 && wake <= 0.4 && stageAgeMs <= 10_000)) return false
      if (then <= atMs - forMs) return true
      if (stage !== 'nrem' && facts.aroused === true) return false
    }
    return false
  }

  private check(
    before: GovernorState,
    after: GovernorState,
    input: GovernorEvent | Proposal,
  ): void {
    const rises = RANK[after.mode] > RANK[before.mode]
    if (rises && !(input.kind === 'mode' && input.awake))
      this.breach('N18', `rose by ${input.kind}`)
    if (RANK[after.mode] > RANK[this.mode]) this.breach('N18', `${after.mode}, not ${this.mode}`)
    this.mode = after.mode
    for (const name of Object.keys(ABSOLUTE) as (keyof Limits)[]) {
      if (after.limits[name] > this.limits[name]) this.breach('N21', `${name} rose`)
    }
    const kept = after.consent
    if (kept && (this.ended.has(kept.id) || !this.consents.has(kept.id))) {
      this.breach('N10 N15', `consent ${kept.id}`)
    }
    const kinds = new Set<string>()
    for (const { lease } of after.granted) {
      if (lease.notAfterMs <= after.atMs && input.kind !== 'proposal') this.breach('N24', lease.id)
      if (kinds.has(lease.actuator)) this.breach('N26', `two leases of ${lease.actuator}`)
      kinds.add(lease.actuator)
      if (lease.action === 'wake') continue
      if (after.mode !== 'control' || after.held !== undefined || after.suspended) {
        this.breach('N18 N55', `lease ${lease.id} in ${after.mode}`)
      }
    }
  }

  /** An alarm whose time has come is never refused: not for anything but its own end. */
  private checkAlarm(
    input: GovernorEvent | Proposal,
    facts: Facts,
    atMs: number,
    { verdict }: Governed,
  ): void {
    if (input.kind !== 'proposal' || input.action !== 'wake' || verdict?.kind !== 'refused') return
    const { wakeAtMs = Number.NaN } = facts
    const isDue = atMs >= wakeAtMs && atMs < wakeAtMs + 900_000 && !this.wakeStopped
    const isNumber = input.level >= 0 && Number.isFinite(input.flashHz ?? 0)
    const isSane =
      isNumber && input.actuator === 'sound' && input.level <= 75 && input.durationMs > 0
    const isNew = Math.abs(atMs - input.madeAtMs) <= 2000 && input.startsAtMs >= atMs
    if (isDue && isSane && isNew && input.startsAtMs <= atMs + 2000) {
      this.breach('N76', `no alarm: ${verdict.code}`)
    }
  }
}

type Breach = (rule: string, what: string) => void

function isFit({ gapMs = -1, rateErrorPct = 99, flat, clipped }: Facts): boolean {
  const isRate = rateErrorPct >= -2 && rateErrorPct <= 2
  return gapMs >= 0 && gapMs <= 1000 && isRate && flat === false && clipped === false
}

function isWithin(min: number, { fromMin, toMin }: ConsentTerms['hours']): boolean {
  if (!(min >= 0 && min < 1440)) return false
  if (fromMin < toMin) return min >= fromMin && min < toMin
  return fromMin === toMin || min >= fromMin || min < toMin
}

/** Exactly: energy of a burst by its fast level. */
function energy({ level, durationMs }: Proposal): number {
  return (10 ** (level / 10) * durationMs) / (1 - Math.exp(-durationMs / 125))
}
