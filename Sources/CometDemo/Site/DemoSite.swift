// All techniques on one server, or one of them alone as in its article.

import Comet

/// The demo, as something to mount on a server.
public struct DemoSite: Sendable {
  private let www: StaticFiles
  private let sources: StaticFiles?
  private let tutorials: Tutorials?
  private let sample: Technique?
  private let settings: DemoSettings

  /// - Parameters:
  ///   - www: the folder with the pages.
  ///   - sources: the folder with this library's files, to be shown beside the pages; nil when it is not there.
  ///   - tutorials: the folder with the tutorials; nil when it is not there, and then nothing links to them.
  ///   - sample: one technique to be served alone; nil for all of them.
  /// - Returns: nil when there is no folder `www`.
  public init?(
    www: String, sources: String? = nil, tutorials: String? = nil, sample: Technique? = nil,
    settings: DemoSettings = DemoSettings()
  ) {
    // The page of CORS asks the same server under its other names.
    let policy = PagePolicy(connect: ["ws:", "http://localhost:*", "http://127.0.0.1:*"])
    guard let files = StaticFiles(folder: www, pageFields: { policy.fields(for: $0) }) else { return nil }
    self.www = files
    self.sources = sources.flatMap { StaticFiles(folder: $0) }
    self.tutorials = tutorials.flatMap { Tutorials(folder: $0, techniques: sample.map { [$0] } ?? Technique.all) }
    self.sample = sample
    self.settings = settings
  }

  /// Adds the pages and what answers them.
  @LoopActor
  public func mount(on routes: inout Routes) {
    let techniques = sample.map { [$0] } ?? Technique.all
    let siteScript = SiteScript.text(techniques, tutorials, isAlone: sample != nil, settings)
    routes.get("/site.js") { _ in
      Response(
        fields: ["Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache"],
        body: Array(siteScript.utf8))
    }
    Echo.mount(on: &routes)
    mountSources(of: techniques, on: &routes)
    tutorials?.mount(on: &routes)
    if let sample {
      mountAlone(sample, on: &routes)
    } else {
      for technique in techniques { technique.mount(&routes, settings) }
      let index = IndexPage.html(techniques, hasTutorials: tutorials?.hasIndex == true)
      let fields = PagePolicy().fields(for: Array(index.utf8))
      routes.get("/") { _ in
        var response = Response.html(index)
        response.fields.merge(fields)
        return response
      }
    }
    routes.files("/", from: www)
  }

  @LoopActor
  private func mountAlone(_ sample: Technique, on routes: inout Routes) {
    sample.mountAlone(&routes, settings)
    routes.get("/") { [www] request in try www.response(to: request, path: "/" + sample.page) }
    // The other pages would ask for what is not here.
    for other in Technique.all where other.slug != sample.slug {
      routes.get("/" + other.page) { _ in
        throw RequestError(.notFound, "This server runs the sample \(sample.slug) alone. Start the demo without it.")
      }
    }
  }

  /// The handlers, to be read beside their pages.
  private func mountSources(of techniques: [Technique], on routes: inout Routes) {
    guard let sources else { return }
    for technique in techniques {
      routes.get("/source/" + technique.handler) { request in
        try sources.response(to: request, path: "/" + technique.handler)
      }
    }
  }
}
