// Solution: polling.

import Comet
import Foundation

let polling = Server { routes in
  routes.get("/time") { _ in
    let milliseconds = Int(Date().timeIntervalSince1970 * 1000)
    return Response(
      fields: ["Content-Type": "text/plain", "Cache-Control": "no-store"], body: Array(String(milliseconds).utf8))
  }
}
