// Exercise: polling. What to build stands in tutorials/exercises/polling.md.

import Comet
import Foundation

let polling = Server { routes in
  routes.get("/time") { _ in
    // TODO: the time of this moment, in milliseconds since 1970, as plain text that no cache keeps.
    // Date().timeIntervalSince1970 has the seconds.
    Response(fields: ["Content-Type": "text/html"], body: Array("soon".utf8))
  }
}
