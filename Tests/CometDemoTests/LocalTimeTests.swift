import Foundation
import TestSupport
import Testing

@testable import CometDemo

/// The forms in which JavaScript writes a date, whatever the zone of the machine.
@Suite struct LocalTimeTests {
  @Test(arguments: [
    (11, 20, 23, 29, 14, "11/20/2026, 11:29:14 PM"), (1, 2, 3, 4, 5, "1/2/2026, 3:04:05 AM"),
    (12, 31, 0, 0, 0, "12/31/2026, 12:00:00 AM"), (6, 9, 12, 0, 59, "6/9/2026, 12:00:59 PM"),
    (10, 10, 10, 10, 10, "10/10/2026, 10:10:10 AM"), (6, 15, 13, 7, 8, "6/15/2026, 1:07:08 PM"),
  ])
  func isShortAsToLocaleString(
    month: Int32, day: Int32, hour: Int32, minute: Int32, second: Int32, expected: String
  ) {
    #expect(LocalTime.short(Self.time(month, day, hour, minute, second)) == expected)
  }

  @Test func isLongAsToString() {
    #expect(LocalTime.long(Self.time(11, 20, 23, 29, 19)).hasPrefix("Fri Nov 20 2026 23:29:19 GMT"))
    #expect(LocalTime.long(Self.time(3, 1, 0, 4, 5)).hasPrefix("Sun Mar 01 2026 00:04:05 GMT"))
  }

  @Test func millisecondsAreSince1970() {
    let difference = Double(LocalTime.milliseconds()) / 1000 - Date().timeIntervalSince1970
    #expect(abs(difference) < 10)
  }

  /// The zone belongs to the process, so each one needs a process of its own.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Asia/Shanghai")),
    arguments: [
      ("UTC", #"GMT\+0000 \(Coordinated Universal Time\)"#),
      ("Asia/Shanghai", #"GMT\+0800 \(China Standard Time\)"#),
      ("Asia/Kolkata", #"GMT\+0530 \(India Standard Time\)"#),
      ("America/New_York", #"GMT-0(500 \(Eastern Standard|400 \(Eastern Daylight) Time\)"#),
      ("Europe/Berlin", #"GMT\+0(100 \(Central European Standard|200 \(Central European Summer) Time\)"#),
      ("Europe/London", #"GMT\+0(000 \(Greenwich Mean|100 \(British Summer) Time\)"#),
    ])
  func isInTheZoneOfTheMachine(zone: String, ending: String) async throws {
    try await withProcess("demo", ["--port", "0", "--quiet"], environment: ["TZ": zone]) { demo in
      let port = try await demo.port()
      let text = try await RawResponse.get("/cors", port: port).text
      #expect(text.wholeMatch(of: try Regex(#"\w{3} \w{3} \d\d \d{4} \d\d:\d\d:\d\d "# + ending)) != nil, "\(text)")
    }
  }

  private static func time(_ month: Int32, _ day: Int32, _ hour: Int32, _ minute: Int32, _ second: Int32) -> time_t {
    var local = tm()
    (local.tm_year, local.tm_mon, local.tm_mday) = (126, month - 1, day)
    (local.tm_hour, local.tm_min, local.tm_sec, local.tm_isdst) = (hour, minute, second, -1)
    return mktime(&local)
  }
}
