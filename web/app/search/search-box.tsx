import { skipToken, useQuery } from '@apollo/client/react'
import { useEffect, useId, useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import { topicPath, userPath } from '../../routes.ts'
import { Avatar } from '../components/avatar.tsx'
import { IconButton } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { operation } from '../graph/documents.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { searchTexts } from './texts.ts'

interface SearchBoxProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onSearch: (query: string) => void
}

interface Suggestion {
  readonly key: string
  readonly label: string
  readonly note?: string
  readonly avatar?: string
  readonly to: string
}

/** Suggestions are asked for when nothing was typed for this long, in milliseconds. */
const pauseMs = 180

/** A field with suggestions: topics and users, as a combobox (WAI-ARIA). */
export function SearchBox({ value, onChange, onSearch }: SearchBoxProps) {
  const text = useTexts(searchTexts)
  const { count } = useFormats()
  const navigate = useNavigate()
  const id = useId()
  const [isOpen, setIsOpen] = useState(false)
  const [chosen, setChosen] = useState(-1)
  const query = useLater(value.trim(), pauseMs)
  const { data, previousData } = useQuery(
    operation('Suggestions'),
    query === '' || !isOpen ? skipToken : { variables: { query } },
  )
  const found = query === '' ? undefined : (data ?? previousData)
  const suggestions: readonly Suggestion[] = [
    ...(found?.searchTopics.edges ?? []).map(({ node: { name, videoCount } }) => ({
      key: `#${name}`,
      label: `#${name}`,
      note: text('count', { count: videoCount }),
      to: topicPath(name),
    })),
    ...(found?.searchUsers.edges ?? []).flatMap(({ node }) =>
      node ? [{ key: node.id, label: node.name, avatar: node.avatar, to: userPath(node.id) }] : [],
    ),
  ]
  const isShown = isOpen && suggestions.length > 0

  function press(event: KeyboardEvent): void {
    const { key } = event
    if (key === 'Escape') setIsOpen(false)
    else if (isShown && (key === 'ArrowDown' || key === 'ArrowUp')) {
      event.preventDefault()
      const step = key === 'ArrowDown' ? 1 : -1
      setChosen((chosen + step + suggestions.length + 1) % (suggestions.length + 1))
    }
  }

  function open(suggestion: Suggestion): void {
    setIsOpen(false)
    void navigate(suggestion.to)
  }

  return (
    <form
      className="search-box"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        const suggestion = isShown ? suggestions[chosen] : undefined
        if (suggestion) open(suggestion)
        else onSearch(value)
        setIsOpen(false)
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setIsOpen(false)
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        enterKeyHint="search"
        value={value}
        maxLength={100}
        placeholder={text('placeholder')}
        aria-label={text('search')}
        role="combobox"
        aria-expanded={isShown}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={isShown && chosen >= 0 ? `${id}-${chosen}` : undefined}
        autoFocus={value === ''}
        onFocus={() => setIsOpen(value !== '')}
        onChange={(event) => {
          onChange(event.currentTarget.value)
          setIsOpen(true)
          setChosen(-1)
        }}
        onKeyDown={press}
      />
      {value !== '' && (
        <IconButton
          icon="close"
          className="is-small"
          label={text('clear')}
          onClick={() => {
            onChange('')
            onSearch('')
          }}
        />
      )}
      <ul id={id} role="listbox" aria-label={text('suggestions')} className="suggestions" hidden={!isShown}>
        {suggestions.map((suggestion, index) => (
          <li
            key={suggestion.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onPointerDown={(event) => {
              // Before the field loses the focus.
              event.preventDefault()
              open(suggestion)
            }}
          >
            {suggestion.avatar === undefined ? (
              <span className="suggestion-icon">
                <Icon name="hash" />
              </span>
            ) : (
              <Avatar src={suggestion.avatar} size="small" />
            )}
            <span>{suggestion.label}</span>
            {suggestion.note !== undefined && <small className="muted">{suggestion.note}</small>}
          </li>
        ))}
      </ul>
      <span className="hidden" role="status">
        {isShown ? `${text('suggestions')}: ${count(suggestions.length)}` : ''}
      </span>
    </form>
  )
}

/** A value, once it has not changed for a while. */
function useLater<Value>(value: Value, ms: number): Value {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return later
}
