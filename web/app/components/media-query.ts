import { useSyncExternalStore } from 'react'

/** Whether a media query matches, whenever that changes. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}

/** Where comments have room beside the video. */
export const wideScreen = '(min-width: 1024px)'
export const reducedMotion = '(prefers-reduced-motion: reduce)'
