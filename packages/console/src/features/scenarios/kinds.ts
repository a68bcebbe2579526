/** Kinds of packs in the order of navigation. */
export const KINDS = ['lifeline', 'safety', 'service', 'care', 'environment', 'order'] as const
