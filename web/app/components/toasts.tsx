import { useSyncExternalStore } from 'react'

export interface Toast {
  readonly id: number
  readonly text: string
  /** Where a press leads. */
  readonly onPress?: (() => void) | undefined
}

const shownMs = 5_000
let toasts: readonly Toast[] = []
let count = 0
const listeners = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** Shows a short text for some seconds. */
export function showToast(text: string, onPress?: () => void): void {
  const toast: Toast = { id: ++count, text, onPress }
  set([...toasts.filter((other) => other.text !== text), toast].slice(-3))
  setTimeout(() => set(toasts.filter(({ id }) => id !== toast.id)), shownMs)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Where toasts appear; screen readers read them when they have time. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, onPress }) =>
        onPress ? (
          <button key={id} type="button" className="toast" onClick={onPress}>
            {text}
          </button>
        ) : (
          <p key={id} className="toast">
            {text}
          </p>
        ),
      )}
    </div>
  )
}
