/** The mark of the product: a ring that closes around one point. */
export function CityMark() {
  return (
    <svg className="signin-mark" viewBox="0 0 48 48" aria-hidden="true" fill="none">
      <path d="M37 14.500a16 16 0 1 0 0 19" stroke="var(--cy-brand)" strokeWidth="6" strokeLinecap="round" />
      <circle cx="37.500" cy="24" r="4.500" fill="var(--cy-brand)" />
    </svg>
  )
}
