import { durationText } from '@nocturne/core/figure'
import { useEffect } from 'preact/hooks'
import { rehearsedBox } from '../tonight/rehearsed-box.ts'
import { FileDrop } from './file-drop.tsx'
import { MomentView, scrolled } from './moment-view.tsx'
import type { NightStory } from './morning-messages.ts'
import {
  dismissMorning,
  receiveMorningFiles,
  story,
  told,
  trial,
  trouble,
  working,
} from './morning-state.ts'
import { StoryCards, TrialLine } from './story-cards.tsx'
import { StoryPicture } from './story-picture.tsx'
import { ToldStatus } from './told-status.tsx'
import '../tonight/night-pages.css'

/** The morning after: what happened, what the device did and why, whether the box is whole. */
export function MorningView() {
  useEffect(() => {
    if (!story.peek() && !working.peek()) void readLast(false)
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && story.peek()) dismissMorning()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  const night = story.value
  return (
    <>
      <FileDrop
        label="Open a box"
        choose="Open a box"
        letGo="A night’s black box (.box), or a trial’s file. Nothing leaves this device."
        accept=".box,.json"
        receive={receiveMorningFiles}
        beside={
          <button type="button" onClick={() => void readLast(true)}>
            Last rehearsal
          </button>
        }
      >
        Drop a night’s black box anywhere
        <span class="hint">: what nocturne loop, edge or a rehearsal wrote.</span>
      </FileDrop>
      {night ? <Night story={night} /> : <Waiting />}
      <ToldStatus
        {...{ work: working.value, told: told.value, trouble: trouble.value }}
        dismiss={dismissMorning}
      />
    </>
  )
}

/** Reads the box that the last rehearsal of this browser left. */
async function readLast(aloud: boolean): Promise<void> {
  const box = await rehearsedBox()
  if (box) receiveMorningFiles([box])
  else if (aloud) trouble.value = 'No night was rehearsed in this browser yet: see Tonight.'
}

function Waiting() {
  return (
    <section class="summary">
      <h1>The morning after</h1>
      <p class="trust">
        A device that acts at night writes everything it saw, decided and did into a black box. Open
        one here to see what happened and why, to check that nobody changed it, and to run the night
        again. <a href="#tonight">Rehearse a night</a> to get one.
      </p>
      {trial.value && <TrialLine trial={trial.value} />}
    </section>
  )
}

function Night({ story: night }: { story: NightStory }) {
  const { name, from, to, clicks, spanMs, allowed, rehearsal, stages, modes } = night
  const hours = Math.max(1 / 60, spanMs / 3_600_000)
  const deepMin = stages.filter((stage) => stage === 3).length / 2
  const asleepMin = stages.filter((stage) => stage > 0).length / 2
  const controlMs = modes.reduce(
    (sum, { atMs, mode }, k) =>
      mode === 'control' ? sum + (modes[k + 1]?.atMs ?? spanMs) - atMs : sum,
    0,
  )
  return (
    <section class="summary morning" aria-labelledby="morning-title">
      <p class="eyebrow">
        {rehearsal ? 'A rehearsal: it acted on nobody' : 'Your night'} · {name} · {from} to {to}
      </p>
      <h1 id="morning-title">{headline(clicks.length, rehearsal)}</h1>
      <dl class="numbers">
        <Figure name="recorded" value={durationText(spanMs / 60_000)} />
        <Figure name="asleep, by the live stager" value={durationText(asleepMin)} />
        <Figure name="deep" value={durationText(deepMin)} />
        <Figure name="in control" value={durationText(controlMs / 60_000)} />
        <Figure name="clicks an hour" value={(clicks.length / hours).toFixed(0)} />
        <Figure name="moments allowed" value={String(allowed)} />
      </dl>
      <figure class="timeline">
        <div class="figure wide" {...scrolled('The night')}>
          <StoryPicture story={night} />
        </div>
        <figcaption class="note">
          Stages as the device saw them live, without knowing what came after; clicks that it{' '}
          {rehearsal ? 'would have made' : 'commanded'}; and the mode: natural (thin), guidance,
          control (full). Sounds in deep sleep can shape the waves that follow them. They do not add
          deep sleep to the night, and whether they help you is not known.
        </figcaption>
      </figure>
      <MomentView story={night} key={name} />
      <StoryCards story={night} />
    </section>
  )
}

function headline(clicks: number, rehearsal: boolean): string {
  if (clicks === 0) return 'The device kept silent all night'
  const times = clicks === 1 ? 'once' : `${clicks} times`
  return rehearsal ? `It would have clicked ${times}` : `It was to click ${times}`
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="value">{value}</dd>
    </div>
  )
}
