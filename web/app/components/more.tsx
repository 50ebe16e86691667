import { useEffect, useRef } from 'react'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { Button } from './button.tsx'

export interface MoreProps {
  readonly hasMore: boolean
  readonly isLoading: boolean
  readonly onMore: () => Promise<unknown>
}

/** The end of a list: reads its next page when it comes into sight, or when it is pressed. */
export function More({ hasMore, isLoading, onMore }: MoreProps) {
  const text = useTexts(commonTexts)
  const end = useRef<HTMLDivElement>(null)
  const latest = useRef(onMore)
  latest.current = onMore
  useEffect(() => {
    const shown = end.current
    if (!shown || !hasMore || isLoading) return undefined
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) latest.current().catch(() => undefined)
      },
      { rootMargin: '400px' },
    )
    observer.observe(shown)
    return () => observer.disconnect()
  }, [hasMore, isLoading])
  if (!hasMore) return null
  return (
    <div className="more" ref={end}>
      <Button kind="plain" isBusy={isLoading} onClick={() => void onMore().catch(() => undefined)}>
        {text('more')}
      </Button>
    </div>
  )
}
