import type { IControl } from 'maplibre-gl'
import { uiText } from '../i18n.ts'

/** Says that north is up, as every map that is printed must. */
export class NorthMark implements IControl {
  #element: HTMLElement | null = null

  onAdd(): HTMLElement {
    const element = document.createElement('div')
    element.className = 'maplibregl-ctrl cy-north'
    element.setAttribute('role', 'img')
    element.setAttribute('aria-label', uiText('map.northUp'))
    element.innerHTML =
      '<svg viewBox="0 0 14 18" width="12" height="16" aria-hidden="true"><path d="M7 1 12 16 7 12.6V1Z" fill="currentColor"/><path d="M7 1 2 16l5-3.4" fill="none" stroke="currentColor" stroke-linejoin="round"/></svg>N'
    this.#element = element
    return element
  }

  onRemove(): void {
    this.#element?.remove()
  }
}
