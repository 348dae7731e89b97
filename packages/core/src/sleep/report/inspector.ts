import { clockOfDayS } from '../../math/wall-clock.ts'
import type { Night } from '../night/night.ts'
import { STAGES } from '../stage/stage.ts'
import { strongestGroups } from './explanation.ts'
import { STAGE_WORDS } from './stage-name.ts'

/**
 * The controls of the epoch inspector: hidden until the script below is running, so that a reader
 * without scripts meets nothing that does not work.
 */
export const INSPECTOR_HTML = `<div class="inspector" id="inspector" hidden>
<label for="epoch">Look at one epoch: arrow keys, or point at the figure</label>
<input type="range" id="epoch" min="0" step="1" value="0">
<div class="readout" id="readout"></div></div>`

/**
 * The inspector: a native slider (so keyboard and screen readers already know it) that moves a line
 * through every figure of the page and says the stage and probabilities of the epoch under it.
 */
export const INSPECTOR_SCRIPT = `(() => {
  const night = JSON.parse(document.getElementById('epochs').textContent)
  const count = night.stages.length
  if (count === 0) return
  const slider = document.getElementById('epoch')
  const readout = document.getElementById('readout')
  const svgs = [...document.querySelectorAll('svg[data-left]')]
  const lines = svgs.map((svg) => {
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'line')
    line.setAttribute('class', 'cursor')
    line.setAttribute('y1', '0')
    line.setAttribute('y2', String(svg.viewBox.baseVal.height - 22))
    line.setAttribute('visibility', 'hidden')
    svg.append(line)
    return line
  })
  const two = (n) => String(n).padStart(2, '0')
  const time = (s) => {
    const at = night.clockS === null ? s : (night.clockS + s) % 86400
    return [at / 3600, (at / 60) % 60, at % 60].map((n) => two(Math.floor(n))).join(':')
  }
  const chances = (i) => night.names
    .map((name, k) => [name, night.percents[i * 5 + k]])
    .filter((pair) => pair[1] !== null)
    .sort((a, b) => b[1] - a[1])
    .map((pair) => pair[0] + ' ' + pair[1] + ' %')
    .join(', ')
  const show = (i, mark) => {
    const stage = night.words[night.stages[i]]
    const doubt = night.unsure[i] === '1' ? 'experts would probably disagree' : ''
    const why = (night.why[i] ?? []).map((g) => night.groups[g]).join(', ')
    const reason = why ? 'spoke for it: ' + why : ''
    const parts = [time(i * night.epochS), stage, chances(i), reason, doubt].filter(Boolean)
    readout.replaceChildren(...parts.map((text, k) => {
      const part = document.createElement(k === 1 ? 'strong' : 'span')
      part.textContent = text
      return part
    }))
    slider.value = String(i)
    slider.setAttribute('aria-valuetext', parts.join(', '))
    if (!mark) return
    svgs.forEach((svg, k) => {
      const left = Number(svg.dataset.left)
      const right = Number(svg.dataset.right)
      const x = left + (right - left) * (i + 0.5) * night.epochS / Number(svg.dataset.endS)
      lines[k].setAttribute('x1', x)
      lines[k].setAttribute('x2', x)
      lines[k].setAttribute('visibility', 'visible')
    })
  }
  slider.max = String(count - 1)
  slider.addEventListener('input', () => show(Number(slider.value), true))
  for (const svg of svgs) {
    svg.addEventListener('pointermove', (event) => {
      const box = svg.getBoundingClientRect()
      const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width
      const left = Number(svg.dataset.left)
      const share = (x - left) / (Number(svg.dataset.right) - left)
      const i = Math.floor(share * Number(svg.dataset.endS) / night.epochS)
      if (i >= 0 && i < count) show(i, true)
    })
  }
  document.getElementById('inspector').hidden = false
  show(0, false)
})()`

/** What the inspector reads, as JSON that is safe inside a script element. */
export function inspectorData(night: Night): string {
  const percents = Array.from(night.probabilities, (p) =>
    Number.isFinite(p) ? Math.round(100 * p) : null,
  )
  const data = {
    clockS: clockOfDayS(night.recording.startTime) ?? null,
    epochS: night.epochS,
    names: STAGES.map((stage) => (/^N/.test(stage) ? stage : STAGE_WORDS[stage])),
    words: STAGE_WORDS,
    stages: night.stages,
    unsure: night.ambiguous.map((yes) => (yes ? '1' : '0')).join(''),
    percents,
    groups: night.explanations?.groups ?? [],
    why: strongestGroups(night),
  }
  return JSON.stringify(data).replace(/</g, '\\u003c')
}
