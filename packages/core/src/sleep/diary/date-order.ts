import { fail, ok, type Result } from '../../math/result.ts'
import { type DateOrder, dateOrderOf, isAmbiguousDate } from '../evidence/local-time.ts'
import type { EvidenceCode } from '../evidence/personal-record.ts'

/**
 * How the slashed dates of a file are meant, told by those with a number above 12; undefined where
 * none needs telling. Fails with BAD_FIELD when one may be two days and none tells, or two tell
 * differently.
 */
export function orderOfDates(
  dates: readonly { readonly where: string; readonly text: string }[],
): Result<DateOrder | undefined, EvidenceCode> {
  let order: DateOrder | undefined
  let doubtful: { where: string; text: string } | undefined
  for (const { where, text } of dates) {
    const shown = dateOrderOf(text)
    if (shown !== undefined && order !== undefined && shown !== order) {
      const got = `"${text.slice(0, 40)}" after dates in the other order`
      return fail('BAD_FIELD', where, got, 'day and month in one order')
    }
    order ??= shown
    if (isAmbiguousDate(text)) doubtful ??= { where, text }
  }
  if (order !== undefined || doubtful === undefined) return ok(order)
  const got = `"${doubtful.text.slice(0, 40)}", which may be two days`
  return fail('BAD_FIELD', doubtful.where, got, 'dates as 2023-10-29')
}
