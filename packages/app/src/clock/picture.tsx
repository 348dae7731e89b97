import { useEffect, useState } from 'preact/hooks'
import type { Pictures } from './clock-messages.ts'

/** Below this width pictures are drawn for a phone. */
const NARROW = '(max-width: 700px)'

/** One of two pictures, as wide as the window lets it be. */
export function Picture({ pictures }: { pictures: Pictures }) {
  const [isNarrow, setNarrow] = useState(matchMedia(NARROW).matches)
  useEffect(() => {
    const query = matchMedia(NARROW)
    const change = () => setNarrow(query.matches)
    query.addEventListener('change', change)
    return () => query.removeEventListener('change', change)
  }, [])
  const svg = isNarrow ? pictures.narrow : pictures.wide
  return <div class="figure" dangerouslySetInnerHTML={{ __html: svg }} />
}
