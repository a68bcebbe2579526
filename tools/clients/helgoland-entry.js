// What the bundle of helgoland.ts is made of. JavaScript: Angular's own marks (ɵ) have no types to ask for.
import '@angular/compiler'
import { FetchBackend, HttpHandler } from '@angular/common/http'
import { createEnvironmentInjector, Injector, NgZone, ɵNoopNgZone } from '@angular/core'
import { HTTP_SERVICE_INTERCEPTORS, HttpService, StaInterfaceService } from '@helgoland/core'

export { firstValueFrom } from 'rxjs'

export function connect(authorization) {
  const signed = { intercept: (request, options, next) => next.handle(request.clone({ setHeaders: { authorization } }), options) }
  const providers = [
    { provide: NgZone, useClass: ɵNoopNgZone },
    FetchBackend,
    { provide: HttpHandler, useExisting: FetchBackend },
    { provide: HTTP_SERVICE_INTERCEPTORS, multi: true, useValue: signed },
    HttpService,
    StaInterfaceService
  ]
  return createEnvironmentInjector(providers, Injector.create({ providers: [] })).get(StaInterfaceService)
}
