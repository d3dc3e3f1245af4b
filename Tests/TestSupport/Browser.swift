import Foundation

/// A headless Chromium, driven by ChromeDriver.
///
/// Use ``withBrowser(_:)`` for a browser of one's own, or ``withPage(_:_:)``, which lends one that all tests share.
/// What is called in vain because the page is not ready yet is tried again, with the usual ``Swift/Duration/patience``.
public final class Browser: Sendable {
  private let driver: WebDriver
  private let process: ChildProcess
  private let folder: URL

  /// Starts ChromeDriver, and Chromium with an empty profile.
  init() async throws {
    guard let driverPath = Self.find("chromedriver"), let browserPath = Self.find("chromium") else {
      throw ClientError(awaiting: "a browser", .unexpected(Self.missingMessage))
    }
    // All temporary files of both go into one folder, which is removed with them.
    let name = "browser-\(UInt32.random(in: 0...UInt32.max))"
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
    let profile = folder.appendingPathComponent("profile")
    try FileManager.default.createDirectory(at: profile, withIntermediateDirectories: true)
    let port: Int
    do {
      (process, port) = try await Self.startDriver(driverPath, in: folder)
    } catch {
      try? FileManager.default.removeItem(at: folder)
      throw error
    }
    do {
      let arguments: [JSON] = [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        // To draw what moves takes more of the machine than all else that a page does.
        "--force-prefers-reduced-motion",
        // Nor is a process kept ready for a page of another site, or a thread or process for a part of the drawing:
        // the tests have more to do at once than there are cores.
        "--disable-features=SpareRendererForSitePerProcess", "--renderer-process-limit=1", "--in-process-gpu",
        "--disable-threaded-compositing", "--num-raster-threads=1",
        // A test looks at several tabs in turn, and waits for all of them.
        "--disable-background-timer-throttling",
        .string("--user-data-dir=\(profile.path)"),
      ]
      driver = try await WebDriver(
        port: port,
        capabilities: [
          "goog:chromeOptions": ["binary": .string(browserPath), "args": .array(arguments)],
          "goog:loggingPrefs": ["browser": "ALL"],
        ])
    } catch {
      try? await process.killAll()
      try? FileManager.default.removeItem(at: folder)
      throw error
    }
  }

  /// Starts ChromeDriver, which takes a free port of ::1 and ends when that of 127.0.0.1 is not free as well. Many
  /// ports are taken while the tests run, so it is started again then.
  private static func startDriver(_ path: String, in folder: URL) async throws -> (ChildProcess, port: Int) {
    var attempts = 0
    while true {
      attempts += 1
      let process = try ChildProcess(
        executable: URL(fileURLWithPath: path), ["--port=0"],
        environment: ["TMPDIR": folder.path, "XDG_CONFIG_HOME": folder.path], folder: folder)
      do {
        let line = try await process.line(containing: "started successfully on port", within: .patience)
        return (process, Int(line.filter(\.isNumber)) ?? 0)
      } catch {
        try? await process.killAll()
        guard attempts < 10, process.standardOutput.contains("port not available") else { throw error }
      }
    }
  }

  /// Ends the session and both programs, and removes their files.
  public func quit() async throws {
    try? await driver.delete()
    // ChromeDriver leaves Chromium running when it is killed itself, so both must go.
    try await process.killAll()
    try FileManager.default.removeItem(at: folder)
  }

  // MARK: The page

  /// Opens an address and waits until the page has loaded.
  public func open(_ url: String) async throws { try await driver.post("url", ["url": .string(url)]) }

  /// The visible text of the first element that the CSS selector finds.
  public func text(_ css: String) async throws -> String {
    try await withElement(css) { try await driver.get("element/\($0)/text").string ?? "" }
  }

  /// Clicks the middle of an element with the mouse, as soon as it is there and nothing covers it.
  ///
  /// ChromeDriver's own click takes the machine four times as long.
  public func click(_ css: String) async throws {
    let script = """
      const element = document.querySelector(arguments[0]);
      element?.scrollIntoView({ block: 'nearest' });
      const box = element?.getClientRects()[0];
      if (!box) return null;
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      return element.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
      """
    let place = try await patiently("the element \(css)", last: { "nothing to click on" }) {
      let place = try await execute(script, [.string(css)]).array
      return place.count == 2 ? place : nil
    }
    for type: JSON in ["mousePressed", "mouseReleased"] {
      try await driver.post(
        "goog/cdp/execute",
        [
          "cmd": "Input.dispatchMouseEvent",
          "params": ["type": type, "x": place[0], "y": place[1], "button": "left", "clickCount": 1],
        ])
    }
  }

  /// Puts a text into a field, as if it were typed, but not key by key, which takes long.
  public func type(_ css: String, _ text: String) async throws {
    let script = """
      const field = document.querySelector(arguments[0]);
      field.focus();
      return document.activeElement === field && document.execCommand('insertText', false, arguments[1]);
      """
    try await eventually("the field \(css)") { try await execute(script, [.string(css), .string(text)]) == true }
  }

  /// Runs a script as the body of a function, with `arguments` as its own; returns what it returns, also by a promise.
  @discardableResult
  public func execute(_ script: String, _ arguments: [JSON] = []) async throws -> JSON {
    try await driver.post("execute/sync", ["script": .string(script), "args": .array(arguments)])
  }

  /// Waits until a JavaScript expression is true.
  ///
  /// The page itself looks, which costs much less than to ask it again and again.
  public func waitUntil(_ what: String, within limit: Duration = .patience, _ condition: String) async throws {
    var last = "nothing"
    try await patiently(what, within: limit, last: { "\(condition) is still \(last)" }) {
      do {
        let value = try await execute(Self.looking(for: condition)).array
        last = try value.last?.text() ?? "nothing"
        return value.first == true ? () : nil
      } catch let failure as WebDriver.Failure {
        last = failure.description
        return nil
      }
    }
  }

  /// A script that looks for half a second whether a condition has come true.
  private static func looking(for condition: String) -> String {
    """
    const end = performance.now() + 500;
    return new Promise((resolve, reject) => {
      const look = () => {
        const value = (\(condition));
        if (value || performance.now() > end) resolve([Boolean(value), value]); else setTimeout(tryToLook, 10);
      };
      const tryToLook = () => { try { look(); } catch (error) { reject(error); } };
      tryToLook();
    });
    """
  }

  /// The errors on the page's console since the last call: uncaught exceptions, failed loads, `console.error`.
  public func consoleErrors() async throws -> [String] {
    let entries = try await driver.post("se/log", ["type": "browser"]).array
    return entries.filter { $0["level"] == "SEVERE" }.compactMap { $0["message"]?.string }
  }

  /// A picture of the window's inside, as PNG.
  public func screenshot() async throws -> Data {
    Data(base64Encoded: try await driver.get("screenshot").string ?? "") ?? Data()
  }

  // MARK: Windows

  /// Sets the outer size of the window.
  public func setWindow(width: Int, height: Int) async throws {
    try await driver.post("window/rect", ["width": .number(Double(width)), "height": .number(Double(height))])
  }

  /// The handle of the window that the commands go to.
  public func window() async throws -> String { try await driver.get("window").string ?? "" }

  /// The handles of all windows.
  public func windows() async throws -> [String] { try await driver.get("window/handles").array.compactMap(\.string) }

  /// Opens a new, empty tab and returns its handle; the commands still go to the old one.
  public func newWindow() async throws -> String {
    try await driver.post("window/new", ["type": "tab"])["handle"]?.string ?? ""
  }

  /// Sends the commands that follow to another window.
  public func switchTo(_ handle: String) async throws { try await driver.post("window", ["handle": .string(handle)]) }

  /// Closes the window that the commands go to; another one must be chosen afterwards.
  public func closeWindow() async throws { try await driver.delete("window") }

  // MARK: Waiting

  /// Uses an element as soon as there is one, again if the page replaces it meanwhile.
  private func withElement<Value>(_ css: String, _ use: (String) async throws -> Value) async throws -> Value {
    var last = "nothing"
    return try await patiently("the element \(css)", last: { last }) {
      do {
        let query: JSON = ["using": "css selector", "value": .string(css)]
        guard case .object(let reference) = try await driver.post("element", query) else { return nil }
        guard let id = reference.values.first?.string else { return nil }
        return try await use(id)
      } catch let failure as WebDriver.Failure where Self.passing.contains(failure.error) {
        last = failure.description
        return nil
      }
    }
  }

  /// Errors that a page which is still being built may cause.
  private static let passing = [
    "no such element", "stale element reference", "element not interactable", "element click intercepted",
  ]

  /// Waits for a value; a missed deadline tells what came last, and what the page shows.
  private func patiently<Value>(
    _ what: String, within limit: Duration = .patience, last: () -> String, _ value: () async throws -> Value?
  ) async throws -> Value {
    do {
      return try await eventually(what, within: limit, value)
    } catch let error as ClientError where error.problem == .deadline(limit) {
      let page = try await execute("return location.href + ' shows:\\n' + document.documentElement.innerText")
      let problem = "the deadline of \(limit) passed; \(last()), and \(page.string ?? "")"
      throw ClientError(awaiting: what, .unexpected(problem))
    }
  }
}
