/** What a person answered about the conditions under which light must not be planned. */
export type SafetyAnswer = 'unanswered' | 'none' | 'some'

/** Asked before any plan: who should not follow a program's advice about light. */
export function SafetyQuestions(props: {
  answer: SafetyAnswer
  onAnswer(answer: SafetyAnswer): void
}) {
  const { answer, onAnswer } = props
  const choice = (value: SafetyAnswer, words: string) => (
    <label>
      <input
        type="radio"
        name="safety"
        checked={answer === value}
        onChange={() => onAnswer(value)}
      />{' '}
      {words}
    </label>
  )
  return (
    <fieldset>
      <legend>First: does any of this apply to you?</legend>
      <ul class="conditions">
        <li>an illness of the eye’s retina, glaucoma, or an operation on the eye not long ago</li>
        <li>bipolar disorder, or a mania at any time</li>
        <li>
          medicine or an illness that makes skin or eyes sensitive to light (lithium, some
          antibiotics, retinoids, St John’s wort; lupus, porphyria)
        </li>
        <li>seizures or migraine that light sets off</li>
        <li>being under 18</li>
      </ul>
      <div class="choices">
        {choice('none', 'None of it')}
        {choice('some', 'Some of it, or I am not sure')}
      </div>
      {answer === 'some' && (
        <p class="stop" role="status">
          Then please plan light together with a doctor, not with a program: bright light at the
          wrong time can harm you. Where your clock is can be seen above all the same.
        </p>
      )}
    </fieldset>
  )
}

/** Asked when melatonin is to be planned too; off until the person says that none applies. */
export function MelatoninQuestion(props: { on: boolean; onChange(on: boolean): void }) {
  return (
    <label class="melatonin">
      <input
        type="checkbox"
        checked={props.on}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />{' '}
      Plan melatonin too, and none of these applies to me: epilepsy, a blood thinner such as
      warfarin, other regular medicine, pregnancy or nursing, an autoimmune illness, being under 18
    </label>
  )
}
