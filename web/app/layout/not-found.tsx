import { Link } from 'react-router'
import { routes } from '../../routes.ts'
import { EmptyState } from '../components/states.tsx'
import { useTitle } from '../components/title.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'

export default function NotFound() {
  const text = useTexts(commonTexts)
  useTitle(text('notFound'))
  return (
    <EmptyState icon="help" title={text('notFound')}>
      <p className="muted">{text('notFoundLong')}</p>
      <Link className="button is-primary" to={routes.feed}>
        {text('toFeed')}
      </Link>
    </EmptyState>
  )
}
