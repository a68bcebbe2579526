/** A key cap beside the act it triggers. */
export function KeyHint({ children }: { children: React.ReactNode }) {
  return <kbd className="cy-key">{children}</kbd>
}
