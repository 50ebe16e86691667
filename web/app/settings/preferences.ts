import { useSyncExternalStore } from 'react'

/** What this browser remembers of how its user likes things. */
export interface Preferences {
  readonly theme: 'system' | 'dark' | 'light'
  /** Null is the language of the browser. */
  readonly language: 'en' | 'zh' | null
  /** Whether videos play with sound. */
  readonly sound: boolean
  /** Whether videos begin by themselves. */
  readonly autoplay: boolean
  /** Whether the next video comes by itself at the end of one, instead of the same again. */
  readonly advances: boolean
  /** How HLS is played; tests choose. */
  readonly player: 'native' | 'hls.js'
}

const name = 'short-video.preferences'
const initial: Preferences = {
  theme: 'system',
  language: null,
  sound: false,
  autoplay: true,
  advances: false,
  player: 'native',
}

const listeners = new Set<() => void>()
let current = read()

function read(): Preferences {
  try {
    return { ...initial, ...(JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<Preferences>) }
  } catch {
    return initial
  }
}

window.addEventListener('storage', ({ key }) => {
  if (key !== name) return
  current = read()
  for (const listener of listeners) listener()
})

/** The preferences at present. */
export function preferences(): Preferences {
  return current
}

export function setPreferences(changes: Partial<Preferences>): void {
  current = { ...current, ...changes }
  localStorage.setItem(name, JSON.stringify(current))
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The preferences, whenever they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences)
}

/** Calls a listener now and after each change. */
export function followPreferences(listener: (now: Preferences) => void): void {
  listeners.add(() => listener(current))
  listener(current)
}
