import { Component, type ReactNode } from 'react'
import { commonTexts } from '../language/common-texts.ts'
import { currentLanguage } from '../language/language.ts'
import { textOf } from '../language/texts.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

interface Properties {
  /** Another value begins anew, for example the address. */
  readonly resetBy?: string
  readonly children: ReactNode
}

interface State {
  readonly error: Error | null
  readonly resetBy: string | undefined
}

/** Shows an error in place of what failed, so that the rest goes on. */
export class ErrorBoundary extends Component<Properties, State> {
  override state: State = { error: null, resetBy: this.props.resetBy }

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error }
  }

  static getDerivedStateFromProps(properties: Properties, state: State): Partial<State> | null {
    return properties.resetBy === state.resetBy ? null : { error: null, resetBy: properties.resetBy }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    const text = (key: keyof typeof commonTexts): string => textOf(commonTexts[key], currentLanguage())
    // After an update of the server, the files of an earlier version are gone.
    const isOutdated = /dynamically imported module|Importing a module/i.test(error.message)
    return (
      <div className="state" role="alert">
        <span className="state-icon">
          <Icon name={isOutdated ? 'refresh' : 'warning'} />
        </span>
        <h2>{text(isOutdated ? 'newVersion' : 'failed')}</h2>
        {!isOutdated && <p className="muted">{text('failedLong')}</p>}
        <Button kind="primary" onClick={() => location.reload()}>
          {text('reload')}
        </Button>
      </div>
    )
  }
}
