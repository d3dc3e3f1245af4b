// Solution: CORS.

import Comet

/// The one origin whose pages may read. `access` lets its PUT pass Comet's own gate for other origins.
private let friend = "http://app.example"

let crossOrigin = Server(access: Access(origins: [friend])) { routes in
  routes.get("/cors") { request in .permitted(permission(for: request)) }

  routes.on(.put, "/cors") { request in .permitted(permission(for: request)) }

  routes.on(.options, "/cors") { request in
    var fields = permission(for: request)
    if fields.contains("Access-Control-Allow-Origin") {
      fields.append("Access-Control-Allow-Methods", "GET, PUT")
      fields.append("Access-Control-Allow-Headers", "X-Comet")
    }
    return Response(.noContent, fields: fields)
  }
}

/// Vary is there in any case: the answer would have been another one for another origin.
private func permission(for request: Request) -> Fields {
  var fields: Fields = ["Vary": "Origin"]
  if request.fields["Origin"] == friend { fields.append("Access-Control-Allow-Origin", friend) }
  return fields
}

extension Response {
  fileprivate static func permitted(_ fields: Fields) -> Response {
    var response = Response.text("hello\n")
    response.fields.merge(fields)
    return response
  }
}
