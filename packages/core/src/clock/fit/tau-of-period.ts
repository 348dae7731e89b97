import { cos, sin } from '../../math/elementary.ts'
import { HANNAY19 } from '../pacemaker/hannay19.ts'
import type { PacemakerName } from '../pacemaker/pacemaker.ts'

/**
 * The letter `tau` of a model for a sleeper whose clock turns in `periodH` hours in constant
 * darkness. Kronauer's oscillators are made so that the two agree (within .003 h from 23.8 to
 * 24.6). Hannay's phase turns faster than 2 pi / tau at rest, by K / 2 sin(beta1) (1 + R^4) where
 * gamma = K / 2 cos(beta1) (1 - R^4): its published tau of 23.84 h is a period of 24.2 h.
 */
export function tauOfPeriod(model: PacemakerName, periodH: number): number {
  if (model !== 'hannay19') return periodH
  const { K, gamma, beta1 } = HANNAY19.values as Record<'K' | 'gamma' | 'beta1', number>
  const R4 = 1 - (2 * gamma) / (K * cos(beta1))
  const turn = (2 * Math.PI) / periodH - (K / 2) * sin(beta1) * (1 + R4)
  return (2 * Math.PI) / turn
}
