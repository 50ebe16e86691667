import { NavLink } from 'react-router'

export interface TabLink {
  readonly to: string
  readonly label: string
}

export interface TabLinksProps {
  readonly label: string
  readonly tabs: readonly TabLink[]
  /** Called when the tab that is open is pressed again. */
  readonly onRepeat?: () => void
}

/** Tabs that are pages of their own. */
export function TabLinks({ label, tabs, onRepeat }: TabLinksProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ to, label: name }) => (
        <NavLink
          key={to}
          to={to}
          end
          onClick={(event) => {
            if (event.currentTarget.getAttribute('aria-current') === 'page') onRepeat?.()
          }}
        >
          {name}
        </NavLink>
      ))}
    </nav>
  )
}
