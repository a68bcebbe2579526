import { useEffect, useState } from 'react'
import { usePosition } from '../../app/position.ts'
import { distanceM, type Place } from '../../map/project.ts'

/** Where something is, as it is being filled in. `fix` is where the phone was, `place` where the thing is. */
export interface PlaceDraft {
  place: Place | null
  fix: Place | null
  accuracyM: number | null
  address: string
}
export const NO_PLACE: PlaceDraft = { place: null, fix: null, accuracyM: null, address: '' }

/** Less than this is the receiver's own unrest. */
const STEP_M = 10

/**
 * The place of a form. It follows the phone while the form is empty; from the first photo on (`held`) it stays where that was taken,
 * wherever the person walks, until it is corrected by hand or fixed anew.
 */
export function usePlace(
  d: PlaceDraft,
  change: (part: Partial<PlaceDraft>) => void,
  { ready, held }: Record<'ready' | 'held', boolean>
) {
  const now = usePosition()
  const [here, setHere] = useState<Pick<PlaceDraft, 'fix' | 'accuracyM'>>({ fix: null, accuracyM: null })
  useEffect(() => {
    if (now.place && (!here.fix || distanceM(here.fix, now.place) >= STEP_M))
      setHere({ fix: now.place, accuracyM: now.accuracyM })
  }, [now.place, now.accuracyM, here.fix])

  const { fix, accuracyM } = d.fix ? d : here
  const place = d.place ?? fix
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parent's function is new with every drawing
  useEffect(() => {
    if (ready && held && !d.fix && here.fix) change({ ...here, place: d.place ?? here.fix })
  }, [ready, held, d.fix, d.place, here])

  return {
    place,
    fix,
    accuracyM,
    onPlace: (chosen: Place) => change({ place: chosen, fix, accuracyM }),
    onRefix: () => now.place && change({ place: now.place, fix: now.place, accuracyM: now.accuracyM }),
    onAddress: (address: string) => change({ address })
  }
}
