import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

/** Actions below each other, in a sheet. */
export function Menu({ children }: { readonly children: ReactNode }) {
  return <ul className="menu">{children}</ul>
}

export interface MenuEntryProps {
  readonly icon: IconName
  readonly label: string
  readonly onPress: () => void
}

export function MenuEntry({ icon, label, onPress }: MenuEntryProps) {
  return (
    <li>
      <button type="button" onClick={onPress}>
        <Icon name={icon} />
        {label}
      </button>
    </li>
  )
}
