import type { ReactNode } from 'react'

export interface PanelTabsProps<Name extends string> {
  readonly label: string
  readonly names: readonly Name[]
  readonly open: Name
  readonly nameOf: (name: Name) => string
  readonly onOpen: (name: Name) => void
  readonly className?: string
  /** What the open tab shows. */
  readonly children: ReactNode
}

/** Tabs within a page, above what the open one shows. There is one such list on a page. */
export function PanelTabs<Name extends string>(props: PanelTabsProps<Name>) {
  const { label, names, open, nameOf, onOpen, className = '', children } = props
  return (
    <>
      <div className={`tabs ${className}`} role="tablist" aria-label={label}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={open === name}
            aria-controls="tab-panel"
            onClick={() => onOpen(name)}
          >
            {nameOf(name)}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${open}`}>
        {children}
      </div>
    </>
  )
}
