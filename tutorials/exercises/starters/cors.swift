// Exercise: CORS. What to build stands in tutorials/exercises/cors.md.

import Comet

/// The one origin whose pages may read. `access` lets its PUT pass Comet's own gate for other origins.
private let friend = "http://app.example"

let crossOrigin = Server(access: Access(origins: [friend])) { routes in
  routes.get("/cors") { request in
    // TODO: this lets every page read.
    .permitted(["Access-Control-Allow-Origin": request.fields["Origin"] ?? "*"])
  }

  routes.on(.put, "/cors") { _ in .permitted([:]) }

  // TODO: answer the preflight: routes.on(.options, "/cors") { request in … }
}

extension Response {
  fileprivate static func permitted(_ fields: Fields) -> Response {
    var response = Response.text("hello\n")
    response.fields.merge(fields)
    return response
  }
}
