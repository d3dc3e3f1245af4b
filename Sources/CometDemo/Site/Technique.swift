import Comet

/// One technique by which a server reaches a browser: its names, its page and what answers that page.
///
/// The registry below is the one list of them: the index page, `/site.js`, `demo --list` and the tests read it.
public struct Technique: Sendable {
  /// The one name that page, tutorial and command line share: `lpc`.
  public let slug: String
  /// As it is shown to people.
  public let title: String
  /// What it is, in one line.
  public let summary: String
  /// What the page asks for, each as method and path.
  public let endpoints: [String]
  /// The file in `Sources/CometDemo` that answers the page.
  public let handler: String
  /// Adds the endpoints.
  let mount: @LoopActor @Sendable (inout Routes, DemoSettings) -> Void
  /// Adds the endpoints as its article has them, where those are different: the demo is alone on its server.
  let mountAlone: @LoopActor @Sendable (inout Routes, DemoSettings) -> Void

  init(
    slug: String, title: String, summary: String, endpoints: [String], handler: String,
    mountAlone: (@LoopActor @Sendable (inout Routes, DemoSettings) -> Void)? = nil,
    mount: @escaping @LoopActor @Sendable (inout Routes, DemoSettings) -> Void
  ) {
    self.slug = slug
    self.title = title
    self.summary = summary
    self.endpoints = endpoints
    self.handler = handler
    self.mount = mount
    self.mountAlone = mountAlone ?? mount
  }

  /// The file in `www`.
  public var page: String { slug + ".html" }

  /// All of them, in the order in which they are best read.
  public static let all = [
    Polling.technique,
    LongPolling.technique,
    XHRStreaming.technique,
    HTMLFileStreaming.technique,
    ServerSentEvents.technique,
    CrossOrigin.technique,
    ScriptPadding.technique,
    WebSocketTalk.technique,
    Messages.technique,
    Chat.technique,
    Mail.technique,
    IM.technique,
    Reconnect.technique,
    Tabs.technique,
  ]
}

/// What all demos go by.
public struct DemoSettings: Sendable {
  /// The interval that the articles set to two seconds.
  public var tick: Duration

  /// The articles' own interval, unless told otherwise.
  public init(tick: Duration = .seconds(2)) {
    self.tick = tick
  }
}
