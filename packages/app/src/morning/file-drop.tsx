import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { dropAnywhere } from '../drop-zone.tsx'

/** Takes files by drop anywhere on the page, or by the button; what stands beside it is given. */
export function FileDrop(props: {
  readonly label: string
  readonly choose: string
  readonly letGo: string
  readonly accept: string
  readonly receive: (files: readonly File[]) => void
  readonly children: ComponentChildren
  readonly beside?: ComponentChildren
}) {
  const { label, choose, letGo, accept, receive, children, beside } = props
  const over = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(
    () =>
      dropAnywhere((state) => {
        over.value = state
      }, receive),
    [over, receive],
  )
  return (
    <section class="drop" aria-label={label}>
      <p>{children}</p>
      <div class="buttons">
        {beside}
        <button type="button" class="primary" onClick={() => input.current?.click()}>
          {choose}
        </button>
      </div>
      <input
        {...{ ref: input, type: 'file', hidden: true, accept }}
        aria-label={label}
        onChange={(event) => {
          receive([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      {over.value && (
        <div class="over">
          <p>
            Let go to read it here
            <span>{letGo}</span>
          </p>
        </div>
      )}
    </section>
  )
}
