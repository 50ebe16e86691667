/** The picture of a user, beside which their name stands. */
export function Avatar({
  src,
  size = 'medium',
}: {
  readonly src: string
  readonly size?: 'small' | 'medium' | 'large'
}) {
  return <img className={`avatar is-${size}`} src={src} alt="" loading="lazy" decoding="async" />
}
