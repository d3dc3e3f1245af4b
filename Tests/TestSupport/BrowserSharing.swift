import Foundation

extension Browser {
  /// Whether the tests of the pages can run here.
  public static var isInstalled: Bool { find("chromedriver") != nil && find("chromium") != nil }

  /// What to say when they cannot.
  public static let missingMessage =
    "Chromium or ChromeDriver is not installed; install Debian's chromium and chromium-driver "
    + "to run the tests of the pages."

  /// The path of a program: from `PATH`, or from where Debian and its kin put it.
  static func find(_ program: String) -> String? {
    let names = program == "chromium" ? ["chromium", "chromium-browser", "google-chrome"] : [program]
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/lib/chromium", "/snap/bin"]
    return names.lazy.flatMap { name in folders.lazy.map { "\($0)/\(name)" } }
      .first(where: FileManager.default.isExecutableFile)
  }
}

/// Lends a browser of its own to a closure, and ends it afterwards.
public func withBrowser<Result>(_ body: (Browser) async throws -> Result) async throws -> Result {
  let browser = try await Browser()
  let result: Result
  do {
    result = try await body(browser)
  } catch {
    try? await browser.quit()
    throw error
  }
  try await browser.quit()
  return result
}

/// Lends one of the browsers that all tests of this process share to a closure, with a page; tests wait for their turn.
///
/// Starting Chromium takes a second or two, opening a page a fifth of one. The browsers end with the tests, by their
/// ``Watchdog``. They keep cookies and storage; where this matters, use ``withBrowser(_:)``.
///
/// ```swift
/// try await withPage("http://localhost:\(port)/polling.html") { page in
///   try await page.waitUntil("a time is shown", "document.querySelector('output').textContent")
///   #expect(try await page.consoleErrors() == [])
/// }
/// ```
public func withPage<Result: Sendable>(
  _ url: String, _ body: (Browser) async throws -> Result
) async throws -> Result {
  let browser = try await SharedBrowsers.shared.lend()
  let result: Swift.Result<Result, any Error>
  do {
    try await browser.open(url)
    result = .success(try await body(browser))
  } catch {
    result = .failure(error)
  }
  await SharedBrowsers.shared.takeBack(browser)
  return try result.get()
}

/// The browsers that all tests share, each lent to one at a time.
private actor SharedBrowsers {
  static let shared = SharedBrowsers()

  private var idle: [Browser] = []
  /// More than the machine has cores: most of the time a test waits for what a page does when some time has passed.
  private var free = 3
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func lend() async throws -> Browser {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    do {
      if let browser = idle.popLast() { return browser }
      return try await Browser()
    } catch {
      passOn()
      throw error
    }
  }

  /// A browser that cannot be made as it was is replaced.
  func takeBack(_ browser: Browser) async {
    do {
      try await browser.clear()
      idle.append(browser)
    } catch {
      try? await browser.quit()
    }
    passOn()
  }

  private func passOn() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

extension Browser {
  /// Closes all tabs but one, leaves its page, and forgets what is on the console.
  fileprivate func clear() async throws {
    var tabs = try await windows()
    guard let kept = tabs.popLast() else { throw ClientError(awaiting: "a tab", .unexpected("all are closed")) }
    for tab in tabs {
      try await switchTo(tab)
      try await closeWindow()
    }
    try await switchTo(kept)
    // When it is the page that goes there, the browser needs no other process.
    try await execute("location.replace('about:blank')")
    try await waitUntil("an empty page", "location.href === 'about:blank'")
    _ = try await consoleErrors()
  }
}
