import type { ButtonHTMLAttributes } from 'react'
import { Icon, type IconName } from './icon.tsx'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'secondary' | 'plain' | 'danger'
  readonly isBusy?: boolean
  readonly icon?: IconName
}

/** A button with a text. While it is busy it cannot be pressed. */
export function Button({ kind = 'secondary', isBusy = false, icon, children, className = '', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button is-${kind} ${className}`}
      disabled={isBusy || rest.disabled}
      aria-busy={isBusy || undefined}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
      {isBusy && <span className="spinner" aria-hidden="true" />}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  readonly icon: IconName
  /** What it does; only screen readers and tooltips show it. */
  readonly label: string
  readonly isSolid?: boolean
}

/** A button with a picture alone. */
export function IconButton({ icon, label, isSolid = false, className = '', ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} {...rest} aria-label={label} className={`icon-button ${className}`}>
      <Icon name={icon} isSolid={isSolid} />
    </button>
  )
}
