import { useSignal } from '@preact/signals'
import type { NightStory, ToldMoment } from './morning-messages.ts'
import { explain, moment } from './morning-state.ts'

/** A picture that is wider than a phone is scrolled, by the keyboard too. */
export function scrolled(label: string) {
  return { role: 'region', tabIndex: 0, 'aria-label': label } as const
}

/** Any moment of the night can be asked for; the answer is words and a picture. */
export function MomentView({ story }: { story: NightStory }) {
  const wanted = useSignal(Math.round(story.spanMs / 2000))
  const seconds = Math.floor(story.spanMs / 1000)
  const clock = clockOf(story.startS + wanted.value)
  return (
    <section class="card moment" aria-labelledby="moment-title">
      <h2 id="moment-title">One moment</h2>
      <form
        class="ask-moment"
        onSubmit={(event) => {
          event.preventDefault()
          explain(wanted.value * 1000)
        }}
      >
        <label>
          <span>Moment of the night: {clock}</span>
          <input
            type="range"
            {...{ min: 0, max: seconds, step: 1, value: wanted.value }}
            aria-valuetext={clock}
            onInput={(event) => {
              wanted.value = Number(event.currentTarget.value)
            }}
          />
        </label>
        <button type="submit">Why, at {clock}?</button>
      </form>
      {moment.value && <Told told={moment.value} />}
    </section>
  )
}

function Told({ told: { svg, account } }: { told: ToldMoment }) {
  const { at, decision, reason, rule, inputs } = account
  return (
    <div class="told">
      <h3>
        {at} · {decision?.allowed ? 'done' : 'not done'}
        {rule !== undefined && !decision?.allowed && <small> rule {rule}</small>}
      </h3>
      <p>{reason}</p>
      <div class="figure wide" {...scrolled('Picture of the moment')}>
        <div dangerouslySetInnerHTML={{ __html: svg }} />
      </div>
      <p class="note">
        Mode {inputs.mode}; release {inputs.release}; consent {inputs.consents.join(', ') || 'none'}
        .
      </p>
    </div>
  )
}

function clockOf(seconds: number): string {
  const day = ((seconds % 86_400) + 86_400) % 86_400
  return [day / 3600, (day / 60) % 60, day % 60]
    .map((value) => String(Math.floor(value)).padStart(2, '0'))
    .join(':')
}
