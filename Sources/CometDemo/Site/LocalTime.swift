// The time as the articles' demos write it: in the forms of JavaScript's Date.

import Comet
import Foundation

enum LocalTime {
  /// `toLocaleString()` in the en-US form: `11/20/2026, 11:29:14 PM`.
  @LoopActor
  static func now() -> String {
    let seconds = time(nil)
    // The same for a whole second, which at full speed is a hundred thousand answers.
    if seconds != last.seconds { last = (seconds, short(seconds)) }
    return last.text
  }

  @LoopActor private static var last: (seconds: time_t, text: String) = (-1, "")

  /// `toString()`: `Fri Nov 20 2026 23:29:19 GMT+0000 (Coordinated Universal Time)`.
  static func long() -> String { long(time(nil)) }

  /// Since 1970, as `Date.now()`.
  static func milliseconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
  }

  static func short(_ seconds: time_t) -> String {
    let local = components(seconds)
    let hour = local.tm_hour % 12 == 0 ? 12 : local.tm_hour % 12
    let date = "\(local.tm_mon + 1)/\(local.tm_mday)/\(1900 + Int(local.tm_year))"
    return "\(date), \(hour):\(padded(local.tm_min)):\(padded(local.tm_sec)) \(local.tm_hour < 12 ? "AM" : "PM")"
  }

  static func long(_ seconds: time_t) -> String {
    let local = components(seconds)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let date = "\(days[Int(local.tm_wday)]) \(months[Int(local.tm_mon)]) \(padded(local.tm_mday))"
    let clock = [local.tm_hour, local.tm_min, local.tm_sec].map(padded).joined(separator: ":")
    let minutes = abs(local.tm_gmtoff) / 60
    let offset = "\(local.tm_gmtoff < 0 ? "-" : "+")\(padded(Int32(minutes / 60)))\(padded(Int32(minutes % 60)))"
    return "\(date) \(1900 + Int(local.tm_year)) \(clock) GMT\(offset) (\(zoneName(local)))"
  }

  private static func components(_ seconds: time_t) -> tm {
    var seconds = seconds
    var local = tm()
    localtime_r(&seconds, &local)
    return local
  }

  private static func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func zoneName(_ local: tm) -> String {
    let zone = TimeZone.current
    // The name that browsers give to it; Foundation's is that of Greenwich.
    if local.tm_gmtoff == 0, ["UTC", "GMT", "Etc/UTC"].contains(zone.identifier) {
      return "Coordinated Universal Time"
    }
    let style = local.tm_isdst > 0 ? TimeZone.NameStyle.daylightSaving : .standard
    return zone.localizedName(for: style, locale: Locale(identifier: "en_US")) ?? zone.identifier
  }
}
