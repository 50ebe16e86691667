import type { ReactNode } from 'react'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { codeOf, messageOf } from '../graph/errors.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

export interface EmptyStateProps {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
}

/** What a page shows when it has nothing to show: why, and what to do. */
export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div className="state">
      <span className="state-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  )
}

/** What a page shows when it could not be read. */
export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const text = useTexts(commonTexts)
  return (
    <div className="state" role="alert">
      <span className="state-icon">
        <Icon name={codeOf(error) === 'OFFLINE' ? 'offline' : 'warning'} />
      </span>
      <h2>{messageOf(error)}</h2>
      {onRetry && (
        <Button icon="refresh" onClick={onRetry}>
          {text('tryAgain')}
        </Button>
      )}
    </div>
  )
}

/** Says that something is being read. */
export function Spinner() {
  const text = useTexts(commonTexts)
  return (
    <div className="state" role="status">
      <span className="spinner is-large" aria-hidden="true" />
      <span className="hidden">{text('loading')}</span>
    </div>
  )
}

/** Grey shapes in place of lines that are being read. */
export function SkeletonLines({ count = 6 }: { readonly count?: number }) {
  const text = useTexts(commonTexts)
  return (
    <div className="skeleton-lines" role="status">
      <span className="hidden">{text('loading')}</span>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="skeleton-line" aria-hidden="true">
          <span className="skeleton is-round" />
          <span className="skeleton" />
        </div>
      ))}
    </div>
  )
}
